"""Take back the last step of one's own on a letter's rows, as long as nobody has worked on the row since."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction

from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.intake.actions.items import item_for, require_review, target_of
from jiandi.record.ledger import lifecycle, load, targets, write
from jiandi.record.ledger.models import LetterItem
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor
from jiandi.record.trail.models import TrailEntry

BACK = ("confirm", "edit", "move_under", "choose_unit", "choose_all")
OPENED = ("hold", "ask_drop")
MADE = ("take_up", "set_aside")
_NOTHING = N_("There is no step of yours that can be taken back. Change the row instead.")


def undo(*, actor: Actor, letter_id: int) -> LetterItem:
    """Confirm, edit, move, choice of a unit, hold, ask to drop, merge and taking up can be taken back; a split by merging."""
    with transaction.atomic():
        letter = load.letter(actor, letter_id)
        decide.require(actor, "letter.review", targets.of_round(letter.round))
        require_review(letter)
        last = _last_step(letter_id, actor)
        item = item_for(actor, last.thing_id)
        if item.trail_number != last.number:
            raise RuleBroken("intake.nothing_to_undo", _NOTHING)
        _take_back(item, last, actor)
    return item


def _last_step(letter_id: int, actor: Actor) -> TrailEntry:
    rows = LetterItem.objects.filter(letter_id=letter_id).values("pk")
    last = TrailEntry.objects.filter(thing="letteritem", thing_id__in=rows, actor_id=actor.user_id).order_by("-pk").first()
    if last is None or last.verb not in (*BACK, *OPENED, *MADE, "merge"):
        raise RuleBroken("intake.nothing_to_undo", _NOTHING)
    return last


def _take_back(item: LetterItem, last: TrailEntry, actor: Actor) -> None:
    if last.verb in OPENED:
        lifecycle.move(item, "open", actor=actor, target=target_of(item), reason="undo", fields=_before(last))
    elif last.verb == "merge":
        _take_apart(item, last, actor)
    elif last.verb in MADE:
        _put_back(item, actor)
    else:
        write.change(item, _before(last), actor=actor, verb="undo")


def _put_back(item: LetterItem, actor: Actor) -> None:
    """The stretch is one again that nobody has read; its row stays in the record, merged away."""
    if item.state == "covered":
        lifecycle.move(item, "open", actor=actor, target=target_of(item), reason="undo")
    lifecycle.move(item, "merge", actor=actor, target=target_of(item), reason="undo")


def _take_apart(item: LetterItem, last: TrailEntry, actor: Actor) -> None:
    """The row above gets its span back, and this row is one again."""
    above = item_for(actor, int(json.loads(last.body)["reason"]))
    grown = TrailEntry.objects.get(thing="letteritem", thing_id=above.pk, number=above.trail_number)
    if grown.verb != "merge_in":
        raise RuleBroken("intake.nothing_to_undo", _NOTHING)
    before = _before(grown)
    if above.start is not None and "end" in before:
        before["text"] = item.letter.text[before.get("start", above.start) : before["end"]]
    write.change(above, before, actor=actor, verb="undo")
    lifecycle.move(item, "open", actor=actor, target=target_of(item), reason="undo")


def _before(entry: TrailEntry) -> dict[str, Any]:
    """The values before an entry; one that the trail keeps only by its digest cannot come back."""
    changes = json.loads(entry.body)["changes"]
    old = {name: pair[0] for name, pair in changes.items() if name != "state"}
    short = {name: value for name, value in old.items() if not isinstance(value, dict)}
    if entry.verb == "edit" and short != old:
        raise RuleBroken("intake.nothing_to_undo", _NOTHING)
    return short
