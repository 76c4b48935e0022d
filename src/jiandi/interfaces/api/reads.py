"""Findings and measures: list and get, in the same scope as the pages."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Query, Router

from jiandi.base import api
from jiandi.base.http import Request
from jiandi.interfaces.api.schemas import (
    FindingLine,
    FindingOut,
    FindingPage,
    FindingQuery,
    MeasureOut,
    MeasurePage,
    MeasureQuery,
    MoveOut,
)
from jiandi.record.ledger import lifecycle, listing, load, targets
from jiandi.record.ledger.models import Finding, Measure

router = Router()


@router.get("/findings", response={200: FindingPage, **api.READS}, summary="Findings one may see")
def list_findings(
    request: Request,
    asked: Query[FindingQuery],
) -> FindingPage:
    words = asked.q.strip()[:60]
    given = {name: getattr(asked, name) for name in ("state", "unit", "source", "claim", "when", "page")}
    filters = listing.Filters(words=words, **given)
    rows, has_more = listing.rows(request.actor, asked.round_id, filters)
    count, is_at_least = listing.total(request.actor, asked.round_id, filters)
    items = [FindingLine(id=row.pk, days_left=row.days_left, **{k: getattr(row, k) for k in _LINE}) for row in rows]
    return FindingPage(items=items, page=asked.page, has_more=has_more, count=count, count_is_at_least=is_at_least)


_LINE = ("number", "title", "lead", "state", "source", "klass", "due", "said", "done", "well")


@router.get("/findings/{finding_id}", response={200: FindingOut, **api.READS}, summary="One finding")
def get_finding(request: Request, response: HttpResponse, finding_id: int) -> FindingOut:
    """The ETag is the version; send it back as If-Match when you change the finding."""
    finding = load.finding(request.actor, finding_id)
    api.tag(response, finding.version)
    return finding_out(request, finding)


def finding_out(request: Request, finding: Finding) -> FindingOut:
    moves = lifecycle.possible(finding, request.actor, targets.of_finding(finding))
    return FindingOut(
        id=finding.pk,
        version=finding.version,
        number=finding.number,
        title=finding.title,
        verbatim=finding.verbatim,
        state=finding.state,
        lead=finding.lead.name if finding.lead else None,
        first_due=finding.first_due,
        due=finding.due,
        standard=finding.standard,
        said=finding.is_said,
        done=finding.is_done,
        well=finding.is_well,
        effect_state=finding.effect_state,
        moves=[MoveOut(verb=m.verb, to=m.to) for m in moves],
    )


@router.get("/measures", response={200: MeasurePage, **api.READS}, summary="Measures one may see")
def list_measures(
    request: Request,
    asked: Query[MeasureQuery],
) -> MeasurePage:
    found = Measure.objects.visible_to(request.actor).select_related("lead").order_by("due", "pk")
    if asked.finding_id:
        found = found.filter(findings=asked.finding_id)
    if asked.state:
        found = found.filter(state=asked.state)
    first = (asked.page - 1) * listing.PAGE
    rows = list(found[first : first + listing.PAGE + 1])
    items = [measure_out(m) for m in rows[: listing.PAGE]]
    return MeasurePage(items=items, page=asked.page, has_more=len(rows) > listing.PAGE)


@router.get("/measures/{measure_id}", response={200: MeasureOut, **api.READS}, summary="One measure")
def get_measure(request: Request, response: HttpResponse, measure_id: int) -> MeasureOut:
    measure = load.measure(request.actor, measure_id)
    api.tag(response, measure.version)
    return measure_out(measure)


def measure_out(m: Measure) -> MeasureOut:
    return MeasureOut(
        id=m.pk,
        version=m.version,
        number=m.number,
        text=m.text,
        lead=m.lead.name,
        kind=m.kind,
        horizon=m.horizon,
        first_due=m.first_due,
        due=m.due,
        standard=m.standard,
        state=m.state,
        said_on=m.said_on,
        done_on=m.done_on,
    )
