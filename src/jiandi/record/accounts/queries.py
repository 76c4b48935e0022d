"""Who somebody is and what they may act as; units by name; the directory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, Q, QuerySet

from jiandi.base import clock
from jiandi.base.errors import NotFound
from jiandi.base.prepared import Prepared
from jiandi.base.text.words import N_
from jiandi.record.accounts.models import Duty, Installation, Post, Unit, UnitAlias, User, end_of_subtree
from jiandi.record.policy import roles
from jiandi.record.trail.actor import Actor, DutyHeld

_DUTY = ("role", "post_id", "post__unit_id", "post__unit__path", "round_id")


def actor_for(user: User, *, zone: str = "intranet", stands_for: int | None = None) -> Actor:
    """The actor of a person now. In a single-clerk installation a post may be named whose step is recorded."""
    rows = _DUTIES.rows(user.pk, clock.today())
    duties = tuple(DutyHeld(*row[:-1]) for row in rows)
    may_stand = any(row[0] == roles.CLERK and row[-1] for row in rows)
    if stands_for and may_stand and (seat := _seat_duties(stands_for)):
        return Actor(user.pk, user.full_name, (*duties, *seat), zone, stands_for, may_stand=True)
    return Actor(user.pk, user.full_name, duties, zone, may_stand=may_stand)


def user_may_stand_for_posts(user: User) -> bool:
    """Only the clerk of a single-clerk installation records other posts' steps."""
    installation = Installation.objects.first()
    return bool(installation and installation.is_single_clerk and any(d.role == roles.CLERK for d in _duties_of(Q(user=user))))


def seats() -> QuerySet[Duty]:
    """Posts with a business role, whose steps the clerk of a single-clerk installation records."""
    held = Duty.objects.filter(until__isnull=True, role__in=roles.BUSINESS)
    return held.select_related("post", "post__unit", "user").order_by("post__unit__path", "post__title")


def is_single_clerk() -> bool:
    return Installation.objects.filter(mode="single_clerk").exists()


def seats_for(actor: Actor) -> list[Duty]:
    """The seats whose steps the actor may record, each post once; for most people none, and nothing is asked."""
    if not actor.may_stand:
        return []
    others = {duty.post_id: duty for duty in seats().exclude(user_id=actor.user_id or 0)}
    return list(others.values())


def seat_of(actor: Actor, post_id: int) -> Post:
    """A seat whose steps the actor may record; for everybody else it does not exist."""
    user = User.objects.filter(pk=actor.user_id or 0).first()
    post = Post.objects.filter(pk=post_id, duties__in=seats()).select_related("unit").first()
    if user is None or post is None or not user_may_stand_for_posts(user):
        raise NotFound("accounts.no_seat", N_("There is no such seat. Only the clerk of a single-clerk installation records its steps."))
    return post


def _seat_duties(post_id: int) -> tuple[DutyHeld, ...]:
    """The business duties of a post; an administrator's are held by a person who signs in."""
    return _duties_of(Q(post_id=post_id, role__in=roles.BUSINESS))


def _duties_of(condition: Q) -> tuple[DutyHeld, ...]:
    return tuple(DutyHeld(*row) for row in _held(condition, clock.today()).values_list(*_DUTY))


def _duties_on(user_id: int, today: date) -> QuerySet[Duty, Any]:
    """A person's duties on a day, and whether the installation has a single clerk."""
    alone = Exists(Installation.objects.filter(mode="single_clerk"))
    return _held(Q(user_id=user_id), today).annotate(is_alone=alone).values_list(*_DUTY, "is_alone")


_DUTIES = Prepared(_duties_on, int, date)


def _held(condition: Q, today: date) -> QuerySet[Duty]:
    """Duties that hold on a day."""
    return (
        Duty.objects.filter(condition, since__lte=today)
        .filter(Q(until__isnull=True) | Q(until__gte=today))
        .filter(Q(given_by__isnull=True) | Q(confirmed_by__isnull=False))
        .order_by("pk")
    )


def subtree(paths: Iterable[str]) -> Q:
    """Condition on ``path``: any of these units or below."""
    condition = Q(pk__in=[])
    for path in sorted(set(paths)):
        condition |= Q(path__gte=path, path__lt=end_of_subtree(path))
    return condition


def living_units() -> QuerySet[Unit]:
    return Unit.objects.filter(ended_on__isnull=True).order_by("path")


def unit_by_id(unit_id: int) -> Unit:
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None:
        raise NotFound("accounts.no_unit", N_("There is no such unit. Choose one from the list."))
    return unit


def units_by_name() -> dict[str, int]:
    """Every name, short name and alias of living units -> unit id; a name of two units is left out."""
    found: dict[str, set[int]] = {}
    for pk, name, short in living_units().values_list("pk", "name", "short_name"):
        for text in filter(None, (name, short)):
            found.setdefault(text, set()).add(pk)
    for pk, name in UnitAlias.objects.filter(unit__ended_on__isnull=True).values_list("unit_id", "name"):
        found.setdefault(name, set()).add(pk)
    return {name: ids.pop() for name, ids in found.items() if len(ids) == 1}


def posts_of(unit_ids: Iterable[int]) -> QuerySet[Post]:
    return Post.objects.filter(unit_id__in=list(unit_ids)).select_related("unit").order_by("unit__path", "title")


def leader_posts() -> QuerySet[Post]:
    """Seats that leaders in charge hold, each once."""
    return Post.objects.filter(duties__role=roles.LEADER).distinct().order_by("title", "pk")


def names_of(user_ids: Iterable[int | None]) -> dict[int, str]:
    """Full names by user id, for timelines."""
    wanted = {pk for pk in user_ids if pk is not None}
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "full_name"))
