"""What every reader hands back: one text, and where its lines and tables lie in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

LineKind = Literal["paragraph", "heading", "cell", "note"]


class Line(NamedTuple):
    """One paragraph or cell, ``text[start:end]``; ``level`` is that of a heading style (0: none)."""

    start: int
    end: int
    kind: LineKind = "paragraph"
    level: int = 0
    table: int | None = None
    row: int = 0
    column: int = 0
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a document or one sheet: its name and its cells, row by row."""

    name: str
    cells: tuple[Line, ...]
    first_row: int = 1
    first_column: int = 1

    def place(self, cell: Line) -> str:
        """The address a person finds: B7, or with the sheet's name."""
        address = f"{column_letters(self.first_column + cell.column)}{self.first_row + cell.row}"
        return f"{self.name}!{address}" if self.name else address


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document as read. All offsets count code points in ``text``."""

    text: str
    lines: tuple[Line, ...]
    tables: tuple[Table, ...] = ()
    digest: str = ""
    media_type: str = "text/plain"
    warnings: tuple[str, ...] = ()

    def words(self, line: Line) -> str:
        return self.text[line.start : line.end]


def column_letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def lines_of(text: str) -> tuple[Line, ...]:
    """The lines of a plain text, without their ends."""
    lines: list[Line] = []
    at = 0
    for part in text.splitlines(keepends=True):
        body = part.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
        lines.append(Line(at, at + len(body)))
        at += len(part)
    return tuple(lines)
