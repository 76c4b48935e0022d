"""Reads .docx: paragraphs and tables in order, list numbers written out, deletions left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from jiandi.base import digests
from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers import archive, kind, word_numbers
from jiandi.loop.intake.readers.limits import Limits
from jiandi.loop.intake.readers.model import Line, LineKind, ReadDocument, Table
from jiandi.loop.intake.readers.word_numbers import attribute, child, children, local

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TRACKED: Final = N_("The document has tracked changes. What is struck out was left out.")
EXTERNAL: Final = N_("The document links to other files. The links were not followed.")
NOTES: Final = N_("Notes and text boxes were read after the text.")

_LEFT_OUT: Final = frozenset(("del", "moveFrom", "instrText", "delText", "Fallback", "pPr", "rPr", "comment", "txbxContent"))
_WRAPPERS: Final = frozenset(("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "AlternateContent", "Choice"))


@dataclass
class _Text:
    """The text as it grows."""

    parts: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    length: int = 0

    def add(self, words: str, kind_: LineKind = "paragraph", level: int = 0) -> None:
        for piece in words.split("\n"):
            self.lines.append(Line(self.length, self.length + len(piece), kind_, level))
            self.put(piece + "\n")

    def put(self, words: str) -> None:
        self.parts.append(words)
        self.length += len(words)


@dataclass
class _Reading:
    """One document while it is read."""

    name: str
    limits: Limits
    numbering: word_numbers.Numbering
    styles: dict[str, Element]
    text: _Text = field(default_factory=_Text)
    tables: list[Table] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)
    rows: int = 0


def read(path: Path, limits: Limits) -> ReadDocument:
    """The whole document as one text."""
    opened = archive.opened(path, limits)
    with opened.file:
        root = opened.xml("word/document.xml")
        body = child(root, "body")
        if root is None or body is None:
            raise kind.broken(path.name)
        styles = {attribute(style, "styleId") or "": style for style in children(opened.xml("word/styles.xml"), "style")}
        reading = _Reading(path.name, limits, word_numbers.read_numbering(opened.xml("word/numbering.xml")), styles)
        _blocks(reading, body)
        notes = _notes(opened)
        external = any(b'TargetMode="External"' in (opened.part(name) or b"") for name in opened.names() if name.endswith(".rels"))
    for words in reading.boxes + notes:
        reading.text.add(words, "note")
    text = "".join(reading.text.parts)
    if not text.strip():
        raise BadInput("intake.no_text", N_("“{place}” holds no text. Choose the file again."), place=path.name)
    tracked = any(local(element.tag) in ("del", "ins", "moveFrom") for element in root.iter())
    found = ((TRACKED, tracked), (EXTERNAL, external), (NOTES, bool(reading.boxes or notes)))
    return ReadDocument(
        text,
        tuple(reading.text.lines),
        tuple(reading.tables),
        digests.digest(digests.DEFAULT, path.read_bytes()),
        MEDIA_TYPE,
        tuple(message for message, there in found if there),
    )


def _blocks(reading: _Reading, parent: Element) -> None:
    for element in parent:
        name = local(element.tag)
        if name == "p":
            reading.text.add(_numbered(reading, element), *_style(reading, element))
            reading.boxes += _boxes(element)
        elif name == "tbl":
            _table(reading, element)
        elif name in _WRAPPERS:
            _blocks(reading, element)


def _words(element: Element) -> Iterator[str]:
    for part in element:
        name = local(part.tag)
        if name == "t":
            yield part.text or ""
        elif name == "tab":
            yield "\t"
        elif name in ("br", "cr"):
            yield "\n"
        elif name == "noBreakHyphen":
            yield "-"
        elif name not in _LEFT_OUT:
            yield from _words(part)


def _chain(reading: _Reading, style: str | None) -> Iterator[Element]:
    """A style and those it is based on."""
    seen: set[str] = set()
    while style and style in reading.styles and style not in seen:
        seen.add(style)
        yield reading.styles[style]
        style = attribute(child(reading.styles[style], "basedOn"), "val")


def _numbered(reading: _Reading, paragraph: Element) -> str:
    """The words of a paragraph with the number Word prints before them."""
    words = "".join(_words(paragraph)).rstrip()
    own = child(paragraph, "pPr", "numPr")
    style = attribute(child(paragraph, "pPr", "pStyle"), "val")
    found = [own] + [child(part, "pPr", "numPr") for part in _chain(reading, style)]
    list_id = next((value for part in found if (value := attribute(child(part, "numId"), "val")) is not None), None)
    depth = next((value for part in found if (value := attribute(child(part, "ilvl"), "val")) is not None), "0")
    if list_id in (None, "0") or not words.strip():
        return words
    return reading.numbering.next(str(list_id), int(depth) if depth.isdigit() else 0) + words


def _style(reading: _Reading, paragraph: Element) -> tuple[LineKind, int]:
    level = attribute(child(paragraph, "pPr", "outlineLvl"), "val")
    for style in _chain(reading, attribute(child(paragraph, "pPr", "pStyle"), "val")):
        level = level or attribute(child(style, "pPr", "outlineLvl"), "val")
    if level is not None and level.isdigit() and int(level) < 9:
        return "heading", int(level) + 1
    return "paragraph", 0


def _boxes(paragraph: Element) -> list[str]:
    """The words of text boxes; of two renderings of one box only the first."""
    found: list[str] = []
    stack = list(paragraph)
    while stack:
        element = stack.pop(0)
        if local(element.tag) == "txbxContent":
            found += [words for part in children(element, "p") if (words := "".join(_words(part)).strip())]
        elif local(element.tag) != "Fallback":
            stack = list(element) + stack
    return found


def _notes(opened: archive.Archive) -> list[str]:
    found: list[str] = []
    for name, tag in (("word/footnotes.xml", "footnote"), ("word/endnotes.xml", "endnote")):
        for note in children(opened.xml(name), tag):
            words = "".join(_words_of_all(note)).strip()
            if words and attribute(note, "type") is None:
                found.append(words)
    return found


def _words_of_all(element: Element) -> Iterator[str]:
    for paragraph in children(element, "p"):
        yield from _words(paragraph)


@dataclass
class _Cell:
    row: int
    column: int
    columns: int
    words: str
    rows: int = 1


def _table(reading: _Reading, table: Element) -> None:
    cells = _cells(reading, table)
    number, out = len(reading.tables), reading.text
    made: list[Line] = []
    row = 0
    for place, cell in enumerate(cells):
        if place:
            out.put("\n" if cell.row != row else "\t")
        row = cell.row
        line = Line(out.length, out.length + len(cell.words), "cell", 0, number, cell.row, cell.column, cell.rows, cell.columns)
        out.put(cell.words)
        made.append(line)
    out.put("\n")
    out.lines.extend(made)
    reading.tables.append(Table("", tuple(made)))


def _cells(reading: _Reading, table: Element) -> list[_Cell]:
    cells: list[_Cell] = []
    above: dict[int, _Cell] = {}
    for row, element in enumerate(part for part in _unwrapped(table) if local(part.tag) == "tr"):
        reading.rows += 1
        if reading.rows > reading.limits.rows:
            raise too_many_rows(reading.name, reading.limits)
        column = 0
        for cell in (part for part in _unwrapped(element) if local(part.tag) == "tc"):
            properties = child(cell, "tcPr")
            width = max(1, word_numbers.whole(attribute(child(properties, "gridSpan"), "val"), 1))
            merge = child(properties, "vMerge")
            if merge is not None and attribute(merge, "val") != "restart" and column in above:
                above[column].rows += 1
            else:
                above[column] = _Cell(row, column, width, _cell_words(cell))
                cells.append(above[column])
            column += width
            if column > reading.limits.columns:
                raise too_many_columns(reading.name, reading.limits)
    return cells


def _unwrapped(element: Element) -> Iterator[Element]:
    for part in element:
        if local(part.tag) in _WRAPPERS:
            yield from _unwrapped(part)
        else:
            yield part


def _cell_words(cell: Element) -> str:
    words = ["".join(_words(part)).strip() for part in cell.iter() if local(part.tag) == "p"]
    return "\n".join(part for part in words if part)


def too_many_rows(name: str, limits: Limits) -> BadInput:
    return BadInput("intake.too_many_rows", N_("“{place}” has more than {limit} rows. Split it."), place=name, limit=limits.rows)


def too_many_columns(name: str, limits: Limits) -> BadInput:
    return BadInput(
        "intake.too_many_columns",
        N_("“{place}” has more than {limit} columns. Delete the empty ones at the right."),
        place=name,
        limit=limits.columns,
    )
