"""Printed lines to paragraphs, across columns and pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from jiandi.loop.intake.readers.layout.model import Row

_MARKER: Final = re.compile(
    r"[（(]\s*(?:[一二三四五六七八九十百]+|\d{1,3})\s*[）)]|[一二三四五六七八九十百]+、|\d{1,3}\s*[、．]|\d{1,3}(?:\.\d{1,3})*\.?(?![\d.%])(?=[\s\u4e00-\u9fff])(?!\s*[年月日个名项条万亿元人次件家起])"
    r"|\d{1,3}\.(?!\d)|第[一二三四五六七八九十百\d]+[条章节]|[①-⑳]|[●■◆•▪]|附件|附\s*[:：]|[一二三四五六七八九十]+是"
)
_ENDS: Final = "。；;！!？?：:"
_LATIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.,'’/@-]*")
_TOGETHER: Final = re.compile(r"[（“‘《〈【「『(\[]*.(?:[”’]*[“‘]+.)?[，。、；：！？）”’》〉】」』)\]…—]*")
_REACHES: Final = 0.8
_NEARLY: Final = 0.95
_WORD: Final = 0.55


@dataclass(frozen=True)
class Margins:
    """The edges of the text of a document, its size of type, the step from line to line, and whether paragraphs are indented."""

    left: float
    right: float
    size: float
    step: float
    indented: bool


def margins(rows: list[Row], width: float) -> Margins:
    """As most lines have them; few stray lines do not count, and where all are short the margins of the page are taken as equal."""
    size = _middle([row.size for row in rows for _ in range(max(1, len(row.words) // 8))])
    body = [row for row in rows if abs(row.size - size) <= 0.15 * size] or rows
    left, right = _edge([row.left for row in body], size), -_edge([-row.right for row in body], size)
    right = right if right >= _REACHES * (width - left) else _NEARLY * (width - left)
    steps = [b.top - a.top for a, b in pairwise(body) if a.page == b.page and 0 < b.top - a.top < 5 * size]
    starts = [row.left for row in body]
    indented = sum(1.2 * size <= start - left <= 3.2 * size for start in starts) >= 0.08 * len(starts)
    return Margins(left, right, size, _middle(steps) if steps else 2 * size, indented)


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 10.0


def _edge(values: list[float], size: float) -> float:
    """The outermost value that others share."""
    ordered = sorted(values)
    shared = [value for value, third in zip(ordered, ordered[2:], strict=False) if third - value <= size]
    return shared[0] if shared else ordered[0]


def goes_on(before: Row, row: Row, page: Margins) -> bool:
    """Does ``row`` continue the paragraph that ends with ``before``?"""
    if abs(before.size - row.size) > 0.15 * max(before.size, row.size) or not row.words or not before.words:
        return False
    left, right = _edges(before, page)
    if _is_title(before, page) and _is_title(row, page):
        return before.page == row.page and row.top - before.top < 2.4 * row.size and before.right - before.left > 0.5 * (right - left)
    if before.page == row.page and before.column == row.column and row.top - before.top > 1.5 * max(page.step, row.size):
        return False
    if before.right + _first_word(row) < right - 0.4 * row.size:
        return False
    return _begins_inside(before, row, page)


def _begins_inside(before: Row, row: Row, page: Margins) -> bool:
    """The edge and first letters of a line that no new paragraph would have."""
    ended = before.words[-1] in _ENDS
    marked = _MARKER.match(row.words) is not None
    indent = row.left - _edges(row, page)[0]
    if indent <= 0.8 * row.size:
        return not marked if not page.indented or ended else not _MARKER.match(row.words) or before.words[-1] in "，、,"
    hangs = _MARKER.match(before.words) is not None or abs(before.left - row.left) <= 0.5 * row.size
    return hangs and not marked and not ended and (not page.indented or indent > 3.2 * row.size)


def _edges(row: Row, page: Margins) -> tuple[float, float]:
    """Of the column, if the text stands in columns, or else of the page."""
    left, right = row.column
    narrow = right - left and right - left < 0.7 * (page.right - page.left)
    return (left, right) if narrow else (page.left, page.right)


def _is_title(row: Row, page: Margins) -> bool:
    return row.size > 1.15 * page.size and abs((row.left + row.right) - (page.left + page.right)) < 3 * row.size


def _first_word(row: Row) -> float:
    """About how wide the letters are that would have had to stand in the line before."""
    word = _LATIN.match(row.words)
    kept = _TOGETHER.match(row.words)
    return _WORD * row.size * len(word[0]) if word else row.size * (len(kept[0]) if kept else 1)


def glue(before: str, words: str) -> str:
    """What stands between two printed lines of one paragraph: a space between two Latin words, nothing else."""
    return " " if before[-1:].isascii() and before[-1:].isalnum() and words[:1].isascii() and words[:1].isalnum() else ""


def new_entry(words: str) -> bool:
    """Does a line begin with a number or a dot of a list?"""
    return _MARKER.match(words) is not None
