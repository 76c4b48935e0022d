"""Notes, claims and handing in, for programs: the same actions as the pages."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema, Status

from jiandi.base import api
from jiandi.base.http import Request
from jiandi.loop.execute import actions
from jiandi.loop.execute.queries import register
from jiandi.record.ledger import load
from jiandi.record.ledger.models import Claim, Institution

router = Router()


class NoteIn(Schema):
    """A text, or that nothing changed. Without a day it is about today."""

    text: api.Text = ""
    on: date | None = None
    is_unchanged: bool = False
    unit_id: api.Id | None = None


class NoteOut(Schema):
    id: int
    measure_id: int
    unit_id: int
    on: date
    text: str
    is_unchanged: bool


class ClaimIn(Schema):
    """``said``: deployed, nobody accepts it. ``done``: the act happened, another person judges it."""

    kind: Literal["said", "done"] = "done"
    text: api.Text = ""


class ClaimOut(Schema):
    id: int
    version: int
    measure_id: int
    kind: str
    text: str
    on: date
    state: str


@router.post("/measures/{measure_id}/notes", response={201: NoteOut, **api.WRITES}, summary="Report on a measure")
def write_note(request: Request, measure_id: int, note: NoteIn) -> Status[NoteOut]:
    made = actions.write_note(
        actor=request.actor,
        measure_id=measure_id,
        text=note.text,
        on=note.on,
        is_unchanged=note.is_unchanged,
        unit_id=note.unit_id,
    )
    out = NoteOut(id=made.pk, measure_id=made.measure_id, unit_id=made.unit_id, on=made.on, text=made.text, is_unchanged=made.is_unchanged)
    return Status(201, out)


@router.get("/measures/{measure_id}/claims", response={200: list[ClaimOut], **api.READS}, summary="Claims on a measure")
def list_claims(request: Request, measure_id: int) -> list[ClaimOut]:
    measure = load.measure(request.actor, measure_id)
    return [claim_out(claim) for claim in measure.claims.order_by("pk")]


@router.post("/measures/{measure_id}/claims", response={201: ClaimOut, **api.GUARDED}, summary="Say or claim done")
def make_claim(request: Request, response: HttpResponse, measure_id: int, claim: ClaimIn, if_match: str = api.IF_MATCH) -> Status[ClaimOut]:
    """If-Match is the version of the measure; the answer's ETag is that of the claim."""
    version = api.version_in(if_match)
    if claim.kind == "said":
        load.measure(request.actor, measure_id, version)
        made = actions.say(actor=request.actor, measure_id=measure_id, text=claim.text)
    else:
        made = actions.claim_done(actor=request.actor, measure_id=measure_id, text=claim.text, version=version)
    api.tag(response, made.version)
    return Status(201, claim_out(made))


def claim_out(c: Claim) -> ClaimOut:
    return ClaimOut(id=c.pk, version=c.version, measure_id=c.measure_id, kind=c.kind, text=c.text, on=c.on, state=c.state)


@router.post("/findings/{finding_id}/submit", response={200: api.After, **api.GUARDED}, summary="Hand a finding in for verification")
def submit_finding(request: Request, response: HttpResponse, finding_id: int, if_match: str = api.IF_MATCH) -> api.After:
    version = api.version_in(if_match)
    return api.after(response, actions.submit_finding(actor=request.actor, finding_id=finding_id, version=version))


class ExtensionIn(Schema):
    """``date`` with the day wanted, or ``long_term`` with stage goal and next review."""

    kind: Literal["date", "long_term"] = "date"
    reason: api.Text
    wanted_to: date | None = None
    stage_goal: api.Text = ""
    next_review: date | None = None


class AnswerIn(Schema):
    """A reason or some words; ``day`` where an extension is granted to another day than asked."""

    text: api.Text = ""
    day: date | None = None


class PassIn(Schema):
    """A unit, and a post of it where work is delegated to one; an order has its document and day."""

    kind: Literal["transfer", "delegation", "order"] = "transfer"
    unit_id: api.Id
    post_id: api.Id | None = None
    reason: api.Text = ""
    document: api.Text = ""
    ordered_on: date | None = None


class SupportIn(Schema):
    unit_id: api.Id
    text: api.Text
    wanted_by: date | None = None


@router.post("/findings/{finding_id}/extensions", response={201: api.After, **api.GUARDED}, summary="Ask for an extension")
def ask_extension(
    request: Request, response: HttpResponse, finding_id: int, wanted: ExtensionIn, if_match: str = api.IF_MATCH
) -> Status[api.After]:
    """If-Match is the version of the finding; the answer's ETag is that of the extension."""
    version, asked = api.version_in(if_match), actions.Wanted(**wanted.dict())
    made = actions.ask_extension(actor=request.actor, finding_id=finding_id, wanted=asked, version=version)
    return Status(201, api.after(response, made))


@router.post(
    "/extensions/{extension_id}/{verb}", response={200: api.After, **api.GUARDED}, summary="Grant, refuse or take back an extension"
)
def answer_extension(
    request: Request,
    response: HttpResponse,
    extension_id: int,
    verb: Literal["grant", "refuse", "take_back"],
    given: AnswerIn,
    if_match: str = api.IF_MATCH,
) -> api.After:
    asked: dict[str, Any] = {"actor": request.actor, "extension_id": extension_id, "version": api.version_in(if_match)}
    if verb == "grant":
        return api.after(response, actions.grant_extension(**asked, granted_to=given.day, answer=given.text))
    if verb == "refuse":
        return api.after(response, actions.refuse_extension(**asked, reason=given.text))
    return api.after(response, actions.take_back_extension(**asked))


@router.post(
    "/findings/{finding_id}/transfers", response={201: api.After, **api.GUARDED}, summary="Ask for a transfer, delegate, or record an order"
)
def pass_on(request: Request, response: HttpResponse, finding_id: int, to: PassIn, if_match: str = api.IF_MATCH) -> Status[api.After]:
    """If-Match is the version of the finding; the answer's ETag is that of the transfer."""
    asked: dict[str, Any] = {
        "actor": request.actor,
        "finding_id": finding_id,
        "version": api.version_in(if_match),
        "to_unit_id": to.unit_id,
    }
    if to.kind == "order":
        order = actions.Order(to.document, to.ordered_on, to.reason)
        made = actions.order_transfer(**asked, order=order)
    elif to.kind == "delegation":
        made = actions.delegate(**asked, reason=to.reason, to_post_id=to.post_id)
    else:
        made = actions.ask_transfer(**asked, reason=to.reason)
    return Status(201, api.after(response, made))


@router.post(
    "/transfers/{transfer_id}/{verb}", response={200: api.After, **api.GUARDED}, summary="Accept, refuse, take back or end a transfer"
)
def answer_transfer(
    request: Request,
    response: HttpResponse,
    transfer_id: int,
    verb: Literal["accept", "refuse", "take_back", "end"],
    given: AnswerIn,
    if_match: str = api.IF_MATCH,
) -> api.After:
    asked: dict[str, Any] = {"actor": request.actor, "transfer_id": transfer_id, "version": api.version_in(if_match)}
    if verb == "accept":
        return api.after(response, actions.accept_transfer(**asked, answer=given.text))
    if verb == "take_back":
        return api.after(response, actions.take_back_transfer(**asked))
    act = actions.refuse_transfer if verb == "refuse" else actions.end_delegation
    return api.after(response, act(**asked, reason=given.text))


@router.post("/measures/{measure_id}/supports", response={201: api.After, **api.GUARDED}, summary="Ask a unit for help with a measure")
def ask_support(
    request: Request, response: HttpResponse, measure_id: int, asked: SupportIn, if_match: str = api.IF_MATCH
) -> Status[api.After]:
    """If-Match is the version of the measure; the answer's ETag is that of the request."""
    version = api.version_in(if_match)
    made = actions.ask_support(actor=request.actor, measure_id=measure_id, version=version, **asked.dict())
    return Status(201, api.after(response, made))


@router.post("/supports/{support_id}/{verb}", response={200: api.After, **api.GUARDED}, summary="Promise, refuse, give or take back help")
def answer_support(
    request: Request,
    response: HttpResponse,
    support_id: int,
    verb: Literal["accept", "refuse", "give", "take_back"],
    given: AnswerIn,
    if_match: str = api.IF_MATCH,
) -> api.After:
    asked: dict[str, Any] = {"actor": request.actor, "support_id": support_id, "version": api.version_in(if_match)}
    match verb:
        case "accept":
            made = actions.accept_support(**asked)
        case "refuse":
            made = actions.refuse_support(**asked, reason=given.text)
        case "give":
            made = actions.give_support(**asked, answer=given.text)
        case _:
            made = actions.take_back_support(**asked)
    return api.after(response, made)


class RuleQuery(Schema):
    """The filters of the register: ``due`` is ``review`` or ``proof``."""

    state: api.Text = ""
    unit: int | None = Field(None, ge=1, le=api.BIGGEST)
    due: Literal["", "review", "proof"] = ""
    q: api.Text = ""
    page: int = Field(1, ge=1, le=100_000)


class ProofOut(Schema):
    """``found`` of ``drawn`` cases went by the rule, of ``cases`` in all."""

    id: int
    number: int
    due: date
    state: str
    cases: int | None
    drawn: int | None
    found: int | None
    seen_on: date | None


class RuleOut(Schema):
    """A rule of the register; ``measures`` and ``findings`` are those one may see."""

    id: int
    version: int
    title: str
    number: str
    unit: str
    level: str
    issuer: str
    state: str
    issued_on: date | None
    in_force_from: date | None
    review_on: date | None
    ended_on: date | None
    replaces_id: int | None


class RuleWhole(RuleOut):
    measures: list[int]
    not_followed_in: list[int]
    proofs: list[ProofOut]


class RulePage(Schema):
    items: list[RuleOut]
    page: int
    has_more: bool
    count: int


@router.get("/rules", response={200: RulePage, **api.READS}, summary="Rules register")
def list_rules(request: Request, asked: Query[RuleQuery]) -> RulePage:
    filters = register.Filters(asked.state, asked.unit, asked.due, asked.q.strip()[:60])
    found = register.rules(request.actor, filters)
    first = (asked.page - 1) * register.PAGE
    rows = list(found[first : first + register.PAGE + 1])
    items = [rule_out(rule) for rule in rows[: register.PAGE]]
    return RulePage(items=items, page=asked.page, has_more=len(rows) > register.PAGE, count=found.count())


@router.get("/rules/{rule_id}", response={200: RuleWhole, **api.READS}, summary="One rule with its proofs of use")
def get_rule(request: Request, response: HttpResponse, rule_id: int) -> RuleWhole:
    sheet = register.sheet(request.actor, rule_id)
    api.tag(response, sheet.rule.version)
    names = ("id", "number", "due", "state", "cases", "drawn", "found", "seen_on")
    proofs = [ProofOut(**{name: getattr(proof, name) for name in names}) for proof in sheet.rule.proofs.order_by("number")]
    measures, ignored = [link.measure_id for link in sheet.links], [link.finding_id for link in sheet.ignored]
    return RuleWhole(**_rule_fields(sheet.rule), measures=measures, not_followed_in=ignored, proofs=proofs)


_RULE = (
    "id", "version", "title", "number", "level", "issuer", "state", "issued_on", "in_force_from", "review_on", "ended_on", "replaces_id",
)  # fmt: skip


def _rule_fields(rule: Institution) -> dict[str, Any]:
    return {"unit": rule.unit.name, **{name: getattr(rule, name) for name in _RULE}}


def rule_out(rule: Institution) -> RuleOut:
    return RuleOut(**_rule_fields(rule))
