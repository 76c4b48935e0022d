"""The check of a ledger, without touching the record: its rows, everything wrong with them, and how its columns, words and names are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jiandi.base.errors import BadInput
from jiandi.base.text import due
from jiandi.loop.intake.readers import heads
from jiandi.loop.intake.readers.ledger import NO_HEADS, Ledger, LedgerRow, read_mapped
from jiandi.loop.intake.readers.model import ReadDocument
from jiandi.loop.intake.rules import likeness, taking
from jiandi.loop.intake.rules.mapping import LedgerMapping, Remembered, meant_name

FIRST_ROWS: Final = 20


@dataclass(frozen=True)
class Checked:
    """``recognised`` is JSON: sheets, other_sheets, states, units, first_rows, is_remembered, remarks (docs/reference/mapping.md)."""

    rows: list[taking.CheckedRow]
    faults: list[taking.Fault]
    recognised: dict[str, Any]
    sheets: list[heads.Recognised]

    @property
    def stopping(self) -> int:
        return sum(fault.stops for fault in self.faults)

    @property
    def notes(self) -> int:
        return len(self.faults) - self.stopping


def check(
    document: ReadDocument,
    *,
    year: int,
    known: likeness.Known,
    mapping: LedgerMapping | None = None,
    forms: Iterable[Remembered] = (),
    keeps_states: bool = True,
) -> Checked:
    """`BadInput` when nothing in the document can be mapped. ``forms``: what is remembered for the issuer, newest first; ``keeps_states``: whether the words for states count."""
    chosen = mapping or LedgerMapping()
    sheets, form = heads.recognise(document, chosen, forms)
    if not sheets:
        place = document.tables[0].name if document.tables else ""
        raise BadInput("intake.no_heading_row", NO_HEADS, place=place, rows=heads.LOOKED_THROUGH)
    reading = read_mapped(document, sheets, year=year)
    wrong = reading.faults
    lines = [line_of(ledger, row) for ledger in reading.ledgers for row in ledger.each()]
    states = taking.state_words(lines, chosen.states, form.states) if keeps_states else []
    named = likeness.named_units(lines, known, chosen.units, form.units)
    rows, faults = taking.take_lines(_given_up(lines), {one.word: one.state for one in states if one.state})
    found = [
        *(taking.Fault(taking.row_in(str(one.params["place"])), one.code, one.text, one.params) for one in wrong),
        *taking.state_faults(states),
        *likeness.unit_faults(named, rows, known, keeps_states=keeps_states),
        *faults,
    ]
    reasons = {*(column.why for sheet in sheets for column in sheet.columns), *(one.why for one in states), *(one.why for one in named)}
    recognised = {
        "sheets": [heads.plain(document, one) for one in sheets],
        "other_sheets": heads.without_rows(document, sheets),
        "states": [one.plain() for one in states[: taking.MOST_STATES]],
        "units": [one.plain() for one in named],
        "first_rows": [_in_short(row, {one.name: one.choice for one in named if one.choice}) for row in rows[:FIRST_ROWS]],
        "is_remembered": "remembered" in reasons,
        "remarks": [{"text": one.text, "params": one.params} for one in document.warnings],
    }
    return Checked(rows, sorted(found, key=lambda one: (not one.stops, one.row)), recognised, sheets)


def _given_up(lines: list[taking.Line]) -> Iterator[taking.Line]:
    """Each line once, and no longer held here: a large ledger is not in memory as lines and as rows."""
    lines.reverse()
    while lines:
        yield lines.pop()


def _in_short(row: taking.CheckedRow, choices: Mapping[str, str]) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in ("row", "title", "due_text", "old_word", "state")}
    return {**shown, "leads": [meant for name in row.leads if (meant := meant_name(name, choices))], "measures": len(row.measures)}


def line_of(sheet: Ledger, row: LedgerRow) -> taking.Line:
    words = {name: cell.text for name, cell in row.cells.items()}
    places = {**sheet.columns, **{name: cell.address for name, cell in row.cells.items()}}
    faults = tuple(taking.Fault(row.number, f.code, f.text, f.params, stops=f.code != "intake.no_deadline") for f in row.faults)
    return taking.Line(row.number, words, places, row.due if isinstance(row.due, due.Due) else None, faults)
