"""The schedule of a unit's measures: milestones counted back from the due date, and those people set themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from jiandi.record.ledger import reads
from jiandi.record.ledger.models import Finding, Measure, OwnMilestone, Round
from jiandi.record.regimes import milestones
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes.parts import Milestone
from jiandi.record.trail.actor import Actor

UNDER_WAY = ("draft", "planned", "in_progress", "claimed", "done")


@dataclass(frozen=True)
class Line:
    """A measure with its days on the way."""

    measure: Measure
    numbers: str
    marks: list[milestones.Mark]


@dataclass(frozen=True)
class Schedule:
    """Lines in the order of their due date, and the regime's milestones in order."""

    round: Round
    wanted: tuple[Milestone, ...]
    lines: list[Line]

    @property
    def periods(self) -> list[milestones.Period]:
        days = [mark.on for line in self.lines for mark in line.marks] + [line.measure.due for line in self.lines]
        return milestones.periods(min([*days, self.round.feedback_on]), max(days)) if days else []


def of_measures(round_: Round, measures: Sequence[Measure]) -> Schedule:
    """The days of these measures; in four reads, however many there are."""
    wanted, calendar = regimes.profile_of(round_.regime).plan_milestones, regimes.work_calendar()
    own: dict[int, dict[str, date]] = {}
    for one in OwnMilestone.objects.filter(measure__in=[m.pk for m in measures]):
        if one.on is not None:
            own.setdefault(one.measure_id, {})[one.code] = one.on
    lines = []
    for m in measures:
        marks = milestones.back_from(m.due, round_.feedback_on, wanted, calendar, own.get(m.pk, {}))
        lines.append(Line(m, "、".join(f.number for f in m.findings.all()), marks))
    return Schedule(round_, wanted, lines)


def measures_of(actor: Actor, round_: Round, unit_id: int) -> list[Measure]:
    """What a unit's findings ask to be done and is not dropped, the nearest due date first."""
    findings = Finding.objects.visible_to(actor).filter(round=round_, lead_id=unit_id)
    found = Measure.objects.filter(findings__in=findings.values("pk"), state__in=UNDER_WAY).distinct()
    seen = Prefetch("findings", Finding.objects.visible_to(actor).filter(round=round_).order_by("pk"))
    measures = list(found.select_related("lead").prefetch_related(seen).order_by("due", "pk"))
    reads.as_in_round(measures, round_.pk)
    return measures
