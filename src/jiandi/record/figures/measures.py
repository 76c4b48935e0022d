"""Totals of measures: each is counted once, at home, however many findings and letters it serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When

from jiandi.base import clock
from jiandi.record.figures import queries
from jiandi.record.ledger.models import Finding, Measure, MeasureFinding
from jiandi.record.ledger.models.finding import COUNTED_OUT
from jiandi.record.regimes import vocabulary
from jiandi.record.trail.actor import Actor

COUNTED_OUT_MEASURES = ("dropped", "failed")


@dataclass(frozen=True)
class MeasureTotals:
    """``joint`` of the ``total`` serve another letter as well; ``elsewhere`` serve these findings and are counted in another letter."""

    total: int
    done: int
    overdue: int
    joint: int
    elsewhere: int


def totals_of(actor: Actor, round_id: int, unit_id: int | None = None) -> MeasureTotals:
    """Of the findings that the figures of this actor count."""
    return totals_among(queries.in_round(actor, round_id, unit_id), round_id)


def totals_among(findings: QuerySet[Finding], round_id: int) -> MeasureTotals:
    """The same of any findings of one round."""
    found = counted_among(findings, round_id)
    late = Q(due__lt=clock.today()) & ~Q(state__in=vocabulary.MEASURE_AT_REST)
    return MeasureTotals(
        total=found.count(),
        done=found.filter(state="done").count(),
        overdue=found.filter(late).count(),
        joint=found.filter(Exists(_live(OuterRef("pk")).exclude(finding__round=round_id))).count(),
        elsewhere=_serving(findings).exclude(home=round_id).count(),
    )


def counted_among(findings: QuerySet[Finding], round_id: int) -> QuerySet[Measure]:
    """The measures that serve these findings of a round and are counted in it."""
    return _serving(findings).filter(home=round_id)


def _serving(findings: QuerySet[Finding]) -> QuerySet[Any]:
    """Each measure once, with its home: the round it was born in, or the first it serves when nothing there is left to serve."""
    asked = findings.exclude(state__in=COUNTED_OUT).values("pk")
    serving = MeasureFinding.objects.filter(finding__in=asked).values("measure_id")
    first = _live(OuterRef("pk")).order_by("finding_id").values("finding__round_id")[:1]
    at_birth = Exists(_live(OuterRef("pk")).filter(finding__round=OuterRef("round")))
    home = Case(When(at_birth, then=F("round_id")), default=Subquery(first), output_field=BigIntegerField())
    return Measure.objects.filter(pk__in=serving).exclude(state__in=COUNTED_OUT_MEASURES).annotate(home=home)


def _live(measure: OuterRef) -> QuerySet[MeasureFinding]:
    return MeasureFinding.objects.filter(measure=measure).exclude(finding__state__in=COUNTED_OUT)
