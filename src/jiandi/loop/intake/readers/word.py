"""Reads .docx: paragraphs and tables in order, list numbers written out, deletions left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from jiandi.base.text.words import N_
from jiandi.loop.intake.readers import archive, kind, word_numbers
from jiandi.loop.intake.readers.building import Building, Cell
from jiandi.loop.intake.readers.limits import Limits
from jiandi.loop.intake.readers.model import LineKind, ReadDocument
from jiandi.loop.intake.readers.word_numbers import attribute, child, children, local, whole

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TRACKED: Final = N_("The document has tracked changes. What is struck out was left out.")
EXTERNAL: Final = N_("The document links to other files. The links were not followed.")
NOTES: Final = N_("Notes and text boxes were read after the text.")

_CHANGES: Final = frozenset(("del", "ins", "moveFrom", "moveTo"))
_LEFT_OUT: Final = frozenset(("del", "moveFrom", "instrText", "delText", "Fallback", "pPr", "rPr", "comment", "txbxContent"))
_WRAPPERS: Final = frozenset(("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "AlternateContent", "Choice"))


@dataclass
class _Reading:
    """One document while it is read."""

    building: Building
    numbering: word_numbers.Numbering
    styles: dict[str, Element]
    boxes: list[str] = field(default_factory=list)
    held: str = ""


def read(path: Path, limits: Limits) -> ReadDocument:
    """The whole document as one text."""
    opened = archive.opened(path, limits)
    with opened.file:
        root = opened.xml("word/document.xml")
        body = child(root, "body")
        if root is None or body is None:
            raise kind.broken(path.name)
        styles = {attribute(style, "styleId") or "": style for style in children(opened.xml("word/styles.xml"), "style")}
        building = Building(path.name, limits)
        reading = _Reading(building, word_numbers.read_numbering(opened.xml("word/numbering.xml")), styles)
        _blocks(reading, body)
        _let_go(reading)
        notes = _notes(opened)
        external = any(b'TargetMode="External"' in (opened.part(name) or b"") for name in opened.names() if name.endswith(".rels"))
    for words in reading.boxes + notes:
        building.add(words, "note")
    building.warn(TRACKED, when=any(local(element.tag) in _CHANGES for element in root.iter()))
    building.warn(EXTERNAL, when=external)
    building.warn(NOTES, when=bool(reading.boxes or notes))
    return building.done(path, MEDIA_TYPE)


def _blocks(reading: _Reading, parent: Element) -> None:
    for element in parent:
        name = local(element.tag)
        if name == "p":
            _paragraph(reading, element)
            reading.boxes += _boxes(element)
        elif name == "tbl":
            _let_go(reading)
            _table(reading, element)
        elif name in _WRAPPERS:
            _blocks(reading, element)


def _paragraph(reading: _Reading, element: Element) -> None:
    """Where the end of a paragraph was struck out, its words go on in the next."""
    words = _numbered(reading, element) if not reading.held else "".join(_words(element)).rstrip()
    if child(element, "pPr", "rPr", "del") is not None or child(element, "pPr", "rPr", "moveFrom") is not None:
        reading.held += words
        return
    reading.building.add(reading.held + words, *_style(reading, element))
    reading.held = ""


def _let_go(reading: _Reading) -> None:
    if reading.held:
        reading.building.add(reading.held)
    reading.held = ""


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


def _numbered(reading: _Reading, paragraph: Element, *, even_empty: bool = False) -> str:
    """The words of a paragraph with the number Word prints before them; a cell may hold nothing but its number."""
    words = "".join(_words(paragraph)).rstrip()
    own = child(paragraph, "pPr", "numPr")
    style = attribute(child(paragraph, "pPr", "pStyle"), "val")
    found = [own] + [child(part, "pPr", "numPr") for part in _chain(reading, style)]
    list_id = next((value for part in found if (value := attribute(child(part, "numId"), "val")) is not None), None)
    if list_id in (None, "0") or not (words.strip() or even_empty):
        return words
    depth = next((value for part in found if (value := attribute(child(part, "ilvl"), "val")) is not None), None)
    level = reading.numbering.level_of_style(str(list_id), style) if own is None else None
    number = reading.numbering.next(str(list_id), whole(depth, 0) if level is None else level)
    return number + (" " if number[-1:].isalnum() and number.isascii() and words else "") + words


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
    for element in paragraph:
        if local(element.tag) == "txbxContent":
            found += [words for part in _paragraphs(element) if (words := "".join(_words(part)).strip())]
        elif local(element.tag) != "Fallback":
            found += _boxes(element)
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


def _table(reading: _Reading, table: Element) -> None:
    reading.building.add_table(_cells(reading, table))


def _cells(reading: _Reading, table: Element) -> list[Cell]:
    cells: list[Cell] = []
    above: dict[int, Cell] = {}
    standing = (part for part in _unwrapped(table) if local(part.tag) == "tr" and child(part, "trPr", "del") is None)
    for row, element in enumerate(standing):
        column = whole(attribute(child(element, "trPr", "gridBefore"), "val"), 0)
        for cell in (part for part in _unwrapped(element) if local(part.tag) == "tc"):
            properties = child(cell, "tcPr")
            width = max(1, whole(attribute(child(properties, "gridSpan"), "val"), 1))
            merge = child(properties, "vMerge")
            if merge is not None and attribute(merge, "val") != "restart" and column in above:
                above[column].rows += 1
            else:
                above[column] = Cell(row, column, _cell_words(reading, cell), 1, width)
                cells.append(above[column])
            column += width
        reading.building.count_row(column)
    return cells


def _unwrapped(element: Element) -> Iterator[Element]:
    for part in element:
        if local(part.tag) in _WRAPPERS:
            yield from _unwrapped(part)
        else:
            yield part


def _cell_words(reading: _Reading, cell: Element) -> str:
    """All paragraphs of a cell, those of tables and boxes inside it too, each with its number."""
    words = [_numbered(reading, part, even_empty=True).strip() for part in _paragraphs(cell)]
    return "\n".join(part for part in words if part)


def _paragraphs(element: Element) -> Iterator[Element]:
    for part in element:
        if local(part.tag) == "p":
            yield part
        if local(part.tag) not in ("Fallback", "del", "moveFrom"):
            yield from _paragraphs(part)
