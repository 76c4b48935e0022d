"""Items in ledgers: real tables, tab-separated lines, and tables flattened to one cell per line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from jiandi.base.text.words import N_
from jiandi.loop.intake.extract import deadlines, labels, numbering, owners, pieces, prose
from jiandi.loop.intake.extract.model import Draft, ItemType, Span
from jiandi.loop.intake.readers.model import Line, ReadDocument

CELL: Final = N_("It stands in a table column whose heading names it.")
_TYPES: Final[dict[str, ItemType]] = {"finding": "finding", "measure": "measure", "result": "result", "directive": "directive"}
_STROKES: Final = ("|", "｜", "│", "┃")
_RULED: Final = re.compile(r"[\s|｜│┃:：\-—─━┼├┤+]*")
_SERIAL: Final = re.compile(r"\d{1,4}[.．、]?")


@dataclass(frozen=True)
class Grid:
    """Rows of cells as spans; the first row holds the headings."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Span, ...], ...]
    start: int
    end: int


def grids(document: ReadDocument) -> list[Grid]:
    """All tables whose headings name a problem or a measure."""
    found = [grid for table in document.tables for grid in _from_table(document, table.cells)]
    spans = [(line.start, line.end) for line in document.lines if line.table is None and line.end > line.start]
    return found + _tabbed(document.text, spans) + _flattened(document.text, spans)


def _known(headings: tuple[str, ...]) -> bool:
    roles = [labels.role_of_heading(heading) for heading in headings]
    return sum(role is not None for role in roles) >= 3 and any(role in _TYPES for role in roles)


def _from_table(document: ReadDocument, cells: tuple[Line, ...]) -> list[Grid]:
    table: dict[int, dict[int, Span]] = {}
    for cell in cells:
        for row in range(cell.row, cell.row + cell.rows):
            table.setdefault(row, {})[cell.column] = Span(cell.start, cell.end)
    width = max((max(row) for row in table.values()), default=-1) + 1
    numbers = sorted(table)
    for place, number in enumerate(numbers[:10]):
        below = table[numbers[place + 1]] if place + 1 < len(numbers) else {}
        headings, two = _headings(document, table[number], below, width)
        if _known(headings):
            rows = tuple(tuple(table[n].get(c, Span(0, 0)) for c in range(width)) for n in numbers[place + 1 + two :])
            return [Grid(headings, rows, -1, -1)]
    return []


def _headings(document: ReadDocument, upper: dict[int, Span], lower: dict[int, Span], width: int) -> tuple[tuple[str, ...], int]:
    """The names of the columns, and 1 where a second row of headings lies under merged cells."""
    names = [document.text[span.start : span.end] for span in (upper.get(column, Span(0, 0)) for column in range(width))]
    if not any(span == lower.get(column) for column, span in upper.items()):
        return tuple(names), 0
    for column, span in lower.items():
        if span != upper.get(column):
            names[column] = document.text[span.start : span.end]
    return tuple(names), 1


def _cells_of(text: str, start: int, end: int, mark: str) -> tuple[Span, ...]:
    cells: list[Span] = []
    at = start
    for part in text[start:end].split(mark):
        cells.append(pieces.trimmed(text, at, at + len(part), " \r\u3000"))
        at += len(part) + 1
    return tuple(cells)


def _mark_of(text: str, start: int, end: int) -> str | None:
    """What divides the cells of a line: tabs, or the strokes of a table drawn in plain text."""
    if "\t" in text[start:end]:
        return "\t"
    return next((mark for mark in _STROKES if text.count(mark, start, end) > 1), None)


def _tabbed(text: str, spans: list[tuple[int, int]]) -> list[Grid]:
    found: list[Grid] = []
    place = 0
    while place < len(spans):
        mark = _mark_of(text, *spans[place])
        headings = tuple(part.strip() for part in text[slice(*spans[place])].split(mark)) if mark else ()
        if not mark or len(headings) < 3 or not _known(headings):
            place += 1
            continue
        begin, place = place, place + 1
        rows: list[tuple[Span, ...]] = []
        while place < len(spans) and mark in text[slice(*spans[place])]:
            if not _RULED.fullmatch(text, *spans[place]):
                rows.append(_cells_of(text, *spans[place], mark))
            place += 1
        found.append(Grid(headings, tuple(rows), spans[begin][0], spans[place - 1][1]))
    return found


def _flattened(text: str, spans: list[tuple[int, int]]) -> list[Grid]:
    place = 0
    found: list[Grid] = []
    while place < len(spans):
        count = _heading_run(text, spans, place)
        if count:
            grid, place = _flat_rows(text, spans, place, count)
            found.append(grid)
        else:
            place += 1
    return found


def _heading_run(text: str, spans: list[tuple[int, int]], place: int) -> int:
    """How many lines from here on are column headings, when they are a heading row."""
    count = 0
    for start, end in spans[place : place + 16]:
        if end - start > 12 or labels.role_of_heading(text[start:end]) is None:
            break
        count += 1
    names = tuple(text[start:end] for start, end in spans[place : place + count])
    return count if count >= 3 and _known(names) and re.sub(r"\s", "", names[0]) in ("序号", "编号") else 0


def _flat_rows(text: str, spans: list[tuple[int, int]], place: int, count: int) -> tuple[Grid, int]:
    headings = tuple(text[start:end].strip() for start, end in spans[place : place + count])
    at, last = place + count, spans[place + count - 1][1]
    rows: list[tuple[Span, ...]] = []
    while at + count <= len(spans) and _SERIAL.fullmatch(text[spans[at][0] : spans[at][1]].strip()):
        rows.append(tuple(pieces.trimmed(text, *span, closing=" \t\r\u3000") for span in spans[at : at + count]))
        last = spans[at + count - 1][1]
        at += count
    return Grid(headings, tuple(rows), spans[place][0], last), at


def drafts(text: str, grid: Grid) -> list[Draft]:
    """The items of a table, row by row; an empty problem cell goes on with the problem above."""
    found: list[Draft] = []
    finding: Draft | None = None
    for number, row in enumerate(grid.rows, start=1):
        made, finding = _row(text, grid, row, finding, str(number))
        found += made
    return found


def _row(text: str, grid: Grid, row: tuple[Span, ...], finding: Draft | None, number: str) -> tuple[list[Draft], Draft | None]:
    owned = owners.Owners()
    made: list[Draft] = []
    for heading, cell in zip(grid.headings, row, strict=False):
        role = labels.role_of_heading(heading)
        if role is None or not cell:
            continue
        if role not in _TYPES:
            owners.add_field(owned, role, heading, text[cell.start : cell.end], cell)
            continue
        span = pieces.trimmed(text, cell.start, cell.end)
        if finding is not None and (finding.start, finding.end) == (span.start, span.end):
            continue
        if span and not _is_number_only(text, span):
            made += [Draft(_TYPES[role], part.start, part.end, CELL, level=level) for part, level in _parts(text, span, role, number)]
    problems = [draft for draft in made if draft.type == "finding"]
    finding = problems[-1] if problems else finding
    _fill(text, made, finding, owners.settle(owned), _remark(text, grid, row))
    return made, finding


def _parts(text: str, span: Span, role: str, number: str) -> list[tuple[Span, tuple[str, ...]]]:
    """1.…；2.… in one cell of acts are acts of their own; a problem stays whole."""
    runs = [] if role == "finding" else numbering.enumeration(text, span.start, span.end)
    if not runs or runs[0][0].marker.start > span.start:
        return [(span, (number,))]
    found = [(pieces.trimmed(text, unit.span.start, unit.span.end), (number, unit.marker.label)) for run in runs for unit in run]
    return [(part, level) for part, level in found if part]


def _is_number_only(text: str, span: Span) -> bool:
    return text[span.start : span.end].strip().isdigit()


def _remark(text: str, grid: Grid, row: tuple[Span, ...]) -> str | None:
    """A state noted in the column of remarks."""
    for heading, cell in zip(grid.headings, row, strict=False):
        words = text[cell.start : cell.end].strip()
        if labels.role_of_heading(heading) == "other" and words and prose.is_status(words):
            return words
    return None


def _fill(text: str, made: list[Draft], finding: Draft | None, owned: owners.Owners, remark: str | None) -> None:
    term = deadlines.from_field(text, owned.due) if owned.due else None
    for draft in made:
        if draft.type == "finding":
            continue
        draft.parent = finding
        draft.status = owned.status or remark
        if draft.type in ("measure", "directive"):
            draft.lead, draft.support = list(owned.lead), list(owned.support)
            if term is not None:
                draft.fall_due(term)
