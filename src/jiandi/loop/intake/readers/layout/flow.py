"""A whole document from its pages: running lines out, paragraphs joined, ruled tables kept, every printed line with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from jiandi.base.text.words import N_
from jiandi.loop.intake.readers.building import Building, Cell, clean
from jiandi.loop.intake.readers.layout import grids, paragraphs, rows, running
from jiandi.loop.intake.readers.layout.grids import Grid
from jiandi.loop.intake.readers.layout.model import Page, Piece, Row
from jiandi.loop.intake.readers.model import Place

RUNNING: Final = N_("Running headers, footers and page numbers were left out.")
_NEAR: Final = 4.0
_CELL_SLACK: Final = 1.3


@dataclass
class _Sheet:
    page: Page
    lines: list[list[Row]]
    grids: list[Grid]


@dataclass
class _Ruled:
    """A table, perhaps over several pages; for each cell its printed lines with their offsets in it."""

    across: list[float]
    last: int
    height: int = 0
    cells: list[Cell] = field(default_factory=list)
    marks: list[list[tuple[int, Row]]] = field(default_factory=list)


def lay_out(pages: Iterable[Page], building: Building) -> None:
    """Add all pages to the document."""
    sheets = [_sheet(page) for page in pages]
    building.warn(RUNNING, when=running.drop([(sheet.lines, sheet.page.height) for sheet in sheets]))
    sizes = {sheet.page.number: (max(1.0, sheet.page.width), max(1.0, sheet.page.height)) for sheet in sheets}
    found = list(_in_order(sheets))
    body = [row for row in found if isinstance(row, Row)]
    edges = paragraphs.margins(body, sizes[body[len(body) // 2].page][0]) if body else None
    paragraph: list[Row] = []
    for one in _tables_joined(found, building):
        if isinstance(one, Row) and edges and paragraph and paragraphs.goes_on(paragraph[-1], one, edges):
            paragraph.append(one)
            continue
        _add_paragraph(building, paragraph, sizes)
        paragraph = [one] if isinstance(one, Row) else []
        if isinstance(one, _Ruled):
            _add_ruled(building, one, sizes)
    _add_paragraph(building, paragraph, sizes)


def _sheet(page: Page) -> _Sheet:
    ruled = grids.grids(page)
    free: list[Piece] = []
    for piece in page.pieces:
        spot = next((spot for grid in ruled if (spot := grid.spot(piece)) is not None), None)
        (free if spot is None else spot.pieces).append(piece)
    kept = [grid for grid in ruled if any(spot.pieces for spot in grid.spots)]
    return _Sheet(page, rows.printed(free, page.number), kept)


def _in_order(sheets: list[_Sheet]) -> Iterator[Row | Grid]:
    """Lines and tables from top to bottom, page after page."""
    for sheet in sheets:
        runs = [run for line in sheet.lines for run in line]
        left, right = min((r.left for r in runs), default=0), max((r.right for r in runs), default=0)
        waiting = list(sheet.grids)
        for row in rows.in_reading_order(sheet.lines, left, right):
            while waiting and waiting[0].top <= row.middle:
                yield waiting.pop(0)
            yield row
        yield from waiting


def _add_paragraph(building: Building, paragraph: Sequence[Row], sizes: dict[int, tuple[float, float]]) -> None:
    words = ""
    for row in paragraph:
        own = clean(row.words)
        words += paragraphs.glue(words, own)
        start = building.length + len(words)
        words += own
        building.places.append(_place(row, start, building.length + len(words), sizes))
    if words:
        building.add(words, page=paragraph[0].page)


def _place(row: Row, start: int, end: int, sizes: dict[int, tuple[float, float]]) -> Place:
    width, height = sizes[row.page]
    across, down = (row.left / width, row.right / width), (row.top / height, row.bottom / height)
    thousandths = [max(0, min(1000, round(value * 1000))) for value in (*across, *down)]
    return Place(start, end, row.page, thousandths[0], thousandths[2], thousandths[1], thousandths[3])


def _tables_joined(found: list[Row | Grid], building: Building) -> Iterator[Row | _Ruled]:
    """A table that goes on on the next page is one table."""
    table: _Ruled | None = None
    for one in found:
        if isinstance(one, Row):
            if table is not None:
                yield table
            table = None
            yield one
        elif table is not None and one.page == table.last + 1 and _same_columns(table.across, one.across):
            _continue(table, one, building)
        else:
            if table is not None:
                yield table
            table = _Ruled(one.across, one.page)
            _continue(table, one, building)
    if table is not None:
        yield table


def _same_columns(first: list[float], second: list[float]) -> bool:
    return len(first) == len(second) and all(abs(a - b) <= _NEAR for a, b in zip(first, second, strict=True))


def _continue(table: _Ruled, grid: Grid, building: Building) -> None:
    """Put the rows of a page under those before; repeated headings are left out, a torn row is mended."""
    made = [(spot, *_cell_words(spot.pieces, spot.right, grid.page)) for spot in grid.spots]
    first = [words for spot, words, _marks in made if spot.row == 0]
    skip = 0
    if table.height and first == [cell.words for cell in table.cells if cell.row == 0]:
        skip = 1
        building.warn(RUNNING)
    base, torn = table.height - skip, False
    for spot, words, marks in made:
        if spot.row < skip:
            continue
        above = _cell_above(table, spot.column) if base >= 0 and table.height and spot.row == skip else None
        if spot.row == skip and spot.column == 0:
            torn = above is not None and not words and above.rows == 1
        if above is not None and ((torn and above.rows == 1) or (not words and above.rows > 1)):
            _append(table, above, words, marks, 0 if torn else spot.rows)
            continue
        table.cells.append(Cell(base + spot.row - torn, spot.column, words, spot.rows, spot.columns, grid.page))
        table.marks.append(marks)
    for _ in range(len(grid.down) - 1 - skip - torn):
        building.count_row(len(grid.across) - 1)
    table.height, table.last = base + len(grid.down) - 1 - torn, grid.page


def _cell_above(table: _Ruled, column: int) -> Cell | None:
    """The cell of a column that reaches the last row."""
    return next((c for c in reversed(table.cells) if c.column == column and c.row + c.rows == table.height), None)


def _append(table: _Ruled, cell: Cell, words: str, marks: list[tuple[int, Row]], rows_more: int) -> None:
    at = len(cell.words) + len(paragraphs.glue(cell.words, words))
    cell.words += paragraphs.glue(cell.words, words) + words
    cell.rows += rows_more
    own = next(number for number, one in enumerate(table.cells) if one is cell)
    table.marks[own] += [(at + start, row) for start, row in marks]


def _cell_words(pieces: list[Piece], right: float, page: int) -> tuple[str, list[tuple[int, Row]]]:
    """The words of a cell; a line end stays where a line is short of the cell's edge and of the next word."""
    words, marks = "", list[tuple[int, Row]]()
    lines = [rows.merged(line) for line in rows.printed(pieces, page)]
    edge = max((line.right for line in lines), default=right)
    for number, line in enumerate(lines):
        own = clean(line.words)
        if number:
            before = lines[number - 1]
            full = before.right >= edge - _CELL_SLACK * line.size and not paragraphs.new_entry(own)
            words += paragraphs.glue(words, own) if full else "\n"
        marks.append((len(words), line))
        words += own
    return words, marks


def _add_ruled(building: Building, table: _Ruled, sizes: dict[int, tuple[float, float]]) -> None:
    order = sorted(range(len(table.cells)), key=lambda n: (table.cells[n].row, table.cells[n].column))
    building.add_table([table.cells[n] for n in order])
    for n, line in zip(order, building.tables[-1].cells, strict=True):
        for start, row in table.marks[n]:
            begin = line.start + start
            building.places.append(_place(row, begin, min(line.end, begin + len(row.words)), sizes))
