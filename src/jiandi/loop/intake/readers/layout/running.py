"""Running headers, footers and page numbers: what stands at the same height of page after page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from jiandi.loop.intake.readers.layout.model import Row

_ZONE: Final = 0.14
_MARGIN: Final = 0.09
_OUTER: Final = 3
_NEAR: Final = 6.0
_MOSTLY: Final = 0.8
_SHARE: Final = 0.4
_DASH: Final = r"[—–\-―·•~]"
_NUMBER: Final = re.compile(
    rf"{_DASH}+\s*\d{{1,4}}\s*{_DASH}+|(?:第\s*)?\d{{1,4}}\s*页?[,，]?\s*(?:[/／]|共)\s*共?\s*\d{{1,4}}\s*页?|第\s*\d{{1,4}}\s*页|\d{{1,4}}"
)
_PLAIN: Final = re.compile(r"\d{1,4}")
_DIGITS: Final = re.compile(r"\d+")

Lines = list[list[Row]]
_Seen = tuple[int, int, str, float]


def drop(pages: Sequence[tuple[Lines, float]]) -> bool:
    """Take them out of the lines of all pages (given with their heights), from the edge inwards; was there any?"""
    seen: dict[tuple[bool, str], list[_Seen]] = defaultdict(list)
    for page, (lines, height) in enumerate(pages):
        for at, upper in _outer(lines, height):
            words = " ".join(run.words for run in lines[at]).strip()
            seen[upper, _DIGITS.sub("#", words).replace(" ", "")].append((page, at, words, lines[at][0].middle))
    gone: set[tuple[bool, int, int]] = set()
    for (upper, key), places in seen.items():
        height = pages[places[0][0]][1]
        in_margin = places[0][3] < height * _MARGIN or places[0][3] > height * (1 - _MARGIN)
        if _runs(key, places, len(pages), in_margin=in_margin) and (
            _NUMBER.fullmatch(places[0][2]) or _owns_its_height(places, [others for (zone, _key), others in seen.items() if zone == upper])
        ):
            gone |= {(upper, page, at) for page, at, _words, _middle in places}
    taken = 0
    for page, (lines, _height) in enumerate(pages):
        first = next((at for at in range(len(lines)) if (True, page, at) not in gone), len(lines))
        last = next((at for at in reversed(range(len(lines))) if (False, page, at) not in gone), -1)
        taken += len(lines) - max(0, last + 1 - first)
        lines[:] = lines[first : last + 1]
    return taken > 0


def _owns_its_height(places: list[_Seen], all_places: list[list[_Seen]]) -> bool:
    """On most pages nothing else stands there (or one other line: left and right pages differ)."""
    middle = places[0][3]
    there = [sum(abs(one[3] - middle) <= _NEAR for one in others) for others in all_places]
    return sum(sorted(there)[-2:]) >= _MOSTLY * sum(there) and len(places) >= _SHARE * sum(there)


def _outer(lines: Lines, height: float) -> list[tuple[int, bool]]:
    """The outermost lines of a page, if they stand in its margins."""
    top = [(at, True) for at in range(min(_OUTER, len(lines))) if lines[at][0].middle < height * _ZONE]
    first = max(len(top), len(lines) - _OUTER)
    return top + [(at, False) for at in range(first, len(lines)) if lines[at][0].middle > height * (1 - _ZONE)]


def _runs(key: str, places: list[_Seen], pages: int, *, in_margin: bool) -> bool:
    heights = sorted(middle for *_rest, middle in places)
    level = heights[-1] - heights[0] <= _NEAR
    if _NUMBER.fullmatch(places[0][2]):
        if not _PLAIN.fullmatch(places[0][2]):
            return True
        return in_margin and _counts(places) and (len(places) > 1 or pages == 1)
    if not key or not level or not in_margin or len({page for page, *_rest in places}) < min(3, max(2, pages)):
        return False
    return len({words for _page, _at, words, _middle in places}) == 1 or _counts(places)


def _counts(places: list[_Seen]) -> bool:
    """A number in it grows with the pages."""
    steps = {int(_DIGITS.findall(words)[-1]) - page for page, _at, words, _middle in places if _DIGITS.search(words)}
    return len(steps) == 1 and (len(places) > 1 or steps == {1})
