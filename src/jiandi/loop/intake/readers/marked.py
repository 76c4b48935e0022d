"""The rows of a ledger as they were handed in, with the faulty cells marked: what a clerk works through and hands in again."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from jiandi.base import heavy
from jiandi.loop.intake.readers.heads import Recognised
from jiandi.loop.intake.readers.model import Line, ReadDocument, column_letters
from jiandi.loop.intake.rules.taking import Fault

WHOLE: Final = 2000
"""A sheet with more rows than this shows only its headings and the rows with faults, with a column for their numbers."""
MOST_ROWS: Final = 5000
_LONGEST: Final = 32_000
_WIDEST: Final = 42
_NARROWEST: Final = 8
_NOTE_WIDTH: Final = 60
_A3: Final = 8
_LINE: Final = 15
_MOST_LINES: Final = 20
_FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True)
class Words:
    """What the workbook says, in the reader's language."""

    remedy: str
    row: str
    stops: str
    note: str
    sheet: str
    say: Callable[[str, dict[str, Any]], str]


@dataclass
class _Paper:
    """One sheet being written: ``at`` gives the new row of an old one."""

    sheet: Any
    formats: Mapping[str, Any]
    at: Mapping[int, int]
    shift: int
    last: int
    lines: dict[int, int] = field(default_factory=dict)
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def merge(self, cell: Line) -> bool:
        """Whether the cell may be written over all its extent: its rows follow each other and nothing else lies there."""
        row, last = self.at[cell.row], self.at.get(cell.row + cell.rows - 1)
        extent = [(r, c) for r in range(cell.row, cell.row + cell.rows) for c in range(cell.column, cell.column + cell.columns)]
        if len(extent) == 1 or last != row + cell.rows - 1 or any(place in self.merged for place in extent):
            return False
        self.merged.update(dict.fromkeys(extent, (cell.row, cell.column)))
        return True

    def need(self, row: int, words: str, width: int) -> None:
        """So many lines for these words in a column of this width; a program that opens the file does not count them itself."""
        lines = sum(1 + (len(part) * 2) // width for part in words.split("\n"))
        self.lines[row] = max(self.lines.get(row, 1), min(lines, _MOST_LINES))


def workbook(document: ReadDocument, sheets: Sequence[Recognised], faults: Sequence[Fault], words: Words) -> bytes:
    """A workbook with every sheet that has faults; cells keep their addresses where the whole sheet is shown."""
    by_place: dict[str, list[Fault]] = {}
    for fault in faults:
        by_place.setdefault(str(fault.params.get("place", "")), []).append(fault)
    out = io.BytesIO()
    book = heavy.xlsxwriter().Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = _formats(book)
    for number, one in enumerate(sheets, start=1):
        marks = _marks(one, by_place)
        if marks:
            paper = _paper(book, one, marks, formats, words, number)
            _write_cells(document, one, paper, marks)
            _write_remedies(one, paper, marks, words)
    if not book.worksheets():
        book.add_worksheet(words.sheet.format(n=1))
    book.close()
    return out.getvalue()


def _marks(one: Recognised, by_place: Mapping[str, list[Fault]]) -> dict[tuple[int, int], list[Fault]]:
    """Row and column -> faults of this sheet; the places are those a person reads."""
    sheet = f"{one.sheet.table.name}!" if one.sheet.table.name else ""
    numbers = {column_letters(one.sheet.table.first_column + column.at): column.at for column in one.columns}
    found: dict[tuple[int, int], list[Fault]] = {}
    for place, some in by_place.items():
        name, _, address = place.rpartition("!")
        letters = address.rstrip("0123456789")
        if (f"{name}!" if name else "") == sheet and letters in numbers and address != letters:
            found[int(address[len(letters) :]) - one.sheet.table.first_row, numbers[letters]] = some
    return found


def _paper(book: Any, one: Recognised, marks: Any, formats: Any, words: Words, number: int) -> _Paper:
    rows = sorted(one.sheet.rows)
    whole = len(rows) <= WHOLE
    if not whole:
        faulty = {row for row, _ in marks}
        rows = [row for row in rows if row < one.head.below or row in faulty][:MOST_ROWS]
    first = one.sheet.table.first_row - 1
    at = {row: row + first if whole else place for place, row in enumerate(rows)}
    shift = one.sheet.table.first_column - 1 + (0 if whole else 1)
    sheet = book.add_worksheet(_free_name(book, one.sheet.table.name) or words.sheet.format(n=number))
    last = max((column.at for column in one.columns), default=0) + shift + 1
    head = at.get(one.head.row, 0)
    sheet.write_string(head, last, words.remedy, formats["head"])
    if not whole:
        sheet.write_string(head, 0, words.row, formats["head"])
        for row in rows:
            if row >= one.head.below:
                sheet.write_number(at[row], 0, one.sheet.table.first_row + row, formats["plain"])
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(at.get(one.head.row, head), at.get(one.head.below - 1, head))
    sheet.freeze_panes(at.get(one.head.below, head + 1), 0)
    return _Paper(sheet, formats, at, shift, last)


def _free_name(book: Any, name: str) -> str:
    """The name as a workbook allows it; empty when it is taken."""
    allowed = name.translate(_FORBIDDEN).strip(" '")[:31]
    return "" if allowed.lower() in {sheet.name.lower() for sheet in book.worksheets()} else allowed


def _write_cells(document: ReadDocument, one: Recognised, paper: _Paper, marks: Mapping[tuple[int, int], list[Fault]]) -> None:
    _write_grid(one, paper)
    cells = [(cell, document.words(cell)[:_LONGEST]) for cell in one.sheet.table.cells if cell.row in paper.at]
    widths: dict[int, int] = {}
    for cell, words in cells:
        if cell.row >= one.head.row and cell.columns == 1:
            widths[cell.column] = max(widths.get(cell.column, _NARROWEST), min(_WIDEST, max(map(len, words.split("\n"))) * 2 + 2))
    for cell, words in cells:
        _write(paper, cell, words, _format(paper, one, cell, marks))
        if cell.row >= one.head.below and cell.rows == 1 and cell.columns == 1:
            paper.need(cell.row, words, widths[cell.column])
    for row, column in marks:
        if row in paper.at and (row, column) not in paper.merged and one.sheet.rows.get(row, {}).get(column) is None:
            paper.sheet.write_blank(paper.at[row], column + paper.shift, None, _format_of(paper, marks[row, column]))
    for column, width in widths.items():
        paper.sheet.set_column(column + paper.shift, column + paper.shift, width)


def _write_grid(one: Recognised, paper: _Paper) -> None:
    """Lines around empty cells too."""
    for row, at in paper.at.items():
        for column in one.columns if row >= one.head.below else ():
            if one.sheet.rows[row].get(column.at) is None:
                paper.sheet.write_blank(at, column.at + paper.shift, None, paper.formats["plain"])


def _format(paper: _Paper, one: Recognised, cell: Line, marks: Mapping[tuple[int, int], list[Fault]]) -> Any:
    some = marks.get((cell.row, cell.column))
    if some:
        return _format_of(paper, some)
    if cell.row < one.head.row:
        return paper.formats["title" if cell.columns > 1 else "note_above"]
    return paper.formats["head" if cell.row < one.head.below else "plain"]


def _format_of(paper: _Paper, some: Sequence[Fault]) -> Any:
    return paper.formats["stops" if any(fault.stops for fault in some) else "note"]


def _write(paper: _Paper, cell: Line, words: str, look: Any) -> None:
    row, column = paper.at[cell.row], cell.column + paper.shift
    if paper.merge(cell):
        paper.sheet.merge_range(row, column, row + cell.rows - 1, column + cell.columns - 1, words, look)
    elif (cell.row, cell.column) not in paper.merged:
        paper.sheet.write_string(row, column, words, look)


def _write_remedies(one: Recognised, paper: _Paper, marks: Mapping[tuple[int, int], list[Fault]], words: Words) -> None:
    """A note in each marked cell, and all of a row's notes in the last column."""
    told: dict[int, list[str]] = {}
    notes: dict[tuple[int, int], list[str]] = {}
    stopping: set[int] = set()
    for (row, column), some in sorted(marks.items()):
        if row not in paper.at:
            continue
        sentences = [f"{words.stops if fault.stops else words.note}  {words.say(fault.text, fault.params)}" for fault in some]
        told.setdefault(row, []).extend(sentences)
        stopping |= {row} if any(fault.stops for fault in some) else set()
        above, beside = paper.merged.get((row, column), (row, column))
        notes.setdefault((above, beside), []).extend(sentences)
    for (row, column), sentences in notes.items():
        paper.sheet.write_comment(paper.at[row], column + paper.shift, "\n".join(sentences), {"x_scale": 2, "y_scale": 1.2})
    for row, sentences in told.items():
        paper.need(row, "\n".join(sentences), _NOTE_WIDTH)
        is_head = one.head.row <= row < one.head.below
        place = paper.last + 1 if is_head else paper.last
        paper.sheet.write_string(paper.at[row], place, "\n".join(sentences), paper.formats["stops" if row in stopping else "note"])
    paper.sheet.set_column(paper.last, paper.last + 1, _NOTE_WIDTH)
    for row, lines in paper.lines.items():
        paper.sheet.set_row(paper.at[row], lines * _LINE)


def _formats(book: Any) -> dict[str, Any]:
    plain = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#BFBFBF"}
    return {
        "plain": book.add_format(plain),
        "head": book.add_format({**plain, "bold": True, "bg_color": "#E7EBF0", "valign": "vcenter", "align": "center"}),
        "title": book.add_format({"bold": True, "align": "center", "valign": "vcenter"}),
        "note_above": book.add_format({"valign": "vcenter"}),
        "stops": book.add_format({**plain, "bg_color": "#F8C9C4", "font_color": "#7A1410"}),
        "note": book.add_format({**plain, "bg_color": "#FDECB8", "font_color": "#5C4300"}),
    }
