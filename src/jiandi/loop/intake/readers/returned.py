"""A ledger file that was handed out, as it reads: its rows by their keys, its columns by their headings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers.model import Line, ReadDocument, Table

LOOKED_THROUGH: Final = 10
_KEY: Final = re.compile(r"id ([1-9]\d{0,17})")
_VERSION: Final = "version"


@dataclass(frozen=True, slots=True)
class Cell:
    """The words of a cell and its address."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Row:
    """``finding_id`` is 0 where the row has no key: somebody added it. Cells in the order of the headings."""

    number: int
    finding_id: int
    version: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet with the keys. Headings of two levels are joined by a stroke."""

    report_id: int
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def read_returned(document: ReadDocument) -> Sheet:
    """The first sheet that has keys; `BadInput` where none has."""
    for table in document.tables:
        grid = _grid(table)
        for number in sorted(grid)[:LOOKED_THROUGH]:
            for column, cell in grid[number].items():
                key = _KEY.fullmatch(document.words(cell).strip())
                before = grid[number].get(column - 1)
                if key and before is not None and document.words(before).strip() == _VERSION:
                    return _sheet(document, table, grid, number, column - 1, int(key[1]))
    raise BadInput(
        "intake.not_handed_out",
        N_(
            "“{place}” is no ledger that was handed out here: its hidden columns with the row numbers are missing. "
            "Ask for the ledger under Reports, fill that file in, and save it as .xlsx."
        ),
        place=document.tables[0].name if document.tables else "",
    )


def _grid(table: Table) -> dict[int, dict[int, Line]]:
    found: dict[int, dict[int, Line]] = {}
    for cell in table.cells:
        found.setdefault(cell.row, {})[cell.column] = cell
    return found


def _sheet(document: ReadDocument, table: Table, grid: dict[int, dict[int, Line]], head: int, width: int, report_id: int) -> Sheet:
    def words(row: int, column: int) -> str:
        line = grid.get(row, {}).get(column)
        return document.words(line).strip() if line is not None else ""

    def place(row: int, column: int) -> str:
        return table.place(Line(0, 0, row=row, column=column))

    def row_of(number: int) -> Row:
        cells = tuple(Cell(words(number, column), place(number, column)) for column in range(width))
        return Row(table.first_row + number, _number(words(number, width + 1)), _number(words(number, width)), cells)

    rows = [row_of(number) for number in sorted(grid) if number > head]
    kept = tuple(row for row in rows if row.finding_id or any(cell.text for cell in row.cells))
    return Sheet(report_id, _headings(grid, document, head, width), kept)


def _headings(grid: dict[int, dict[int, Line]], document: ReadDocument, head: int, width: int) -> tuple[str, ...]:
    """A group stands over several columns: it is carried on to the right until the next. A title stands over all."""
    lower = grid[head]
    upper = {column: cell for column, cell in grid.get(head - 1, {}).items() if cell.columns < width}
    names, group, last = list[str](), "", -1
    for column in range(width):
        above = upper.get(column)
        if above is not None:
            group, last = document.words(above).strip(), column + above.columns - 1
        own = document.words(lower[column]).strip() if column in lower else ""
        over = group if above is not None or column <= last else ""
        names.append(f"{over}/{own}" if over and own else own or over)
    return tuple(names)


def _number(words: str) -> int:
    return int(words) if words.isdecimal() and len(words) < 19 else 0
