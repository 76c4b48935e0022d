"""Verdicts of verifiers, for programs: the same actions as the pages, and the same three people."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field

from jiandi.base import api
from jiandi.base.http import Request
from jiandi.loop.verify import actions
from jiandi.record.ledger import load

router = Router()
Verdict = Literal["met", "not_met"]
Method = Literal["asked", "read", "seen", "redone"]
Reason = Literal["incomplete", "below_standard", "not_carried_out", "no_effect", "relapsed"]
Numbers = Annotated[list[api.Id], Field(max_length=200)]


class ClaimFound(Schema):
    """A claim as its verifier sees it; the ETag is its version."""

    id: int
    version: int
    measure_id: int
    measure: str
    standard: str
    kind: str
    text: str
    on: date
    state: str


class ClaimVerdict(Schema):
    verdict: Verdict
    method: Method
    text: api.Text


class ClaimReturn(Schema):
    reason: Reason
    text: api.Text = ""
    method: Method = "read"


class Questions(Schema):
    """问题见底了吗、解决彻底了吗、整改到位了吗."""

    to_the_bottom: bool
    thorough: bool
    in_place: bool


class FindingVerdict(Schema):
    """``verdicts`` and ``notes`` by the number of the measure."""

    verdicts: dict[api.Id, Verdict]
    questions: Questions
    method: Method
    text: api.Text
    notes: dict[api.Id, api.Text] = {}


class FindingReturn(Schema):
    """``measures`` are the numbers of those that do not meet their standard."""

    reason: Reason
    measures: Numbers
    text: api.Text = ""
    method: Method = "read"


@router.get("/claims/{claim_id}", response={200: ClaimFound, **api.READS}, summary="One claim")
def get_claim(request: Request, response: HttpResponse, claim_id: int) -> ClaimFound:
    claim = load.claim(request.actor, claim_id)
    api.tag(response, claim.version)
    return ClaimFound(
        id=claim.pk,
        version=claim.version,
        measure_id=claim.measure_id,
        measure=claim.measure.text,
        standard=claim.measure.standard,
        kind=claim.kind,
        text=claim.text,
        on=claim.on,
        state=claim.state,
    )


@router.post("/claims/{claim_id}/accept", response={200: api.After, **api.GUARDED}, summary="Accept a claim as done")
def accept_claim(request: Request, response: HttpResponse, claim_id: int, found: ClaimVerdict, if_match: str = api.IF_MATCH) -> api.After:
    version = api.version_in(if_match)
    check = actions.accept_claim(actor=request.actor, claim_id=claim_id, version=version, **found.dict())
    return api.after(response, check.claim)


@router.post("/claims/{claim_id}/return", response={200: api.After, **api.GUARDED}, summary="Return a claim")
def return_claim(request: Request, response: HttpResponse, claim_id: int, found: ClaimReturn, if_match: str = api.IF_MATCH) -> api.After:
    version = api.version_in(if_match)
    check = actions.return_claim(actor=request.actor, claim_id=claim_id, version=version, **found.dict())
    return api.after(response, check.claim)


@router.post("/findings/{finding_id}/accept", response={200: api.After, **api.GUARDED}, summary="Accept a submitted finding")
def accept_finding(
    request: Request, response: HttpResponse, finding_id: int, found: FindingVerdict, if_match: str = api.IF_MATCH
) -> api.After:
    version = api.version_in(if_match)
    check = actions.accept_finding(actor=request.actor, finding_id=finding_id, version=version, **found.dict())
    return api.after(response, check.finding)


@router.post("/findings/{finding_id}/return", response={200: api.After, **api.GUARDED}, summary="Return a submitted or verified finding")
def return_finding(
    request: Request, response: HttpResponse, finding_id: int, found: FindingReturn, if_match: str = api.IF_MATCH
) -> api.After:
    finding = actions.return_finding(
        actor=request.actor,
        finding_id=finding_id,
        reason=found.reason,
        measure_numbers=found.measures,
        text=found.text,
        method=found.method,
        version=api.version_in(if_match),
    )
    return api.after(response, finding)
