"""Verdicts of verifiers, for programs: the same actions as the pages, and the same three people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field

from jiandi.base import api
from jiandi.base.http import Request
from jiandi.loop.verify import actions
from jiandi.record.ledger import load
from jiandi.record.ledger.models import Closing

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


class StepFound(Schema):
    """A step of a chain; ``signed_at`` is empty until it is signed."""

    code: str
    role: str
    signed_at: datetime | None = None
    opinion: str = ""


class ClosingFound(Schema):
    """A chain of signatures: ``verb`` submit (before submission) or close; ``step`` counts those signed; the ETag is its version."""

    id: int
    version: int
    finding_id: int
    verb: str
    state: str
    step: int
    steps: list[StepFound]


class Signature(Schema):
    """``document`` is the number of the paper on which the step was taken; only the office enters those."""

    opinion: api.Text = ""
    document: api.Text = ""


class Refusal(Schema):
    """What the unit has to mend."""

    reason: api.Text


@router.get("/findings/{finding_id}/closings", response={200: list[ClosingFound], **api.READS}, summary="Chains of signatures of a finding")
def list_closings(request: Request, finding_id: int) -> list[ClosingFound]:
    finding = load.finding(request.actor, finding_id)
    return [closing_found(c) for c in finding.closings.order_by("pk").prefetch_related("steps")]


@router.get("/closings/{closing_id}", response={200: ClosingFound, **api.READS}, summary="One chain of signatures")
def get_closing(request: Request, response: HttpResponse, closing_id: int) -> ClosingFound:
    closing = load.closing(request.actor, closing_id)
    api.tag(response, closing.version)
    return closing_found(closing)


def closing_found(c: Closing) -> ClosingFound:
    signed = {s.place: s for s in c.steps.all()}
    steps = [
        StepFound(code=step["code"], role=step["role"], signed_at=s.at if s else None, opinion=s.opinion if s else "")
        for s, step in ((signed.get(place), step) for place, step in enumerate(c.chain))
    ]
    return ClosingFound(id=c.pk, version=c.version, finding_id=c.finding_id, verb=c.verb, state=c.state, step=c.step, steps=steps)


@router.post("/closings/{closing_id}/sign", response={200: api.After, **api.GUARDED}, summary="Sign the next step")
def sign_closing(
    request: Request, response: HttpResponse, closing_id: int, signature: Signature, if_match: str = api.IF_MATCH
) -> api.After:
    """If-Match and ETag are the version of the chain."""
    version = api.version_in(if_match)
    return api.after(response, actions.sign_closing(actor=request.actor, closing_id=closing_id, version=version, **signature.dict()))


@router.post("/closings/{closing_id}/refuse", response={200: api.After, **api.GUARDED}, summary="Send back before submission")
def refuse_closing(request: Request, response: HttpResponse, closing_id: int, refusal: Refusal, if_match: str = api.IF_MATCH) -> api.After:
    version = api.version_in(if_match)
    return api.after(response, actions.refuse_closing(actor=request.actor, closing_id=closing_id, version=version, reason=refusal.reason))


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
