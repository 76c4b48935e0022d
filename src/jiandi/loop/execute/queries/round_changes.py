"""All extensions, transfers and requests for support of a round that one may see: what waits, for whom, and how late answers came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import F, Q, QuerySet

from jiandi.base import clock
from jiandi.loop.execute.queries import turns
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger.models import OPEN_STATES, OPEN_SUPPORTS, Extension, Finding, Measure, Support, Transfer
from jiandi.record.policy import roles
from jiandi.record.trail.actor import Actor

KINDS: Final = ("extensions", "transfers", "supports")
FILTERS: Final = ("", "to_answer", "asked", "late")


@dataclass(frozen=True)
class Line:
    """One row, whatever its kind; ``page`` is where it is answered."""

    finding_id: int
    number: str
    title: str
    what: tuple[str, ...]
    asked_by: str
    answers: str
    asked_on: date
    answer_by: date
    answered_on: date | None
    state: str
    days_late: int
    page: str


def rows(actor: Actor, round_id: int, kind: str, only: str = "") -> QuerySet[Any]:
    """The newest first; ``only``: to_answer (mine), asked (mine, unanswered), late."""
    found = _base(actor, round_id, kind)
    match only:
        case "to_answer":
            return found.filter(_is_open(kind), _answered_by(actor, round_id, kind))
        case "asked":
            return found.filter(_is_open(kind), _asked_by(actor, kind))
        case "late":
            return found.filter(_late(kind))
    return found


def _base(actor: Actor, round_id: int, kind: str) -> QuerySet[Any]:
    findings = Finding.objects.visible_to(actor).filter(round_id=round_id).values("pk")
    if kind == "extensions":
        return Extension.objects.filter(finding__in=findings).select_related("finding", "unit").order_by("-asked_on", "-pk")
    if kind == "transfers":
        found = Transfer.objects.filter(finding__in=findings)
        return found.select_related("finding", "from_unit", "to_unit", "to_post").order_by("-asked_on", "-pk")
    measures = Measure.objects.visible_to(actor).filter(round_id=round_id).values("pk")
    found_supports = Support.objects.filter(measure__in=measures)
    return found_supports.select_related("measure", "unit", "from_unit").prefetch_related("measure__findings").order_by("-asked_on", "-pk")


def _is_open(kind: str) -> Q:
    """Unanswered, and of something that is still owed."""
    if kind == "supports":
        return Q(state__in=OPEN_SUPPORTS)
    return Q(state="asked", finding__state__in=OPEN_STATES)


def _late(kind: str) -> Q:
    waits = Q(state="asked", answer_by__lt=clock.today())
    if kind == "supports":
        return waits | Q(promised_on__gt=F("answer_by")) | Q(state="refused", answered_on__gt=F("answer_by"))
    return waits | Q(answered_on__gt=F("answer_by"))


def _answered_by(actor: Actor, round_id: int, kind: str) -> Q:
    if kind == "extensions":
        return Q() if actor.roles(round_id) & roles.OFFICE else Q(pk__in=[])
    theirs = _units(actor)
    return Q(to_unit__in=theirs) if kind == "transfers" else Q(unit__in=theirs)


def _asked_by(actor: Actor, kind: str) -> Q:
    field = "unit" if kind == "extensions" else "from_unit"
    return Q(**{f"{field}__in": _units(actor)})


def _units(actor: Actor) -> QuerySet[Any]:
    inside = accounts.subtree(d.unit_path for d in actor.duties if d.role in roles.UNIT)
    return accounts.living_units().order_by().filter(inside).values("pk")


def counts(actor: Actor, round_id: int, kind: str) -> dict[str, int]:
    return {only: rows(actor, round_id, kind, only).count() for only in FILTERS}


def lines(kind: str, found: list[Any]) -> list[Line]:
    """The rows of a page as one shape."""
    makers: dict[str, Callable[[Any, int], Line]] = {"extensions": _extension, "transfers": _transfer, "supports": _support}
    return [makers[kind](one.row, one.days_late) for one in turns.answered(found)]


def _extension(r: Extension, late: int) -> Line:
    what: tuple[str, ...] = (str(r.get_kind_display()),)
    if r.wanted_to is not None:
        what = (r.due_before.isoformat(), f"→ {(r.granted_to or r.wanted_to).isoformat()}")
    return _line(r, r.finding, what, (r.unit.label, ""), late, "execute:dates")


def _transfer(r: Transfer, late: int) -> Line:
    to = f"{r.to_unit.label} {r.to_post.title}" if r.to_post else r.to_unit.label
    return _line(r, r.finding, (str(r.get_kind_display()),), (r.from_unit.label, to), late, "execute:duty")


def _support(r: Support, late: int) -> Line:
    finding = next(iter(r.measure.findings.all()))
    return _line(r, finding, (r.text[:60],), (r.from_unit.label, r.unit.label), late, "execute:supports")


def _line(r: Any, f: Finding, what: tuple[str, ...], between: tuple[str, str], late: int, page: str) -> Line:
    said_on = getattr(r, "promised_on", None) or r.answered_on
    state = str(r.get_state_display())
    return Line(f.pk, f.number, f.title, what, *between, r.asked_on, r.answer_by, said_on, state, late, page)
