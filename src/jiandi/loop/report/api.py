"""Files for programs: ask for a ledger, a report or a filled form, look how far it is, fetch it."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import FileResponse, HttpResponse
from ninja import Router, Schema, Status

from jiandi.base import api
from jiandi.base.errors import BadInput
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.loop.report import actions, queries
from jiandi.loop.report.actions import prescribed as form_actions
from jiandi.loop.report.queries import prescribed
from jiandi.record.ledger.models import PrescribedForm, Report

router = Router()
BYTES: dict[str, Any] = {
    "responses": {200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}, "description": "OK"}}
}


class ExportIn(Schema):
    """A ledger (``source``: of one source alone) or report of a round (or of a unit in it), or a kept form with its own round and unit."""

    round_id: api.Id
    kind: Literal["ledger", "report", "briefing", "chase", "rules", "matters", "form"] = "ledger"
    unit_id: api.Id | None = None
    form_id: api.Id | None = None
    source: api.Text = ""


class NoteOut(Schema):
    """A place of a form, and why nothing (or not all) went there."""

    place: str
    text: str


class ExportOut(Schema):
    """``state`` is asked, ready or failed; ``figures`` are the three rates as [k, n]."""

    id: int
    version: int
    round_id: int
    unit_id: int | None
    form_id: int | None
    kind: str
    title: str
    as_of: date
    state: str
    fault: str
    file_name: str
    size_bytes: int
    algorithm: str
    digest: str
    figures: dict[str, Any]
    notes: list[NoteOut]


class FormOut(Schema):
    """A prescribed form that can be filled when ``state`` is ready and cells are pointed at."""

    id: int
    version: int
    round_id: int
    unit_id: int | None
    title: str
    issuer: str
    state: str
    spots: int
    every: str
    next_on: date | None


@router.get("/rounds/{round_id}/forms", response={200: list[FormOut], **api.READS}, summary="Prescribed forms one may have filled")
def list_forms(request: Request, round_id: int) -> list[FormOut]:
    return [_form_out(one) for one in prescribed.kept(request.actor, round_id)]


@router.post("/exports", response={201: ExportOut, **api.WRITES}, summary="Ask for a ledger, a report or a filled form")
def ask_export(request: Request, response: HttpResponse, asked: ExportIn) -> Status[ExportOut]:
    """A worker writes it; ask for it until its state is ready."""
    if asked.kind != "form":
        given: dict[str, Any] = {"round_id": asked.round_id, "kind": asked.kind, "unit_id": asked.unit_id, "source": asked.source}
        made = actions.ask_report(actor=request.actor, **given)
    elif asked.form_id is None:
        raise BadInput("report.form_missing", N_("Say which form is filled: send its number as form_id."))
    else:
        made = form_actions.ask_fill(actor=request.actor, form_id=asked.form_id)
    return Status(201, _export_out(response, made))


@router.get("/exports/{export_id}", response={200: ExportOut, **api.READS}, summary="How far a file is")
def get_export(request: Request, response: HttpResponse, export_id: int) -> ExportOut:
    return _export_out(response, queries.report(request.actor, export_id))


@router.get("/exports/{export_id}/file", response=api.READS, openapi_extra=BYTES, summary="The file of an export that is ready")
def get_export_file(request: Request, export_id: int) -> FileResponse:
    found = queries.report(request.actor, export_id)
    return FileResponse(queries.opened(found), as_attachment=True, filename=found.file_name, content_type="application/octet-stream")


def _export_out(response: HttpResponse, r: Report) -> ExportOut:
    api.tag(response, r.version)
    plain = (
        "version",
        "round_id",
        "unit_id",
        "form_id",
        "kind",
        "title",
        "as_of",
        "state",
        "fault",
        "file_name",
        "size_bytes",
        "algorithm",
        "digest",
    )
    notes = [NoteOut(place=place, text=text) for place, text in queries.told(r.notes)]
    return ExportOut(id=r.pk, figures=r.figures, notes=notes, **{name: getattr(r, name) for name in plain})


def _form_out(f: PrescribedForm) -> FormOut:
    plain = ("version", "round_id", "unit_id", "title", "issuer", "state", "every", "next_on")
    return FormOut(id=f.pk, spots=len(f.spots), **{name: getattr(f, name) for name in plain})
