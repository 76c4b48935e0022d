"""Who else works on a letter: as the trail tells it, from the last steps on its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from jiandi.base import clock
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger.models import Letter, LetterItem
from jiandi.record.trail.actor import Actor
from jiandi.record.trail.models import TrailEntry

LATELY: Final = timedelta(minutes=15)
STEPS: Final = 200
THING: Final = "letteritem"


@dataclass(frozen=True)
class Reviewer:
    """Somebody else who took a step lately: the last row, and when."""

    name: str
    item_id: int
    at: datetime
    title: str = ""


def others_at(letter: Letter, actor: Actor) -> tuple[list[Reviewer], dict[int, str]]:
    """Everybody else who worked on the letter lately, and who touched which row last."""
    rows = LetterItem.objects.filter(letter=letter, version__gt=1).values("pk")
    entries = (
        TrailEntry.objects.filter(thing=THING, thing_id__in=rows, at__gte=clock.now() - LATELY, actor_id__isnull=False)
        .exclude(actor_id=actor.user_id)
        .order_by("-pk")
        .values_list("actor_id", "thing_id", "at")[:STEPS]
    )
    steps = [(user or 0, item, at) for user, item, at in entries]
    if not steps:
        return [], {}
    names = accounts.names_of(user for user, _, _ in steps)
    last = {user: Reviewer(names.get(user, ""), item, at) for user, item, at in reversed(steps)}
    return list(last.values()), {item: names.get(user, "") for user, item, _ in reversed(steps)}


def who_changed(items: Iterable[int]) -> dict[int, tuple[str, datetime]]:
    """Who took the last step on each of these rows, and when."""
    found = TrailEntry.objects.filter(thing=THING, thing_id__in=list(items)).order_by("number").values_list("thing_id", "actor_id", "at")
    last = {item: (user, at) for item, user, at in found}
    names = accounts.names_of(user for user, _ in last.values())
    return {item: (names.get(user or 0, ""), at) for item, (user, at) in last.items()}
