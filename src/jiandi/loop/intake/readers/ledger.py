"""From a read workbook to ledger rows: headings found and mapped, merged cells filled, faults named by cell."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from jiandi.base.errors import BadInput
from jiandi.base.text import due
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers import headings, heads
from jiandi.loop.intake.readers.model import ReadDocument

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
_SECTION: Final = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十]{1,3}[部章大类])"
)
_SECTION_LETTERS: Final = 80
BETWEEN: Final = "\f"
"""Between the words of several columns that mean the same field; no cell holds it."""
NO_HEADS: Final = N_(
    "No row with headings was found in “{place}” (looked through {rows} rows). A ledger needs at least 问题 and 整改措施 or 责任单位."
)
NO_TEXT: Final = N_("The heading row {place} has no column for the problem. Name one column 问题 or 反馈问题.")
DOUBLED: Final = N_("{place} and {other} both mean the same column ({heading}). Rename or delete one of them.")
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
    each: Callable[[], Iterator[LedgerRow]]
    """Rows as they are asked for; a large ledger is not held twice."""

    @functools.cached_property
    def rows(self) -> tuple[LedgerRow, ...]:
        return tuple(self.each())


@dataclass(frozen=True)
class Reading:
    """All ledgers of a file, and what is wrong with their headings."""

    ledgers: tuple[Ledger, ...]
    faults: tuple[RowFault, ...]


def read_ledgers(document: ReadDocument, *, year: int | None = None) -> tuple[Ledger, ...]:
    """All sheets that are ledgers, as their headings are guessed; `BadInput` when none is, or when headings are missing or doubled."""
    reading = read_mapped(document, heads.recognise(document)[0], year=year)
    if reading.faults:
        first = reading.faults[0]
        raise BadInput(first.code, first.text, **first.params)
    return reading.ledgers


def read_mapped(document: ReadDocument, recognised: Sequence[heads.Recognised], *, year: int | None = None) -> Reading:
    """The rows of all sheets that come in, and what is wrong with their headings."""
    taken = [one for one in recognised if one.is_taken]
    faults = [fault for one in taken for fault in _head_faults(one)]
    if not taken:
        place = document.tables[0].name if document.tables else ""
        faults.append(RowFault("intake.no_heading_row", NO_HEADS, {"place": place, "rows": heads.LOOKED_THROUGH}))
    readable = [one for one in taken if "text" in one.fields().values()]
    return Reading(tuple(_ledger(document, one, year) for one in readable), tuple(faults))


def _head_faults(one: heads.Recognised) -> Iterator[RowFault]:
    if "text" not in one.fields().values():
        yield RowFault("intake.heading_missing", NO_TEXT, {"place": one.sheet.address(one.head.row, min(one.head.names, default=0))})
    for column in one.columns:
        if column.why == "doubled":
            params = {"place": column.about, "other": column.place, "heading": headings.plain(column.heading)}
            yield RowFault("intake.heading_doubled", DOUBLED, params)


def _ledger(document: ReadDocument, one: heads.Recognised, year: int | None) -> Ledger:
    places = {column.field: column.place for column in one.columns if column.field}
    unknown = tuple(column.place for column in one.columns if not column.field and column.heading)
    return Ledger(one.sheet.table.name, places, unknown, functools.partial(_rows, document, one, year))


def _rows(document: ReadDocument, one: heads.Recognised, year: int | None) -> Iterator[LedgerRow]:
    sheet, columns = one.sheet, one.fields()
    text = next(column for column, name in columns.items() if name == "text")
    repeated = {one.head.names.get(text, ""), *(document.words(cell) for cell in (sheet.rows[one.head.row].get(text),) if cell)} - {""}
    section: LedgerCell | None = None
    for row in sorted(sheet.rows):
        if row < one.head.below:
            continue
        here = sheet.rows[row]
        title = _section(document, sheet, row, columns)
        if title is not None:
            section = title
        elif (cell := here.get(text)) is None or document.words(cell) not in repeated:
            made = _row(document, sheet, row, columns, year)
            if made is not None:
                yield made if section is None else _below(made, section)


def _section(document: ReadDocument, sheet: heads.Sheet, row: int, columns: Mapping[int, str]) -> LedgerCell | None:
    """A line of its own between the rows, 一、政治建设方面: it is the category of what follows."""
    own = [cell for column, cell in sheet.rows[row].items() if cell.row == row and cell.column == column]
    if len(own) != 1 or own[0].rows > 1:
        return None
    words = document.words(own[0]).strip()
    is_wide = own[0].columns > 1 and own[0].columns * 2 > len(columns)
    if not (is_wide or _SECTION.match(words)) or _NOTE.match(words) or len(words) > _SECTION_LETTERS:
        return None
    return LedgerCell(words, sheet.address(row, own[0].column), own[0].start, own[0].end)


def _below(row: LedgerRow, section: LedgerCell) -> LedgerRow:
    return row if "category" in row.cells else replace(row, cells={**row.cells, "category": section})


def _row(document: ReadDocument, sheet: heads.Sheet, row: int, columns: dict[int, str], year: int | None) -> LedgerRow | None:
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
            cell = LedgerCell(words, sheet.address(line.row, line.column), line.start, line.end)
            found[name] = cell if name not in found else found[name]._replace(text=f"{found[name].text}{BETWEEN}{words}")
    if "text" not in found and "title" in found:
        found["text"] = found["title"]
    if not own or _NOTE.match(next(iter(found.values())).text) or ("text" not in found and len(found) < 2):
        return None
    return _checked(sheet, row, columns, found, year)


def _checked(sheet: heads.Sheet, row: int, columns: dict[int, str], found: dict[str, LedgerCell], year: int | None) -> LedgerRow:
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
