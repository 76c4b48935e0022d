"""Sheets and what was decided on them. Who sees only some findings sees only their lines, and sums over these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet, Sum

from jiandi.base import clock
from jiandi.base.errors import NotFound
from jiandi.base.text.words import N_
from jiandi.loop.reconcile import rules
from jiandi.record.figures import queries as figures
from jiandi.record.figures import rates
from jiandi.record.figures.rates import ThreeRates
from jiandi.record.ledger import load
from jiandi.record.ledger.models import (
    Decision,
    Dispute,
    EvidenceUse,
    Finding,
    Measure,
    ProgressNote,
    Reconciliation,
    ReconciliationLine,
    Round,
)
from jiandi.record.ledger.models.finding import SAYS_FINISHED
from jiandi.record.ledger.scope import of_visible_findings, visible_rounds
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes import vocabulary
from jiandi.record.trail import queries as trail
from jiandi.record.trail.actor import Actor
from jiandi.record.trail.models import Head, StateSpan, TrailEntry

PAGE = 50
SHOWN_EVIDENCE = 6
_MISSING = N_("There is no such sheet, or it is not yours to see. Go back to the list.")


def lines_at(round_id: int, head: Head, as_of: date) -> list[rules.Line]:
    """Every finding of a round as it stood when ``head`` was sealed."""
    ids = Finding.objects.filter(round_id=round_id).values("pk")
    values = {
        facet: dict(trail.spans_at(head, "finding", facet).filter(thing_id__in=ids).values_list("thing_id", "value"))
        for facet in rules.FACETS
    }
    by_thing = Count("pk")
    returned = (
        TrailEntry.objects.filter(thing="finding", verb="return", thing_id__in=ids, leaf__place__lt=head.size)
        .values_list("thing_id")
        .annotate(n=by_thing)
        .order_by()
    )
    reopened = (
        StateSpan.objects.filter(thing="finding", facet="state", value="reopened", thing_id__in=ids, opened_by__leaf__place__lt=head.size)
        .values_list("thing_id")
        .annotate(n=by_thing)
        .order_by()
    )
    return rules.make_lines(values, dict(returned), dict(reopened), as_of)


@dataclass(frozen=True)
class SheetRow:
    """A sheet in the list, with what one may see of its decisions."""

    sheet: Reconciliation
    decisions: int
    open_tasks: int


def sheets(actor: Actor, round_id: int, number: object = 1) -> tuple[Page[Reconciliation], list[SheetRow]]:
    """Sheets of a round, newest first."""
    round_ = load.round_(actor, round_id)
    page = Paginator(Reconciliation.objects.filter(round=round_).order_by("-as_of", "-pk"), PAGE).get_page(number)  # type: ignore[arg-type]
    seen = Decision.objects.filter(of_visible_findings(actor), sheet__in=[row.pk for row in page])
    is_open = Count("pk", filter=Q(kind__in=rules.TASKS, state="open"))
    counts = {pk: (n, n_open) for pk, n, n_open in seen.values_list("sheet_id").annotate(n=Count("pk"), n_open=is_open).order_by()}
    return page, [SheetRow(row, *counts.get(row.pk, (0, 0))) for row in page]


def sheet(actor: Actor, sheet_id: int) -> Reconciliation:
    """A sheet of a round that the actor may see."""
    rows = Reconciliation.objects.select_related("round", "round__regime", "round__unit")
    found = rows.filter(round__in=Round.objects.filter(visible_rounds(actor)), pk=sheet_id).first()
    if found is None:
        raise NotFound("reconcile.no_sheet", _MISSING)
    return found


def finding_on(actor: Actor, of: Reconciliation, finding_id: int) -> Finding:
    """A visible finding that stands on the sheet."""
    finding = load.finding(actor, finding_id)
    if not ReconciliationLine.objects.filter(sheet=of, finding=finding).exists():
        raise NotFound("reconcile.no_line", N_("This finding does not stand on the sheet."))
    return finding


def decision(actor: Actor, decision_id: int) -> Decision:
    rows = Decision.objects.select_related("sheet", "sheet__round", "finding")
    found = rows.filter(of_visible_findings(actor), pk=decision_id).first()
    if found is None:
        raise NotFound("reconcile.no_decision", N_("There is no such decision, or it is not yours to see."))
    return found


def lines_of(actor: Actor, of: Reconciliation) -> QuerySet[ReconciliationLine]:
    """The lines that the actor may see."""
    return ReconciliationLine.objects.filter(of_visible_findings(actor), sheet=of)


@dataclass(frozen=True)
class Sums:
    """The figures of some lines."""

    unit_id: int | None
    unit: str
    total: int
    rates: ThreeRates
    overdue: int
    returned: int
    reopened: int
    unchecked: int


def sums_by_unit(actor: Actor, of: Reconciliation) -> list[Sums]:
    """One row per lead unit, in the order of the tree; nothing is ranked."""
    rows = lines_of(actor, of).values("unit_id", "unit__name", "unit__path").annotate(**_SUMS).order_by("unit__path")
    return [_sums(row, of) for row in rows]


def sums_of_all(actor: Actor, of: Reconciliation) -> Sums:
    """The figures of the whole sheet, as far as the actor may see it."""
    row = lines_of(actor, of).aggregate(**_SUMS)
    return _sums({"unit_id": None, "unit__name": "", **row}, of)


_LIVE = ~Q(state__in=rules.COUNTED_OUT)
# As it stood on the sheet; where a finding came from never changes.
_UNCHECKED = Q(finding__source="taken_over", state__in=SAYS_FINISHED, is_done=False)
_SUMS: dict[str, Any] = {
    "total": Count("pk"),
    "n": Count("pk", filter=_LIVE),
    "n_said": Count("pk", filter=_LIVE & Q(is_said=True)),
    "n_done": Count("pk", filter=_LIVE & Q(is_done=True)),
    "n_well": Count("pk", filter=_LIVE & Q(is_well=True)),
    "overdue": Count("pk", filter=Q(days_overdue__gt=0)),
    "returned": Sum("times_returned", filter=_LIVE, default=0),
    "reopened": Sum("times_reopened", filter=_LIVE, default=0),
    "unchecked": Count("pk", filter=_UNCHECKED),
}


def _sums(row: Mapping[str, Any], of: Reconciliation) -> Sums:
    how = regimes.profile_of(of.round.regime).numbers
    said, done, well = (rates.rate(row[name], row["n"], how) for name in ("n_said", "n_done", "n_well"))
    return Sums(
        unit_id=row["unit_id"],
        unit=row["unit__name"] or "",
        total=row["total"],
        rates=ThreeRates(said, done, well),
        overdue=row["overdue"],
        returned=row["returned"],
        reopened=row["reopened"],
        unchecked=row["unchecked"],
    )


ONLY = {
    "overdue": Q(days_overdue__gt=0),
    "returned": Q(times_returned__gt=0),
    "reopened": Q(times_reopened__gt=0),
    "unchecked": _UNCHECKED,
}


def rows_of(actor: Actor, of: Reconciliation, *, unit: str, only: str, number: object) -> Page[ReconciliationLine]:
    """Lines behind a figure: of a unit (``0``: without one), or those overdue, returned, reopened."""
    lines = lines_of(actor, of).select_related("finding", "unit")
    if unit.isdigit():
        lines = lines.filter(unit_id=int(unit)) if int(unit) else lines.filter(unit__isnull=True)
    lines = lines.filter(ONLY.get(only, Q())).order_by("-days_overdue", "finding_id")
    return Paginator(lines, PAGE).get_page(number)  # type: ignore[arg-type]


def open_tasks(actor: Actor, before: Reconciliation) -> list[Decision]:
    """Tasks of earlier sheets of the round that nobody has met yet; they stand at the head of this one."""
    earlier = Q(sheet__as_of__lt=before.as_of) | Q(sheet__as_of=before.as_of, sheet__lt=before.pk)
    rows = Decision.objects.filter(earlier, of_visible_findings(actor), sheet__round=before.round_id)
    rows = rows.filter(kind__in=rules.TASKS, state="open").select_related("finding", "finding__lead", "sheet")
    return list(rows.order_by(F("due").asc(nulls_last=True), "pk")[:PAGE])


def disputes_unanswered(actor: Actor, round_id: int) -> list[Dispute]:
    """Disputes whose days to be answered are over: they are on the agenda of every meeting until the issuer answers."""
    rows = Dispute.objects.filter(of_visible_findings(actor), finding__round_id=round_id, state="forwarded", answer_by__lt=clock.today())
    return list(rows.select_related("finding", "unit").order_by("answer_by", "pk")[:PAGE])


def decisions_on(actor: Actor, of: Reconciliation, finding_ids: list[int]) -> dict[int, Decision]:
    rows = Decision.objects.filter(of_visible_findings(actor), sheet=of, finding__in=finding_ids)
    return {row.finding_id: row for row in rows}


@dataclass(frozen=True)
class Item:
    """What the meeting sees of one line: found, promised, there, proven, said; and what it decided so far."""

    line: ReconciliationLine
    finding: Finding
    measures: list[Measure]
    proof: list[EvidenceUse]
    more_proof: int
    last_note: ProgressNote | None
    decision: Decision | None
    place: int
    count: int
    decided: int


def items(actor: Actor, of: Reconciliation) -> QuerySet[ReconciliationLine]:
    """The lines a meeting goes through: what is not settled, longest overdue first, then by unit."""
    lines = lines_of(actor, of).exclude(state__in=vocabulary.SETTLED)
    return lines.order_by("-days_overdue", "unit__path", "finding_id")


def item(actor: Actor, of: Reconciliation, place: int) -> Item | None:
    """The item at a place (from 1); None where there is nothing to go through."""
    lines = items(actor, of)
    count = lines.count()
    place = max(1, min(place, count))
    line = lines.select_related("finding", "finding__lead", "unit")[place - 1 : place].first() if count else None
    if line is None:
        return None
    measures = list(line.finding.measures.select_related("lead").order_by("number"))
    proof = EvidenceUse.objects.filter(Q(finding=line.finding) | Q(measure__in=measures)).select_related("evidence", "measure")
    shown = list(proof.order_by("-pk")[: SHOWN_EVIDENCE + 1])
    notes = ProgressNote.objects.filter(measure__in=measures).select_related("unit")
    return Item(
        line=line,
        finding=line.finding,
        measures=measures,
        proof=shown[:SHOWN_EVIDENCE],
        more_proof=max(0, proof.count() - SHOWN_EVIDENCE) if len(shown) > SHOWN_EVIDENCE else 0,
        last_note=notes.order_by("-on", "-pk").first(),
        decision=Decision.objects.filter(sheet=of, finding=line.finding).first(),
        place=place,
        count=count,
        decided=Decision.objects.filter(sheet=of, finding__in=lines.values("finding_id")).count(),
    )


@dataclass(frozen=True)
class Stand:
    """How a finding stood on one sheet, and what was decided."""

    line: ReconciliationLine
    decision: Decision | None


def stands_of(finding: Finding) -> list[Stand]:
    """The sheets on which a finding stood, newest first."""
    lines = list(
        ReconciliationLine.objects.filter(finding=finding).select_related("sheet", "unit").order_by("-sheet__as_of", "-sheet_id")[:20]
    )
    decisions = {d.sheet_id: d for d in Decision.objects.filter(finding=finding, sheet__in=[line.sheet_id for line in lines])}
    return [Stand(line, decisions.get(line.sheet_id)) for line in lines]


def sees_all(actor: Actor, of: Reconciliation) -> bool:
    """Whether the figures kept in the head of the sheet are the actor's to see."""
    return figures.sees_round(actor, of.round_id)
