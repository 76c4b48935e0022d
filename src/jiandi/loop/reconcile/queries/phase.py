"""The phase a round is in, what closing it would carry over, and the changes made so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from jiandi.base import clock
from jiandi.base.errors import NotFound
from jiandi.base.text.words import N_
from jiandi.loop.reconcile import rules
from jiandi.record.ledger.models import Finding, LetterItem, PhaseChange, PhaseLine, Round
from jiandi.record.ledger.scope import of_visible_findings, visible_rounds
from jiandi.record.regimes import phases, vocabulary
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes.parts import Phase, Profile
from jiandi.record.trail.actor import Actor

PAGE = 50
_MISSING = N_("There is no such change of phase, or it is not yours to see. Go back to the list.")
_NUMBERS = ("pk", "lead_id", "state", "source", "due", "first_due", "is_well")


@dataclass(frozen=True)
class Standing:
    """The phase a round is in, the next one, and the day on which the first should end."""

    now: Phase
    next: Phase | None
    planned_end: date | None


def standing(round_: Round) -> Standing:
    """The phase a change has led to; before any change, the first one that another follows."""
    profile = regimes.profile_of(round_.regime)
    now = next((one for one in profile.phases if one.code == round_.phase), None) or _first_followed(profile)
    dates = phases.phase_dates(profile.phases, {"feedback": round_.feedback_on}, regimes.work_calendar())
    end = next((one.end for one in dates if one.code == now.code), None)
    follows = follower(profile, now.code)
    is_own_end = now.start_anchor == "feedback" and round_.ends_on and not round_.phase
    return Standing(now, follows, round_.ends_on if is_own_end else end)


def follower(profile: Profile, code: str) -> Phase | None:
    """The phase that starts when this one ends."""
    return next((one for one in profile.phases if one.start_anchor == vocabulary.END_OF + code), None)


def _first_followed(profile: Profile) -> Phase:
    return next((one for one in profile.phases if follower(profile, one.code)), profile.phases[-1])


def placed(round_id: int, today: date) -> list[rules.Placed]:
    """Every finding of the round in its one group, as of now."""
    rows = Finding.objects.filter(round_id=round_id).order_by("pk").values_list(*_NUMBERS)
    return [rules.place(rules.Item(*row), today) for row in rows]


def facts(round_: Round, at: Standing, opened: int, document: str = "") -> rules.PhaseFacts:
    """What stands around the change."""
    items = LetterItem.objects.filter(letter__round=round_, state__in=["open", "drop_asked"]).exclude(type="heading")
    return rules.PhaseFacts(
        is_running=round_.state == "running",
        has_next=at.next is not None,
        items_open=items.count(),
        opened=opened,
        planned_end=at.planned_end,
        today=clock.today(),
        document=document,
    )


def origins(round_: Round) -> dict[int, str]:
    """The phase in which each carried item was first open, from the changes that stand."""
    rows = PhaseLine.objects.filter(change__round=round_, change__state="standing", group__in=rules.CARRIED)
    found: dict[int, str] = {}
    for finding_id, origin in rows.order_by("change__on", "pk").values_list("finding_id", "origin"):
        found.setdefault(finding_id, origin)
    return found


def changes(round_: Round) -> list[PhaseChange]:
    return list(PhaseChange.objects.filter(round=round_).select_related("sheet")[:PAGE])


def change(actor: Actor, change_id: int) -> PhaseChange:
    """A change of a round that the actor may see."""
    rows = PhaseChange.objects.select_related("round", "round__regime", "round__unit", "sheet")
    found = rows.filter(round__in=Round.objects.filter(visible_rounds(actor)), pk=change_id).first()
    if found is None:
        raise NotFound("phase.no_change", _MISSING)
    return found


def lines_of(actor: Actor, of: PhaseChange) -> QuerySet[PhaseLine]:
    """The lines that the actor may see."""
    return PhaseLine.objects.filter(of_visible_findings(actor), change=of)


@dataclass(frozen=True)
class Sum:
    """The items of one unit, or of all one may see: opened = left + carried."""

    name: str
    opened: int
    seen_to_work: int
    groups: Mapping[str, int]

    @property
    def left(self) -> int:
        return sum(self.groups[group] for group in rules.LEFT)

    @property
    def carried(self) -> int:
        return sum(self.groups[group] for group in rules.CARRIED)

    @property
    def cells(self) -> list[int]:
        return [self.groups[group] for group in rules.GROUPS]


def sums(actor: Actor, of: PhaseChange) -> tuple[Sum, list[Sum]]:
    """Over all lines one may see, and by lead unit in the order of the tree."""
    counts: dict[str, Any] = {group: Count("pk", filter=Q(group=group)) for group in rules.GROUPS}
    counts = {f"n_{group}": found for group, found in counts.items()}
    counts["seen"] = Count("pk", filter=Q(group="closed", is_well=True))
    lines = lines_of(actor, of)
    rows = lines.values("unit__name", "unit__path").annotate(opened=Count("pk"), **counts).order_by("unit__path")
    return _sum({"unit__name": "", **lines.aggregate(opened=Count("pk"), **counts)}), [_sum(row) for row in rows]


def _sum(row: Mapping[str, Any]) -> Sum:
    return Sum(row["unit__name"] or "", row["opened"], row["seen"], {group: row[f"n_{group}"] for group in rules.GROUPS})


def rows_of(actor: Actor, of: PhaseChange, group: str, number: object) -> Page[PhaseLine]:
    """The lines behind a figure."""
    lines = lines_of(actor, of).select_related("finding", "unit")
    wanted = rules.CARRIED if group == "carried" else (group,) if group in rules.GROUPS else rules.GROUPS
    lines = lines.filter(group__in=wanted).order_by("unit__path", "finding_id")
    return Paginator(lines, PAGE).get_page(number)  # type: ignore[arg-type]


def carried_to(finding: Finding) -> list[PhaseLine]:
    """How changes of phase found this finding, newest first."""
    lines = PhaseLine.objects.filter(finding=finding, change__state="standing").select_related("change")
    return list(lines.order_by("-change__on", "-pk")[:5])
