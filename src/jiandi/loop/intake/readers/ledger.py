"""From a read workbook to ledger rows: headings found and mapped, merged cells filled, faults named by cell."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from jiandi.base.errors import BadInput
from jiandi.base.text import due
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers import headings
from jiandi.loop.intake.readers.model import Line, ReadDocument, Table, column_letters

LOOKED_THROUGH: Final = 20
LONGEST: Final[dict[str, int]] = {
    "text": 4000,
    "measure": 4000,
    "progress": 4000,
    "title": 400,
    "due_text": 100,
    "lead_units": 200,
    "support_units": 600,
}
_FILLED: Final = (
    "outline_number",
    "category",
    "title",
    "text",
    "detail",
    "cause",
    "goal",
    "leader_post",
    "lead_units",
    "support_units",
    "due_text",
)
_NOTE: Final = re.compile(r"^(?:合计|总计|小计|注[：:]|说明[：:]|填表|制表|审核|填报(?:单位|人))")
_NUMBER: Final = re.compile(r"\d{5,8}(?:\.0+)?")


class LedgerCell(NamedTuple):
    """The words of a cell, its address, and its span in the document."""

    text: str
    address: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with one cell and what to do; ``text`` has ``{place}`` and the other ``params``."""

    code: str
    text: str
    params: dict[str, Any]

    def sentence(self) -> str:
        return self.text.format(**self.params)


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row: canonical field → cell, the deadline as read, and what is wrong."""

    number: int
    cells: dict[str, LedgerCell]
    due: due.Due | None
    faults: tuple[RowFault, ...]

    def text(self, name: str) -> str:
        cell = self.cells.get(name)
        return cell.text if cell else ""


@dataclass(frozen=True)
class Ledger:
    """One sheet read as a ledger."""

    sheet: str
    columns: dict[str, str]
    unknown: tuple[str, ...]
    rows: tuple[LedgerRow, ...]


@dataclass
class _Sheet:
    """Cells by row and column, merged ones spread over their extent."""

    table: Table
    rows: dict[int, dict[int, Line]] = field(default_factory=dict)
    letters: dict[int, str] = field(default_factory=dict)

    def address(self, row: int, column: int) -> str:
        letters = self.letters.get(column)
        if letters is None:
            sheet = f"{self.table.name}!" if self.table.name else ""
            letters = self.letters[column] = sheet + column_letters(self.table.first_column + column)
        return f"{letters}{self.table.first_row + row}"


@dataclass(frozen=True)
class _Head:
    """The heading row: names by column, and the first row below."""

    names: dict[int, str]
    row: int
    below: int
    score: int


def read_ledgers(document: ReadDocument, *, year: int | None = None) -> tuple[Ledger, ...]:
    """All sheets that are ledgers; `BadInput` when none is, or when headings are missing or doubled."""
    found: list[Ledger] = []
    for table in document.tables:
        sheet = _spread(table)
        head = _head(document, sheet)
        if head is not None:
            found.append(_ledger(document, sheet, head, year))
    if not found:
        place = document.tables[0].name if document.tables else ""
        raise BadInput(
            "intake.no_heading_row",
            N_(
                "No row with headings was found in “{place}” (looked through {rows} rows). A ledger needs at least 问题 and 整改措施 or 责任单位."
            ),
            place=place,
            rows=LOOKED_THROUGH,
        )
    return tuple(found)


def _spread(table: Table) -> _Sheet:
    sheet = _Sheet(table)
    for cell in table.cells:
        sheet.rows.setdefault(cell.row, {})[cell.column] = cell
    for cell in table.cells:
        if cell.rows > 1 or cell.columns > 1:
            for row in range(cell.row, cell.row + cell.rows):
                for column in range(cell.column, cell.column + cell.columns):
                    sheet.rows.setdefault(row, {}).setdefault(column, cell)
    return sheet


def _head(document: ReadDocument, sheet: _Sheet) -> _Head | None:
    best: _Head | None = None
    for row in sorted(sheet.rows)[:LOOKED_THROUGH]:
        for candidate in (_single(document, sheet, row), _double(document, sheet, row)):
            if candidate is not None and candidate.score >= 2 and (best is None or candidate.score > best.score):
                best = candidate
    return best


def _single(document: ReadDocument, sheet: _Sheet, row: int) -> _Head:
    own = {column: cell for column, cell in sheet.rows[row].items() if cell.columns == 1}
    names = {column: document.words(cell) for column, cell in own.items()}
    below = max((cell.row + cell.rows for cell in own.values()), default=row + 1)
    return _Head(names, row, below, _score(names))


def _double(document: ReadDocument, sheet: _Sheet, row: int) -> _Head | None:
    """A heading over several columns with headings of its own below."""
    upper, lower = sheet.rows[row], sheet.rows.get(row + 1)
    if lower is None or not any(1 < cell.columns < len(upper) for cell in upper.values()):
        return None
    names: dict[int, str] = {}
    for column in sorted(upper.keys() | lower.keys()):
        above, under = upper.get(column), lower.get(column)
        first = document.words(above) if above is not None else ""
        second = document.words(under) if under is not None and under is not above else ""
        joined = first + second
        names[column] = second if second and headings.meanings(second) and not headings.meanings(joined) else joined
    return _Head(names, row, row + 2, _score(names))


def _score(names: dict[int, str]) -> int:
    known = [headings.meanings(name) for name in names.values()]
    speaks = any(meaning and meaning[0] in ("text", "detail", "title", "measure") for meaning in known)
    return sum(bool(meaning) for meaning in known) if speaks else 0


def _ledger(document: ReadDocument, sheet: _Sheet, head: _Head, year: int | None) -> Ledger:
    columns = _columns(sheet, head)
    if not {"text", "detail", "title"} & set(columns.values()):
        raise BadInput(
            "intake.heading_missing",
            N_("The heading row {place} has no column for the problem. Name one column 问题 or 反馈问题."),
            place=sheet.address(head.row, min(head.names, default=0)),
        )
    columns = _one_text(columns)
    unknown = tuple(sheet.address(head.row, column) for column, name in head.names.items() if column not in columns and name.strip())
    rows = [made for row in sorted(sheet.rows) if row >= head.below and (made := _row(document, sheet, row, columns, year)) is not None]
    return Ledger(sheet.table.name, {name: sheet.address(head.row, column) for column, name in columns.items()}, unknown, tuple(rows))


def _columns(sheet: _Sheet, head: _Head) -> dict[int, str]:
    """Column → field; a heading with two meanings takes the one still free."""
    taken: dict[str, int] = {}
    ordered = sorted(head.names, key=lambda column: (len(headings.meanings(head.names[column])), column))
    for column in ordered:
        meanings = headings.meanings(head.names[column])
        if not meanings:
            continue
        free = next((name for name in meanings if name not in taken), None)
        if free is None:
            raise BadInput(
                "intake.heading_doubled",
                N_("{place} and {other} both mean the same column ({heading}). Rename or delete one of them."),
                place=sheet.address(head.row, taken[meanings[0]]),
                other=sheet.address(head.row, column),
                heading=headings.plain(head.names[column]),
            )
        taken[free] = column
    return {column: name for name, column in taken.items()}


def _one_text(columns: dict[int, str]) -> dict[int, str]:
    """具体问题 beside 反馈问题: the first is the text, the second the title; alone it is the text."""
    names = set(columns.values())
    if "detail" in names:
        change = {"detail": "text", "text": "category" if "title" in names and "category" not in names else "title"}
        if "text" in names and "title" in names:
            change = {"detail": "text", "text": "manifest"}
        return {column: change.get(name, name) for column, name in columns.items()}
    if "text" not in names:
        return {column: "text" if name == "title" else name for column, name in columns.items()}
    return columns


def _row(document: ReadDocument, sheet: _Sheet, row: int, columns: dict[int, str], year: int | None) -> LedgerRow | None:
    found: dict[str, LedgerCell] = {}
    own = False
    here = sheet.rows[row]
    for column, name in columns.items():
        line = here.get(column)
        if line is None or (line.row != row and name not in _FILLED):
            continue
        words = document.text[line.start : line.end].strip()
        if words:
            own = own or (line.row == row and name != "outline_number")
            found[name] = LedgerCell(words, sheet.address(line.row, line.column), line.start, line.end)
    if not own or _NOTE.match(next(iter(found.values())).text) or ("text" not in found and len(found) < 2):
        return None
    return _checked(sheet, row, columns, found, year)


def _checked(sheet: _Sheet, row: int, columns: dict[int, str], found: dict[str, LedgerCell], year: int | None) -> LedgerRow:
    faults: list[RowFault] = []
    places = {name: column for column, name in columns.items()}
    if "text" not in found:
        message = N_("{place}: the problem is missing. Write it as in the letter, or delete the row.")
        faults.append(RowFault("intake.no_text_in_row", message, {"place": sheet.address(row, places["text"])}))
    if "lead_units" in places and "lead_units" not in found:
        faults.append(
            RowFault("intake.no_lead", N_("{place}: no lead unit. Name exactly one."), {"place": sheet.address(row, places["lead_units"])})
        )
    read = _due(found.get("due_text"), year, faults)
    for name, longest in LONGEST.items():
        cell = found.get(name)
        if cell is not None and len(cell.text) > longest:
            message = N_("{place}: {length} letters; the limit is {limit}. Shorten it or attach a file.")
            faults.append(RowFault("intake.too_long", message, {"place": cell.address, "length": len(cell.text), "limit": longest}))
    return LedgerRow(sheet.table.first_row + row, found, read, tuple(faults))


@functools.lru_cache(maxsize=4096)
def _read_due(words: str, year: int | None) -> due.Due:
    """A ledger has few different deadlines."""
    return due.due_from_cell(float(words) if _NUMBER.fullmatch(words) else words, year=year)


def _due(cell: LedgerCell | None, year: int | None, faults: list[RowFault]) -> due.Due | None:
    if cell is None:
        return None
    read = _read_due(cell.text, year)
    if read.fault is not None:
        message = N_("{place}: {text} is not a day of the calendar. Write a day that exists, for example 2024-02-29.")
        faults.append(RowFault("intake.no_such_day", message, {"place": cell.address, "text": cell.text}))
    elif not read.understood:
        message = N_("{place}: “{text}” is no deadline. Write a date such as 2024年6月底前, or 立行立改, or 长期坚持.")
        faults.append(RowFault("intake.no_deadline", message, {"place": cell.address, "text": cell.text}))
    return read
