"""The figures of a round for what one may see: totals, rates, timing, burn-down. Everything else here is plain arithmetic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from jiandi.base import clock
from jiandi.record.accounts.models import Unit, end_of_subtree
from jiandi.record.figures import rates, series, timing
from jiandi.record.figures.rates import StateCount, Totals
from jiandi.record.figures.series import Day, Step
from jiandi.record.figures.timing import Timing
from jiandi.record.ledger import load
from jiandi.record.ledger.models import Counter, Finding, Round
from jiandi.record.ledger.models.finding import COUNTED_OUT, UNCHECKED
from jiandi.record.ledger.scope import sees_everything, wide_rounds
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes.parts import Profile
from jiandi.record.trail.actor import Actor
from jiandi.record.trail.models import StateSpan


@dataclass(frozen=True)
class UnitTotals:
    """The totals of the findings one unit leads; ``unit_id`` is None for findings without a lead."""

    unit_id: int | None
    name: str
    totals: Totals


def totals_of(actor: Actor, round_id: int, unit_id: int | None = None) -> Totals:
    """Totals of a round, or of what a unit and the units below it lead in it.

    Who sees the whole round reads the kept counters; everybody else counts the rows they may see. Both agree.
    """
    round_ = load.round_(actor, round_id)
    profile = regimes.profile_of(round_.regime)
    return rates.make((row for _lead, row in _counts(actor, round_, unit_id)), profile)


def totals_by_unit(actor: Actor, round_id: int, unit_id: int | None = None) -> list[UnitTotals]:
    """The totals of each lead unit, in the order of the tree; those without a lead come last."""
    round_ = load.round_(actor, round_id)
    profile = regimes.profile_of(round_.regime)
    return _by_unit(_counts(actor, round_, unit_id, "lead_id"), profile)


def by_unit_among(findings: QuerySet[Finding], profile: Profile) -> list[UnitTotals]:
    """The same of any findings."""
    return _by_unit(((row["lead_id"], state_count(row)) for row in tallied(findings, "lead_id", "state")), profile)


def _by_unit(counts: Iterable[tuple[int | None, StateCount]], profile: Profile) -> list[UnitTotals]:
    by_lead: dict[int | None, list[StateCount]] = defaultdict(list)
    for lead_id, row in counts:
        if row.total:
            by_lead[lead_id].append(row)
    units = Unit.objects.filter(pk__in=[pk for pk in by_lead if pk is not None]).order_by("path")
    found = [UnitTotals(unit.pk, unit.name, rates.make(by_lead[unit.pk], profile)) for unit in units]
    if None in by_lead:
        found.append(UnitTotals(None, "", rates.make(by_lead[None], profile)))
    return found


def timing_of(actor: Actor, round_id: int, unit_id: int | None = None) -> Timing:
    """Overdue, on time, ageing and lights of the findings that the actor may see, as of today."""
    round_ = load.round_(actor, round_id)
    return timing_among(in_round(actor, round_.pk, unit_id), regimes.profile_of(round_.regime))


def totals_among(findings: QuerySet[Finding], profile: Profile) -> Totals:
    """The same totals of any findings: those that a form or a filter asks for."""
    return rates.make((state_count(row) for row in tallied(findings, "state")), profile)


def timing_among(findings: QuerySet[Finding], profile: Profile) -> Timing:
    """The same timing of any findings."""
    fields = ("state", "due", "first_due", "closed_on", "registered_on")
    rows = findings.exclude(state__in=COUNTED_OUT).values(*fields).annotate(n=Count("pk")).order_by()
    return timing.make([timing.Row(**row) for row in rows], profile, clock.today())


def burn_down(actor: Actor, round_id: int, unit_id: int | None = None, *, until: date | None = None) -> list[Day]:
    """One point per day from the first registration on. Findings withdrawn by now are left out of every day."""
    round_ = load.round_(actor, round_id)
    findings = in_round(actor, round_.pk, unit_id).exclude(state__in=COUNTED_OUT)
    spans = StateSpan.objects.filter(thing="finding", facet__in=series.FACETS, thing_id__in=findings.values("pk"))
    opened = spans.annotate(day=TruncDate("since", tzinfo=clock.ZONE)).values_list("day", "facet", "value")
    ended = spans.filter(until__isnull=False).annotate(day=TruncDate("until", tzinfo=clock.ZONE)).values_list("day", "facet", "value")
    steps: list[Step] = list(opened.annotate(n=Count("pk")).order_by())
    steps += [(day, facet, value, -n) for day, facet, value, n in ended.annotate(n=Count("pk")).order_by()]
    return series.walk(steps, until or clock.today())


def sees_round(actor: Actor, round_id: int) -> bool:
    """Whether nothing of the round is hidden from the actor."""
    return sees_everything(actor) or round_id in wide_rounds(actor)


def led_by(unit_id: int | None) -> Q:
    """Condition on what hangs on a lead unit: the unit or one below it."""
    path = Unit.objects.filter(pk=unit_id).values_list("path", flat=True).first() if unit_id is not None else None
    if unit_id is None:
        return Q()
    return Q(lead__path__gte=path, lead__path__lt=end_of_subtree(path)) if path else Q(pk__in=[])


def in_round(actor: Actor, round_id: int, unit_id: int | None = None) -> QuerySet[Finding]:
    """The findings that the figures of this actor count."""
    return Finding.objects.visible_to(actor).filter(led_by(unit_id), round_id=round_id)


def _counts(actor: Actor, round_: Round, unit_id: int | None, *by: str) -> Iterator[tuple[int | None, StateCount]]:
    """Counts by state, and by what else is named (``lead_id``)."""
    counted = _kept if sees_round(actor, round_.pk) else partial(_counted, actor)
    for row in counted(round_.pk, unit_id, *by, "state"):
        yield row.get("lead_id"), state_count(row)


def state_count(row: Mapping[str, Any]) -> StateCount:
    """A row of ``tallied``, as totals are made of it."""
    return StateCount(row["state"], row["n"], row["n_said"], row["n_done"], row["n_well"], row["n_unchecked"])


def _kept(round_id: int, unit_id: int | None, *by: str) -> Iterable[Any]:
    rows: QuerySet[Counter, Any] = Counter.objects.filter(led_by(unit_id), round_id=round_id).values(*by)
    return rows.annotate(
        n=Sum("total"), n_said=Sum("said"), n_done=Sum("done"), n_well=Sum("well"), n_unchecked=Sum("unchecked")
    ).order_by()


def _counted(actor: Actor, round_id: int, unit_id: int | None, *by: str) -> Iterable[Any]:
    return tallied(in_round(actor, round_id, unit_id), *by)


def tallied(findings: QuerySet[Finding], *by: str) -> Iterable[Any]:
    """Findings counted by these fields, with their three claims."""
    rows: QuerySet[Finding, Any] = findings.values(*by)
    return rows.annotate(
        n=Count("pk"),
        n_said=Count("pk", filter=Q(is_said=True)),
        n_done=Count("pk", filter=Q(is_done=True)),
        n_well=Count("pk", filter=Q(is_well=True)),
        n_unchecked=Count("pk", filter=UNCHECKED),
    ).order_by()
