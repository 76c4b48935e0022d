"""The text of a document as it grows, with its lines, tables and places; every reader but that of plain text builds with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from jiandi.base import digests
from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers.limits import Limits
from jiandi.loop.intake.readers.model import Line, LineKind, Place, ReadDocument, Remark, Table

_GONE: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, 0xFFFE, 0xFFFF])
_LONE: Final = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


def clean(words: str) -> str:
    """Without characters no text of a document can hold: controls, halves of a pair."""
    return words if words.isprintable() else words.translate(_GONE).translate(_LONE)


@dataclass(slots=True)
class Cell:
    """A cell before its offsets are known."""

    row: int
    column: int
    words: str
    rows: int = 1
    columns: int = 1
    page: int = 0


@dataclass
class Building:
    """One document while it is read."""

    name: str
    limits: Limits
    parts: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    length: int = 0
    rows: int = 0

    def add(self, words: str, kind: LineKind = "paragraph", level: int = 0, page: int = 0) -> None:
        """One line, or several where a line end stands inside."""
        for piece in clean(words).split("\n"):
            self.lines.append(Line(self.length, self.length + len(piece), kind, level, page=page))
            self.put(piece + "\n")

    def put(self, words: str) -> None:
        self.parts.append(words)
        self.length += len(words)
        if self.length > self.limits.letters:
            raise too_many_letters(self.name, self.limits)

    def add_table(self, cells: Iterable[Cell], name: str = "") -> None:
        """Cells in the order of rows; in the text, tabs stand between cells and line ends between rows."""
        number, made, row = len(self.tables), list[Line](), None
        for cell in cells:
            if row is not None:
                self.put("\n" if cell.row != row else "\t")
            row, words = cell.row, clean(cell.words)
            end = self.length + len(words)
            made.append(Line(self.length, end, "cell", 0, number, cell.row, cell.column, cell.rows, cell.columns, cell.page))
            self.put(words)
        self.put("\n")
        self.lines += made
        self.tables.append(Table(name, tuple(made)))

    def count_row(self, width: int) -> None:
        """Ask before a row is kept."""
        self.rows += 1
        if self.rows > self.limits.rows:
            raise too_many_rows(self.name, self.limits)
        if width > self.limits.columns:
            raise too_many_columns(self.name, self.limits)

    def warn(self, message: str, *, when: bool = True, **params: Any) -> None:
        """Say once what was left out."""
        remark = Remark(message, params)
        if when and remark not in self.warnings:
            self.warnings.append(remark)

    def done(self, path: Path, media_type: str, pages: int = 0) -> ReadDocument:
        """The finished document; `BadInput` where nothing can be read in it."""
        text = "".join(self.parts)
        if not text.strip():
            raise no_text(path.name)
        return ReadDocument(
            text,
            tuple(self.lines),
            tuple(self.tables),
            digests.digest(digests.DEFAULT, path.read_bytes()),
            media_type,
            tuple(self.warnings),
            pages,
            tuple(self.places),
        )


def no_text(name: str) -> BadInput:
    return BadInput("intake.no_text", N_("“{place}” holds no text. Choose the file again."), place=name)


def too_many_letters(name: str, limits: Limits) -> BadInput:
    return BadInput("intake.too_many_letters", N_("“{place}” has more than {limit} letters. Split it."), place=name, limit=limits.letters)


def too_many_rows(name: str, limits: Limits) -> BadInput:
    return BadInput("intake.too_many_rows", N_("“{place}” has more than {limit} rows. Split it."), place=name, limit=limits.rows)


def too_many_columns(name: str, limits: Limits) -> BadInput:
    return BadInput(
        "intake.too_many_columns",
        N_("“{place}” has more than {limit} columns. Delete the empty ones at the right."),
        place=name,
        limit=limits.columns,
    )


def too_many_pages(name: str, limit: int) -> BadInput:
    return BadInput("intake.too_many_pages", N_("“{place}” has more than {limit} pages. Split it."), place=name, limit=limit)
