"""A copy of a superior's form with today's figures: only the cells pointed at change, and rows are added where a list needs them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from openpyxl.styles import Alignment

from jiandi.base import files, heavy
from jiandi.base.text.words import N_
from jiandi.loop.report import rules
from jiandi.loop.report.jobs import rates_sheet, shifting, workbooks
from jiandi.loop.report.queries import filling
from jiandi.loop.report.queries.filling import Cell, Fill, ListFill
from jiandi.loop.report.rules import grids
from jiandi.loop.report.rules.spots import Note, number_of
from jiandi.record.figures import queries as figures
from jiandi.record.ledger import load
from jiandi.record.ledger.models import PrescribedForm
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor

ADDED = N_("The list has {n} rows and the form has room for {room}: {added} rows were added, and what stands below moved down.")


def write_form(path: Path, actor: Actor, form: PrescribedForm) -> list[list[Any]]:
    """Write the filled copy and return the notes on what could not be filled."""
    fill = filling.fill_of(actor, form)
    book = workbooks.opened(files.path_of(form.file_digest), form.file_name)
    named = [book[one["name"]] for one in form.layout]
    for spot, value in fill.values:
        _put(named[spot.sheet], spot.row, spot.column, value)
    # From the bottom up: rows that come in never move a list that is still to be written.
    for one in sorted(fill.lists, key=lambda one: (one.spot.sheet, -one.spot.row)):
        _write_list(book, named[one.spot.sheet], one, fill)
    book.calculation.fullCalcOnLoad = True
    book.save(path)
    lost = [Note(form.file_name, text, params).plain() for text, params in form.remarks]
    return [*(note.plain() for note in fill.notes), *lost]


def _write_list(book: Any, sheet: Any, one: ListFill, fill: Fill) -> None:
    columns = [number_of(letters) for letters, _what in one.spot.columns]
    if one.at is not None:
        at = one.at
    else:
        room = one.spot.last_row - one.spot.row + 1
        added = len(one.rows) - room
        if added > 0:
            shifting.make_room(book, sheet, one.spot.last_row, added)
            place = grids.place(grids.Sheet(sheet.title, 0, 0, (), {}, ()), one.spot.row, one.spot.column)
            fill.notes.append(Note(place, ADDED, {"n": len(one.rows), "room": room, "added": added}))
        at = list(range(one.spot.row, one.spot.row + len(one.rows)))
        _empty(sheet, range(one.spot.row + len(one.rows), one.spot.last_row + 1), columns)
    for row, line in zip(at, one.rows, strict=True):
        for (_letters, what), column, value in zip(one.spot.columns, columns, line, strict=True):
            if what != "unit" or one.at is None:
                _put(sheet, row, column, value)


def _empty(sheet: Any, rows: range, columns: list[int]) -> None:
    """Samples and numbers that the form came with in rows nothing goes into."""
    for row in rows:
        for column in columns:
            _put(sheet, row, column, None)


def _put(sheet: Any, row: int, column: int, value: Cell) -> None:
    """The value in the form's own format; a formula stays, and text never becomes one."""
    cell = sheet.cell(row, column)
    if cell.data_type == "f" or type(cell).__name__ == "MergedCell":
        return
    look = cell.number_format
    cell.value = rules.clean(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"
        if len(value) * 2 > (sheet.column_dimensions[cell.column_letter].width or 9) and not cell.alignment.wrap_text:
            _wrap(cell)
    elif not (isinstance(value, date) and look == "General"):
        cell.number_format = look


def _wrap(cell: Any) -> None:
    """Long text goes on in the cell instead of running under its neighbour; everything else of the look stays."""
    kept = cell.alignment
    cell.alignment = Alignment(
        horizontal=kept.horizontal,
        vertical=kept.vertical,
        text_rotation=kept.text_rotation,
        indent=kept.indent,
        wrap_text=True,
    )


def write_rates(path: Path, actor: Actor, form: PrescribedForm) -> dict[str, Any]:
    """The three-rate sheet that is filed with every filled form; returns the figures it prints."""
    round_ = load.round_(actor, form.round_id)
    totals = figures.totals_of(actor, round_.pk, form.unit_id)
    book = heavy.xlsxwriter().Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    by_unit = figures.totals_by_unit(actor, round_.pk, form.unit_id)
    rates_sheet.write(book, totals, by_unit, regimes.profile_of(round_.regime), round_)
    book.close()
    return totals.as_counts()
