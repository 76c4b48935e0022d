"""Running headers, footers and page numbers: what stands at the same height of page after page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from jiandi.loop.intake.readers.layout.model import Row

_ZONE: Final = 0.14
_OUTER: Final = 3
_NEAR: Final = 6.0
_DASHES: Final = r"[\s—–\-―·•~]*"
_NUMBER: Final = re.compile(rf"{_DASHES}(?:第\s*)?\d{{1,4}}\s*页?(?:\s*[/／,，共]\s*共?\s*\d{{1,4}}\s*页?)?{_DASHES}")
_PLAIN: Final = re.compile(r"\s*\d{1,4}\s*")
_DIGITS: Final = re.compile(r"\d+")

Lines = list[list[Row]]
_Seen = tuple[int, int, str, float]


def drop(pages: Sequence[tuple[Lines, float]]) -> bool:
    """Take them out of the lines of all pages (given with their heights); was there any?"""
    seen: dict[tuple[bool, str], list[_Seen]] = defaultdict(list)
    for page, (lines, height) in enumerate(pages):
        for at, upper in _outer(lines, height):
            words = " ".join(run.words for run in lines[at]).strip()
            seen[upper, _DIGITS.sub("#", words).replace(" ", "")].append((page, at, words, lines[at][0].middle))
    gone: set[tuple[int, int]] = set()
    for (_upper, key), places in seen.items():
        if _runs(key, places, len(pages)):
            gone |= {(page, at) for page, at, _words, _middle in places}
    for page, (lines, _height) in enumerate(pages):
        lines[:] = [line for at, line in enumerate(lines) if (page, at) not in gone]
    return bool(gone)


def _outer(lines: Lines, height: float) -> list[tuple[int, bool]]:
    """The outermost lines of a page, if they stand in its margins."""
    top = [(at, True) for at in range(min(_OUTER, len(lines))) if lines[at][0].middle < height * _ZONE]
    first = max(len(top), len(lines) - _OUTER)
    return top + [(at, False) for at in range(first, len(lines)) if lines[at][0].middle > height * (1 - _ZONE)]


def _runs(key: str, places: list[_Seen], pages: int) -> bool:
    heights = sorted(middle for *_rest, middle in places)
    level = heights[-1] - heights[0] <= _NEAR
    if _NUMBER.fullmatch(places[0][2]):
        if not _PLAIN.fullmatch(places[0][2]):
            return True
        return _counts(places) and (len(places) > 1 or pages == 1)
    if not key or not level or len({page for page, *_rest in places}) < min(3, max(2, pages)):
        return False
    return len({words for _page, _at, words, _middle in places}) == 1 or _counts(places)


def _counts(places: list[_Seen]) -> bool:
    """A number in it grows with the pages."""
    steps = {int(_DIGITS.findall(words)[-1]) - page for page, _at, words, _middle in places if _DIGITS.search(words)}
    return len(steps) == 1 and (len(places) > 1 or steps == {1})
