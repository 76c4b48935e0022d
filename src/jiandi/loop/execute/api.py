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
