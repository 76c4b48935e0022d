"""Keep a superior's form, point at its cells, have it filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from jiandi.base import clock, files, jobs
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.report import queries, rules
from jiandi.loop.report.queries import prescribed
from jiandi.loop.report.rules import grids
from jiandi.loop.report.rules.spots import Spot, address, place_of, require_sound, spots, with_spot, without_spot
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger import lifecycle, load, targets, write
from jiandi.record.ledger.models import PrescribedForm, Report
from jiandi.record.policy import decide
from jiandi.record.trail.actor import SYSTEM, Actor

TITLE_LENGTH = 200
LARGEST_MB = 10


def keep_form(
    *,
    actor: Actor,
    round_id: int,
    title: str,
    issuer: str = "",
    unit_id: int | None = None,
    file_name: str,
    chunks: Iterable[bytes],
) -> PrescribedForm:
    """Keep a form as it came, and ask for its sheets to be looked at. It is filled for the round, or for one unit of it."""
    round_ = load.round_(actor, round_id)
    unit = accounts.unit_by_id(unit_id) if unit_id is not None else None
    decide.require(actor, "form.keep", targets.of_unit(unit, round_.pk) if unit else targets.of_round(round_))
    if not title.strip():
        raise BadInput("report.no_title", N_("The form has no title. Write it as it is printed."))
    stored = files.store(chunks, limit_bytes=LARGEST_MB * 1024**2, algorithm=settings.JIANDI_ALGORITHM)
    with transaction.atomic():
        row = PrescribedForm(
            round=round_,
            unit=unit,
            title=title.strip()[:TITLE_LENGTH],
            issuer=issuer.strip()[:120],
            file_name=file_name[-TITLE_LENGTH:],
            file_digest=stored.digest,
            file_algorithm=stored.algorithm,
            file_bytes=stored.size,
            kept_by_id=actor.user_id or 0,
        )
        write.create(row, actor=actor, verb="receive")
        jobs.enqueue(prescribed.LOOK, {"form": row.pk}, actor_id=actor.user_id, key=str(row.pk))
    return row


def show_form(form_id: int, layout: Sequence[Mapping[str, Any]], remarks: Sequence[Sequence[Any]]) -> PrescribedForm:
    """The worker has looked at the sheets: cells can be pointed at."""
    with transaction.atomic():
        found = PrescribedForm.objects.select_for_update().get(pk=form_id)
        lifecycle.move(found, "look", actor=SYSTEM, fields={"layout": list(layout), "remarks": [list(one) for one in remarks]})
    return found


def fail_form(form_id: int, fault: str) -> PrescribedForm:
    """The file is no workbook that can be filled; ``fault`` says why and what to do."""
    with transaction.atomic():
        found = PrescribedForm.objects.select_for_update().get(pk=form_id)
        lifecycle.move(found, "fail", actor=SYSTEM, reason=fault, fields={"fault": fault})
    return found


def put_form_aside(*, actor: Actor, form_id: int, version: int) -> PrescribedForm:
    """It is asked for no more; what was filled stays."""
    with transaction.atomic():
        found = prescribed.form(actor, form_id, version)
        target = prescribed.target_of(found)
        lifecycle.move(found, "put_aside", actor=actor, target=target, fields={"every": "", "next_on": None})
        return found


def point(*, actor: Actor, form_id: int, spot: Spot, version: int) -> PrescribedForm:
    """Keep what belongs into a cell, or where a list of rows begins. A merged cell is its first cell; formulas stay."""
    with transaction.atomic():
        found = _to_change(actor, form_id, version)
        sound = checked(found, spot)
        _write_spots(actor, found, with_spot(spots(found.spots), sound), "point")
        return found


def clear(*, actor: Actor, form_id: int, sheet: int, cell: str, version: int) -> PrescribedForm:
    """Nothing goes into this cell any more."""
    with transaction.atomic():
        found = _to_change(actor, form_id, version)
        _write_spots(actor, found, without_spot(spots(found.spots), sheet, cell), "clear")
        return found


def schedule_form(*, actor: Actor, form_id: int, title: str, issuer: str, every: str, next_on: date | None, version: int) -> PrescribedForm:
    """Name it, and say how often it is filled by itself, in the name of who says so."""
    with transaction.atomic():
        found = _to_change(actor, form_id, version)
        if every and next_on is None:
            raise BadInput("report.no_day", N_("Say on which day it is filled next."))
        fields = {"title": title.strip()[:TITLE_LENGTH] or found.title, "issuer": issuer.strip()[:120]}
        when = {"every": every, "next_on": next_on if every else None, "kept_by_id": actor.user_id or 0, "fault": ""}
        write.change(found, {**fields, **when}, actor=actor, verb="schedule")
        return found


def ask_fill(*, actor: Actor, form_id: int) -> Report:
    """Have a form filled as of today with what the actor may see; a job writes it."""
    with transaction.atomic():
        found = prescribed.form(actor, form_id)
        decide.require(actor, "report.write", prescribed.target_of(found))
        if found.state != "ready" or not found.spots:
            raise RuleBroken(
                "report.nothing_to_fill", N_("Nothing is pointed at in this form yet. Open it and choose what goes into its cells.")
            )
        row = Report(
            round=found.round,
            unit=found.unit,
            form=found,
            kind="form",
            title=found.title,
            asked_by_id=actor.user_id or 0,
            as_of=clock.today(),
        )
        write.create(row, actor=actor, verb="ask")
        jobs.enqueue(queries.JOB, {"report_id": row.pk}, actor_id=actor.user_id, key=str(row.pk))
        return row


def fill_on_schedule(*, actor: Actor, form_id: int) -> Report | None:
    """The fill of the day, and the day of the next; None when another worker was faster or the day has not come."""
    with transaction.atomic():
        found = PrescribedForm.objects.select_for_update().get(pk=form_id)
        if found.next_on is None or found.next_on > clock.today() or found.state != "ready":
            return None
        next_on = found.next_on
        while next_on <= clock.today():
            next_on = rules.next_day(next_on, found.every)
        write.change(found, {"next_on": next_on}, actor=SYSTEM, verb="schedule")
        return ask_fill(actor=actor, form_id=form_id)


def stop_schedule(form_id: int, fault: str) -> PrescribedForm:
    """It is filled by itself no more: who set the schedule may not ask for it now."""
    with transaction.atomic():
        found = PrescribedForm.objects.select_for_update().get(pk=form_id)
        write.change(found, {"every": "", "next_on": None, "fault": fault}, actor=SYSTEM, verb="stop_schedule", reason=fault)
        return found


def checked(found: PrescribedForm, spot: Spot) -> Spot:
    """The spot at the first cell of its merged range; refused outside the sheet and over a formula."""
    if not 0 <= spot.sheet < len(found.layout):
        raise BadInput("report.no_sheet", N_("The form has no such sheet. Choose one of its sheets."))
    sheet = grids.sheet(found.layout[spot.sheet])
    row, column = place_of(spot.cell)
    if row > sheet.rows or column > sheet.columns:
        raise BadInput(
            "report.outside",
            N_("{cell} lies outside the form, which ends at {last}."),
            cell=spot.cell,
            last=address(sheet.rows, sheet.columns),
        )
    row, column = sheet.anchor(row, column)
    sound = Spot(**{**vars(spot), "cell": address(row, column)})
    if sound.kind != "list" and sheet.kind(row, column) == "formula":
        raise BadInput(
            "report.formula", N_("{cell} holds a formula of the form, which reckons by itself. Choose another cell."), cell=sound.cell
        )
    require_sound(sound)
    return sound


def _to_change(actor: Actor, form_id: int, version: int) -> PrescribedForm:
    found = prescribed.form(actor, form_id, version)
    decide.require(actor, "form.keep", prescribed.target_of(found))
    if found.state != "ready":
        raise RuleBroken("report.form_not_ready", N_("The form cannot be pointed at now. Load the page again."))
    return found


def _write_spots(actor: Actor, found: PrescribedForm, new: list[Spot], verb: str) -> None:
    write.change(found, {"spots": [one.plain() for one in new]}, actor=actor, verb=verb)
