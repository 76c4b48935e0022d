"""What taken-over findings still lack: a cause, a lasting measure. A to-do with a day, never a block."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet

from jiandi.base import clock
from jiandi.record.ledger.models import Cause, Finding, ImportBatch, MeasureFinding, Round
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor

ROWS = 50


@dataclass(frozen=True)
class Gaps:
    """Findings one may see that lack something, and the day by which it should be there."""

    page: Page[Finding]
    due: date | None


def gaps(round_: Round, actor: Actor, page: int = 1) -> Gaps:
    """``has_cause`` and ``has_lasting`` on each finding say what is there."""
    found = _lacking(round_.pk).filter(pk__in=Finding.objects.visible_to(actor).values("pk")).select_related("lead")
    return Gaps(Paginator(found.order_by("lead__path", "pk").defer("verbatim"), ROWS).get_page(page), gap_due(round_.pk))


def has_gaps(round_id: int) -> bool:
    return _lacking(round_id).exists()


def gap_due(round_id: int) -> date | None:
    """So many days (regime) after the first ledger was taken in."""
    taken = ImportBatch.objects.filter(round=round_id, state="taken", source="taken_over").select_related("round__regime")
    first = taken.defer("faults", "stated", "reasons").order_by("taken_at").first()
    if first is None or first.taken_at is None:
        return None
    return clock.local_day(first.taken_at) + timedelta(days=regimes.profile_of(first.round.regime).clocks.taken_over_gap_days)


def _lacking(round_id: int) -> QuerySet[Finding]:
    cause = Cause.objects.filter(finding=OuterRef("pk"), is_dropped=False)
    lasting = MeasureFinding.objects.filter(finding=OuterRef("pk"), measure__horizon="lasting").exclude(
        measure__state__in=["dropped", "failed"]
    )
    found = Finding.objects.filter(round=round_id, source="taken_over").exclude(state__in=["withdrawn", "handed_over"])
    return found.annotate(has_cause=Exists(cause), has_lasting=Exists(lasting)).filter(Q(has_cause=False) | Q(has_lasting=False))
