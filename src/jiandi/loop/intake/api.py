"""Letters and ledgers for programs: hand one in, look how far its reading is, and at its items or faults."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.http import HttpResponse
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from jiandi.base import api, clock, http
from jiandi.base.http import Request
from jiandi.loop.intake import actions, queries
from jiandi.record.ledger import load
from jiandi.record.ledger.models import ImportBatch, Letter, LetterItem

router = Router()
PAGE = 50
MOST_PAGES = 100_000


class LetterIn(Schema):
    """What goes with the file of a document; ``received_on`` left out is today."""

    round_id: api.Id
    title: api.Text
    number: api.Text = ""
    level: Literal["", "central", "upper", "own"] = ""
    kind: Literal["letter", "plan", "notice", "ledger"] = "letter"
    received_on: date | None = None


class LedgerIn(Schema):
    """What goes with the file of a running ledger; ``as_of`` left out is today."""

    round_id: api.Id
    source: Literal["taken_over", "upper", "central", "self"] = "taken_over"
    document: api.Text = ""
    as_of: date | None = None


class ItemQuery(Schema):
    page: int = Field(1, ge=1, le=MOST_PAGES)


class LetterOut(Schema):
    """``state``: received, reading, in_review, reviewed or failed; then ``fault`` says why and what to do."""

    id: int
    version: int
    round_id: int
    kind: str
    title: str
    number: str
    received_on: date
    state: str
    fault: str
    file_name: str
    file_digest: str
    file_algorithm: str
    text_length: int


class ItemOut(Schema):
    """An item of the outline; ``start`` and ``end`` count code points of the text as read."""

    id: int
    version: int
    place: int
    parent_id: int | None
    type: str
    level: str
    text: str
    start: int | None
    end: int | None
    unit_id: int | None
    lead_text: str
    support_text: str
    due_text: str
    confidence: int
    doubt: str
    confirmed: bool
    covered_by_id: int | None
    state: str


class ItemPage(Schema):
    items: list[ItemOut]
    page: int
    has_more: bool


class FaultOut(Schema):
    """What is wrong with a row of a ledger; ``stops``: nothing can be taken in before it is put right."""

    row: int
    code: str
    message: str
    stops: bool


class LedgerOut(Schema):
    """``state``: received, checked, failed, taking, taken, undone or discarded."""

    id: int
    version: int
    round_id: int
    file_name: str
    state: str
    fault: str
    rows: int
    new_units: list[str]
    faults: list[FaultOut]


@router.post("/letters", response={201: LetterOut, **api.WRITES}, summary="Hand in a document with its file (multipart)")
def receive_letter(request: Request, response: HttpResponse, letter: Form[LetterIn], file: File[UploadedFile]) -> Status[LetterOut]:
    """It is kept whole with its digest; a worker reads it and proposes its items."""
    given = letter.dict() | {"received_on": letter.received_on or clock.today()}
    made = actions.receive_letter(actor=request.actor, file_name=file.name or "", chunks=file.chunks(), **given)
    return Status(201, _letter_out(response, made))


@router.get("/letters/{letter_id}", response={200: LetterOut, **api.READS}, summary="A document and how far its reading is")
def get_letter(request: Request, response: HttpResponse, letter_id: int) -> LetterOut:
    return _letter_out(response, load.letter(request.actor, letter_id))


@router.get("/letters/{letter_id}/items", response={200: ItemPage, **api.READS}, summary="The items of a document, in its order")
def list_items(request: Request, letter_id: int, asked: Query[ItemQuery]) -> ItemPage:
    first = (asked.page - 1) * PAGE
    found = list(load.letter(request.actor, letter_id).items.order_by("place", "pk")[first : first + PAGE + 1])
    return ItemPage(items=[_item_out(one) for one in found[:PAGE]], page=asked.page, has_more=len(found) > PAGE)


@router.post("/ledgers", response={201: LedgerOut, **api.WRITES}, summary="Hand in a running ledger to be checked (multipart)")
def receive_ledger(request: Request, response: HttpResponse, ledger: Form[LedgerIn], file: File[UploadedFile]) -> Status[LedgerOut]:
    """Its rows are checked; nothing is taken in."""
    given = ledger.dict() | {"as_of": ledger.as_of or clock.today()}
    made = actions.take_ledger(actor=request.actor, file_name=file.name or "", chunks=file.chunks(), **given)
    return Status(201, _ledger_out(response, made))


@router.get("/ledgers/{ledger_id}", response={200: LedgerOut, **api.READS}, summary="A ledger and what its check found")
def get_ledger(request: Request, response: HttpResponse, ledger_id: int) -> LedgerOut:
    return _ledger_out(response, actions.batch_for(request.actor, ledger_id))


def _said(fault: queries.Fault | None) -> str:
    return " ".join(http.translate(text, params) for text, params in ((fault.text, fault.params), *fault.unmet)) if fault else ""


def _letter_out(response: HttpResponse, one: Letter) -> LetterOut:
    api.tag(response, one.version)
    plain = ("version", "round_id", "kind", "title", "number", "received_on", "state", "file_name", "file_digest", "file_algorithm")
    fault = _said(queries.fault_of(one.fault))
    return LetterOut(id=one.pk, fault=fault, text_length=len(one.text), **{name: getattr(one, name) for name in plain})


def _item_out(item: LetterItem) -> ItemOut:
    return ItemOut(**{name: getattr(item, name) for name in ItemOut.model_fields})


def _ledger_out(response: HttpResponse, b: ImportBatch) -> LedgerOut:
    api.tag(response, b.version)
    told = [(one, http.translate(one["text"], one["params"])) for one in b.faults]
    faults = [FaultOut(row=one["row"], code=one["code"], message=message, stops=one["stops"]) for one, message in told]
    plain = ("version", "round_id", "file_name", "state", "rows", "new_units")
    return LedgerOut(id=b.pk, fault=_said(queries.fault_of(b.fault)), faults=faults, **{name: getattr(b, name) for name in plain})
