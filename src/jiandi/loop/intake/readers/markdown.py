"""Reads .md: the words without the marks; headings, tables and quotations as what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from jiandi.base.text.words import N_
from jiandi.loop.intake.readers import plain_text
from jiandi.loop.intake.readers.building import Building, Cell
from jiandi.loop.intake.readers.limits import Limits
from jiandi.loop.intake.readers.model import ReadDocument, lines_of

MEDIA_TYPE: Final = "text/markdown"
FRONT: Final = N_("The block of settings before the text was left out.")

_HEADING: Final = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*")
_UNDER: Final = re.compile(r" {0,3}(=+|-{2,})[ \t]*")
_FENCE: Final = re.compile(r" {0,3}(?:`{3,}|~{3,}).*")
_LINE: Final = re.compile(r" {0,3}(?:[-*_][ \t]*){3,}")
_BULLET: Final = re.compile(r"[ \t]*(?:[-*+][ \t]+(?:\[[ xX]\][ \t]+)?|(?:>[ \t]?)+)")
_BETWEEN: Final = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_PICTURE: Final = re.compile(r"!\[([^\]\n]{0,500})\]\([^)\n]{0,2000}\)")
_LINK: Final = re.compile(r"\[([^\]\n]{1,500})\]\([^)\n]{0,2000}\)")
_STRONG: Final = re.compile(r"(\*\*|__|~~|`)(?=\S)(.{1,1000}?)(?<=\S)\1")


def read(path: Path, limits: Limits) -> ReadDocument:
    """Line after line; two lines of one paragraph stay two lines."""
    text = plain_text.words_of(path, limits)
    building = Building(path.name, limits)
    lines = [text[line.start : line.end].lstrip("\ufeff") for line in lines_of(text)]
    start = _front(lines)
    building.warn(FRONT, when=start > 0)
    at = start
    while at < len(lines):
        at = _one(building, lines, at)
    return building.done(path, MEDIA_TYPE)


def _front(lines: list[str]) -> int:
    """The first line below a block of settings between two lines of dashes."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    end = next((at for at in range(1, min(len(lines), 60)) if lines[at].rstrip() in ("---", "...")), 0)
    settings = all(re.match(r"\s*$|[\w-]+\s*:|\s+\S|-\s|#", line) for line in lines[1:end])
    return end + 1 if end > 1 and settings else 0


def _one(building: Building, lines: list[str], at: int) -> int:
    """Add what stands at a line; the next line to look at."""
    line, below = lines[at], lines[at + 1] if at + 1 < len(lines) else ""
    if "|" in line and _BETWEEN.fullmatch(below) and "-" in below and len(_cells(below)) == len(_cells(line)):
        return _table(building, lines, at)
    if _FENCE.fullmatch(line):
        return at + 1
    heading = _HEADING.fullmatch(line)
    under = _UNDER.fullmatch(below) if line.strip() else None
    if heading:
        building.add(plain(heading[2]), "heading", len(heading[1]))
    elif under and not _BULLET.match(line):
        building.add(plain(line.strip()), "heading", 1 if below.strip().startswith("=") else 2)
        return at + 2
    elif line.strip() and not _LINE.fullmatch(line):
        mark = _BULLET.match(line)
        building.add(plain(line[mark.end() :] if mark else line).strip())
    return at + 1


def plain(words: str) -> str:
    """Without marks for bold, code, links and pictures."""
    words = _LINK.sub(r"\1", _PICTURE.sub(r"\1", words))
    return _STRONG.sub(r"\2", words)


def _cells(line: str) -> list[str]:
    line = line.strip().removeprefix("|")
    line = line.removesuffix("|") if not line.endswith("\\|") else line
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)]


def _table(building: Building, lines: list[str], at: int) -> int:
    rows, last = [at], at + 2
    while last < len(lines) and "|" in lines[last] and lines[last].strip():
        rows.append(last)
        last += 1
    building.add_table(_table_cells(building, [_cells(lines[row]) for row in rows]))
    return last


def _table_cells(building: Building, rows: list[list[str]]) -> Iterator[Cell]:
    for row, cells in enumerate(rows):
        building.count_row(len(cells))
        for column, words in enumerate(cells):
            yield Cell(row, column, plain(re.sub(r"<br\s*/?>", "\n", words)))
