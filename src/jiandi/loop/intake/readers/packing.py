"""A read document on its way from one program to another: its lines as columns of numbers, a third of their size and time."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple, get_args

from jiandi.loop.intake.readers.model import Line, LineKind, ReadDocument, Table

_KINDS: Final[tuple[LineKind, ...]] = get_args(LineKind)
_NUMBERS: Final = ("start", "end", "level", "row", "column", "rows", "columns", "page")
_OUTSIDE: Final = -1


class Packed(NamedTuple):
    """``bare`` has neither lines nor cells; ``cells`` says for each table where its lines begin and how many they are."""

    bare: ReadDocument
    kinds: bytes
    tables: array[int]
    numbers: tuple[array[int], ...]
    cells: tuple[tuple[int, int], ...]


def packed(document: ReadDocument) -> Packed | ReadDocument:
    """The document itself where a table holds cells that do not stand together among the lines."""
    lines, cells, at = document.lines, list[tuple[int, int]](), 0
    for table in document.tables:
        first = _begin(lines, table.cells, at)
        if first is None:
            return document
        cells.append((first, len(table.cells)))
        at = first + len(table.cells)
    return Packed(
        replace(document, lines=(), tables=tuple(replace(table, cells=()) for table in document.tables)),
        bytes(_KINDS.index(line.kind) for line in lines),
        array("i", (_OUTSIDE if line.table is None else line.table for line in lines)),
        tuple(array("i", (getattr(line, name) for line in lines)) for name in _NUMBERS),
        tuple(cells),
    )


def _begin(lines: Sequence[Line], cells: Sequence[Line], at: int) -> int | None:
    """Where the cells stand among the lines, from ``at`` on."""
    if not cells:
        return at
    first = next((n for n in range(at, len(lines)) if lines[n] is cells[0]), None)
    if first is None or first + len(cells) > len(lines):
        return None
    return first if all(lines[first + n] is cell for n, cell in enumerate(cells)) else None


def unpacked(given: Packed) -> ReadDocument:
    """The document as it was."""
    tables = [None if number == _OUTSIDE else number for number in given.tables]
    start, end, level, row, column, rows, columns, page = given.numbers
    kinds = [_KINDS[number] for number in given.kinds]
    lines = tuple(map(Line, start, end, kinds, level, tables, row, column, rows, columns, page))
    told = zip(given.bare.tables, given.cells, strict=True)
    return replace(given.bare, lines=lines, tables=tuple(_filled(table, lines[first : first + count]) for table, (first, count) in told))


def _filled(table: Table, cells: tuple[Line, ...]) -> Table:
    return replace(table, cells=cells)
