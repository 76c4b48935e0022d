"""Stretches of a document that stand in no row, so that nobody has read them (不能挂一漏万)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from jiandi.base.text import normalise

Bounds = tuple[int, int]

SHORT: Final = 60
"""Lines up to this length are shown together with their neighbours: a letterhead is one stretch, not four."""
TOGETHER: Final = 200
FEWEST: Final = 10
"""Fewer letters left beside a row in its own line are punctuation, numbers and labels."""
LEAD_IN: Final = 40
"""A line that ends with a colon only leads to what follows, unless it is longer than this."""

_BLANK: Final = " \t\r\n\u3000\u00a0"
_CLOSING: Final = _BLANK + "。；;，,、）)"
_LETTER: Final = re.compile(r"[^\W_]")
_NAMES: Final = re.compile(r"[、，,;；/\n\t|。]+")
_FILLER: Final = re.compile(
    r"[（(][^（）()]{0,12}[)）]|请?[自于在]?(?:收到|接到|印发|反馈|发布|下发)[^，。；]{0,12}日起|(?:全[面部])?(?:完成|办结|落实|整改到位)|牵头|负责|配合|等$"
)
_LABEL: Final = re.compile(r"^[^：:，。；\n]{1,12}[：:]")


@dataclass(frozen=True)
class Stretch:
    """``text[start:end]``, which no row holds."""

    start: int
    end: int


def unread(text: str, lines: Iterable[Sequence[object]], spans: Iterable[Bounds], shown: Iterable[str]) -> tuple[Stretch, ...]:
    """What no span holds, but for blank, numbers, labels, and fields whose words a row shows (``shown``)."""
    known = normalise.plain("\n".join(shown))
    found: list[Stretch] = []
    joins = False
    for start, end, whole in _gaps(text, lines, sorted(spans)):
        if whole is None:
            joins = False
        elif not _is_told(text[start:end], known, whole=whole):
            if joins and _belong(found[-1], start, end):
                found[-1] = Stretch(found[-1].start, end)
            else:
                found.append(Stretch(start, end))
            joins = True
    return tuple(found)


def _gaps(text: str, lines: Iterable[Sequence[object]], spans: list[Bounds]) -> Iterator[tuple[int, int, bool | None]]:
    """What the spans leave of each line: whole lines, parts of lines, and ``None`` where a line is held."""
    place = reach = 0
    for start, end in _bounds(text, lines):
        while place < len(spans) and spans[place][1] <= start:
            reach, place = max(reach, spans[place][1]), place + 1
        free = max(start, reach)
        for first, last in _inside(spans, place, end):
            yield from _part(text, free, first, start, end)
            yield first, last, None
            free = max(free, last)
        yield from _part(text, free, end, start, end)


def _inside(spans: list[Bounds], place: int, end: int) -> Iterator[Bounds]:
    while place < len(spans) and spans[place][0] < end:
        yield spans[place]
        place += 1


def _part(text: str, free: int, upto: int, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    whole = _trimmed(text, start, end)
    first, last = _trimmed(text, free, upto)
    if (first, last) != whole:
        first = max(first, upto - len(text[free:upto].lstrip(_CLOSING)))
    if first < last:
        yield first, last, (first, last) == whole


def _bounds(text: str, lines: Iterable[Sequence[object]]) -> Iterator[Bounds]:
    given = sorted((int(str(line[0])), int(str(line[1]))) for line in lines)
    if given:
        yield from given
        return
    at = 0
    for line in text.splitlines(keepends=True):
        yield at, at + len(line)
        at += len(line)


def _trimmed(text: str, start: int, end: int) -> Bounds:
    words = text[start:end]
    first = start + len(words) - len(words.lstrip(_BLANK))
    return first, max(first, end - len(words) + len(words.rstrip(_BLANK)))


def _is_told(words: str, known: str, *, whole: bool) -> bool:
    """Nothing to read, a label over what follows, or a field that a row shows."""
    letters = len(_LETTER.findall(words))
    if not letters or (words[-1] in "：:" and letters <= LEAD_IN) or (not whole and letters < FEWEST):
        return True
    value = words.strip("（）()【】 。") if not whole else words
    label = _LABEL.match(value)
    if whole and label is None:
        return normalise.plain(value) in known
    parts = [_FILLER.sub("", one.strip()) for one in _NAMES.split(value[label.end() :] if label else value)]
    return all(normalise.plain(_LABEL.sub("", one)) in known for one in parts if one.strip())


def _belong(before: Stretch, start: int, end: int) -> bool:
    short = end - start <= SHORT and before.end - before.start <= SHORT * 2
    return short and end - before.start <= TOGETHER
