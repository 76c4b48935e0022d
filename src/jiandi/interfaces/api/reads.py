"""Findings and measures: list and get, in the same scope as the pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from jiandi.base import api
from jiandi.base.http import Request
from jiandi.interfaces.api.schemas import (
    FindingLine,
    FindingOut,
    FindingPage,
    FindingQuery,
    LinkOut,
    LinkPage,
    MeasureOut,
    MeasurePage,
    MeasureQuery,
    MoveOut,
    PageQuery,
    SourceOut,
)
from jiandi.record.figures import sources
from jiandi.record.figures.rates import Totals
from jiandi.record.ledger import lifecycle, links, listing, load, targets
from jiandi.record.ledger.models import Finding, FindingLink, Measure, MeasureFinding

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
    serves = _served(request, rows[: listing.PAGE])
    items = [measure_out(m, serves[m.pk]) for m in rows[: listing.PAGE]]
    return MeasurePage(items=items, page=asked.page, has_more=len(rows) > listing.PAGE)


@router.get("/measures/{measure_id}", response={200: MeasureOut, **api.READS}, summary="One measure")
def get_measure(request: Request, response: HttpResponse, measure_id: int) -> MeasureOut:
    measure = load.measure(request.actor, measure_id)
    api.tag(response, measure.version)
    return measure_out(measure, _served(request, [measure])[measure.pk])


def _served(request: Request, measures: Sequence[Measure]) -> dict[int, list[int]]:
    """The findings that each measure serves, as far as they may be seen, in one query."""
    found: dict[int, list[int]] = {m.pk: [] for m in measures}
    seen = Finding.objects.visible_to(request.actor).values("pk")
    served = MeasureFinding.objects.filter(measure__in=list(found), finding__in=seen).order_by("finding_id")
    for measure_id, finding_id in served.values_list("measure_id", "finding_id"):
        found[measure_id].append(finding_id)
    return found


@router.get("/findings/{finding_id}/links", response={200: list[LinkOut], **api.READS}, summary="Links of a finding")
def list_links(request: Request, finding_id: int) -> list[LinkOut]:
    finding = load.finding(request.actor, finding_id)
    return [_link_out(tie.link) for tie in links.of_finding(request.actor, finding)]


@router.get("/rounds/{round_id}/links", response={200: LinkPage, **api.READS}, summary="Findings of a round that are in other letters too")
def list_joint(request: Request, round_id: int, asked: Query[PageQuery]) -> LinkPage:
    round_ = load.round_(request.actor, round_id)
    first = (asked.page - 1) * listing.PAGE
    rows = list(links.in_other_rounds(request.actor, round_.pk)[first : first + listing.PAGE + 1])
    return LinkPage(items=[_link_out(one) for one in rows[: listing.PAGE]], page=asked.page, has_more=len(rows) > listing.PAGE)


def _link_out(one: FindingLink) -> LinkOut:
    plain = {name: getattr(one, name) for name in ("version", "kind", "state", "finding_id", "other_id", "likeness", "basis")}
    numbers: dict[str, Any] = {"finding_number": one.finding.number, "other_number": one.other.number}
    return LinkOut(id=one.pk, finding_round_id=one.finding.round_id, other_round_id=one.other.round_id, **plain, **numbers)


@router.get("/rounds/{round_id}/sources", response={200: list[SourceOut], **api.READS}, summary="The register by source")
def list_sources(request: Request, round_id: int) -> list[SourceOut]:
    """Sources add up to ``own``; ``register`` is ``own`` and what was carried over from other rounds."""
    register = sources.register_of(request.actor, round_id)
    sums = [("own", register.own), ("carried", register.carried), ("register", register.whole)]
    return [_source_out(name, totals) for name, totals in [*((row.source, row.totals) for row in register.rows), *sums]]


def _source_out(name: str, totals: Totals) -> SourceOut:
    counts = totals.as_counts()
    return SourceOut(source=name, **{field: counts[field] for field in ("total", "counted", "by_state", "said", "done", "well")})


def measure_out(m: Measure, finding_ids: list[int]) -> MeasureOut:
    return MeasureOut(
        id=m.pk,
        version=m.version,
        round_id=m.round_id,
        number=m.number,
        finding_ids=finding_ids,
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
