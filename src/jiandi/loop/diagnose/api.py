"""Causes for programs, to be read: the tree of a finding, what was taken higher up, and the matters to raise."""

from __future__ import annotations

from datetime import date

from ninja import Field, Query, Router, Schema

from jiandi.base import api
from jiandi.base.errors import NotFound
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.loop.diagnose import queries, rules
from jiandi.record.ledger import load
from jiandi.record.ledger import matters as matters_of
from jiandi.record.ledger.models import RaisedCause

router = Router()


class ProofOut(Schema):
    id: int
    title: str


class CauseOut(Schema):
    """A node of the tree, in the order a reader meets it; ``number`` shows its place, ``parent_id`` what it explains."""

    id: int
    version: int
    parent_id: int | None
    number: str
    dimension: str
    leaf: str
    question: str
    text: str
    unit: str
    is_assumed: bool
    is_raised: bool
    asks_further: str
    proofs: list[ProofOut]


class CausesOut(Schema):
    """``still_asked`` is what the plan's guard would say of the causes."""

    causes: list[CauseOut]
    still_asked: list[str]


class PageQuery(Schema):
    page: int = Field(1, ge=1, le=100_000)


class ReceivedOut(Schema):
    """What was forwarded to a unit of the key's person: the words and the clock, neither finding nor proposer."""

    id: int
    version: int
    text: str
    state: str
    unit: str
    forwarded_on: date | None
    answer_by: date | None
    answer: str
    answered_on: date | None


class ReceivedPage(Schema):
    items: list[ReceivedOut]
    page: int
    count: int


class MatterOut(Schema):
    id: int
    version: int
    text: str
    state: str
    finding_id: int
    finding: str
    proposed_by: str
    raised_to: str
    document: str
    raised_on: date | None
    answer_by: date | None
    answer: str
    answer_document: str
    answered_on: date | None


class MatterPage(Schema):
    items: list[MatterOut]
    page: int
    count: int


@router.get("/findings/{finding_id}/causes", response={200: CausesOut, **api.READS}, summary="Why it happened")
def list_causes(request: Request, finding_id: int) -> CausesOut:
    finding = load.finding(request.actor, finding_id)
    roots = queries.roots_of(finding)
    said = queries.said(rules.still_asked(roots, is_flagged=finding.is_flagged))
    return CausesOut(causes=[_cause(node) for node in rules.flat(roots)], still_asked=said)


def _cause(node: rules.Node) -> CauseOut:
    same = ("version", "number", "dimension", "leaf", "question", "text", "unit", "is_assumed", "is_raised", "asks_further")
    proofs = [ProofOut(id=pk, title=title) for pk, title in node.proofs]
    return CauseOut(id=node.pk, parent_id=node.parent, proofs=proofs, **{name: getattr(node, name) for name in same})


@router.get("/causes/received", response={200: ReceivedPage, **api.READS}, summary="Causes forwarded to one's unit")
def list_received(request: Request, asked: Query[PageQuery]) -> ReceivedPage:
    page = queries.received(request.actor, str(asked.page))
    faces = [queries.face(row) for row in page]
    same = ("version", "text", "state", "unit", "forwarded_on", "answer_by", "answer", "answered_on")
    items = [ReceivedOut(id=face.pk, **{name: getattr(face, name) for name in same}) for face in faces]
    return ReceivedPage(items=items, page=page.number, count=page.paginator.count)


@router.get("/rounds/{round_id}/matters", response={200: MatterPage, **api.READS}, summary="Matters to raise")
def list_matters(request: Request, round_id: int, asked: Query[PageQuery]) -> MatterPage:
    """For those who see the whole round."""
    round_ = load.round_(request.actor, round_id)
    if not matters_of.sees_list(request.actor, round_.pk):
        raise NotFound("matters.none", N_("It does not exist, or it is not yours to see. Go back to the list."))
    page = queries.matters(request.actor, round_, str(asked.page))
    return MatterPage(items=[_matter(row) for row in page], page=page.number, count=page.paginator.count)


def _matter(row: RaisedCause) -> MatterOut:
    same = ("version", "state", "raised_to", "document", "raised_on", "answer_by", "answer", "answer_document", "answered_on")
    return MatterOut(
        id=row.pk,
        text=row.sent_text,
        finding_id=row.finding_id,
        finding=row.finding.number,
        proposed_by=row.proposed_by.name,
        **{name: getattr(row, name) for name in same},
    )
