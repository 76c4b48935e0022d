"""Cuts text into sentences and clauses without cutting quotations, titles or brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from jiandi.loop.intake.extract.model import Span

_PAIRS: Final = {"（": "）", "(": ")", "《": "》", "“": "”", "〔": "〕", "【": "】", "[": "]", "‘": "’"}
_LONGEST_QUOTE: Final = 240
SENTENCE_END: Final = "。！？!?"
CLAUSE_END: Final = "；;"
_EDGE: Final = " \t\r\n\u3000\u00a0"
_CLOSING: Final = _EDGE + "。；，,;、"


def trimmed(text: str, start: int, end: int, closing: str = _CLOSING) -> Span:
    """The span without white space around it and without closing punctuation."""
    while start < end and text[start] in _EDGE + "。；，,;：:":
        start += 1
    while end > start and text[end - 1] in closing:
        end -= 1
    return Span(start, end)


def protected(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Outermost pairs of quotation marks, titles and brackets."""
    pairs: list[tuple[int, int]] = []
    at = start
    while at < end:
        close = _PAIRS.get(text[at])
        if close is not None:
            shut = _closing_at(text, at, min(end, at + _LONGEST_QUOTE), close)
            if shut > at:
                pairs.append((at, shut))
                at = shut
        at += 1
    return pairs


def _closing_at(text: str, at: int, end: int, close: str) -> int:
    depth = 0
    for place in range(at, end):
        if text[place] == text[at]:
            depth += 1
        elif text[place] == close:
            depth -= 1
            if depth == 0:
                return place
    return -1


def split(text: str, start: int, end: int, marks: str) -> list[Span]:
    """The trimmed, non-empty pieces between the marks."""
    pieces: list[Span] = []
    begin = start
    for place in _marks(text, start, end, marks):
        pieces.append(trimmed(text, begin, place))
        begin = place + 1
    pieces.append(trimmed(text, begin, end))
    return [piece for piece in pieces if piece]


def _marks(text: str, start: int, end: int, marks: str) -> Iterator[int]:
    pairs = iter(protected(text, start, end))
    shut = next(pairs, None)
    for place in range(start, end):
        while shut is not None and place > shut[1]:
            shut = next(pairs, None)
        if text[place] in marks and not (shut is not None and shut[0] <= place <= shut[1]):
            yield place


def sentences(text: str, start: int, end: int) -> list[Span]:
    return split(text, start, end, SENTENCE_END)


def clauses(text: str, start: int, end: int) -> list[Span]:
    return split(text, start, end, SENTENCE_END + CLAUSE_END)


def phrases(text: str, start: int, end: int) -> list[Span]:
    """Parts between commas."""
    return split(text, start, end, "，,")


def first_sentence_end(text: str, start: int, end: int) -> int:
    """Where the first sentence of an item ends: its short title."""
    parts = sentences(text, start, end)
    return parts[0].end if parts else end


_FIGURES: Final = re.compile(r"\d[\d,.]*(?:余|多)?(?:万|亿)?(?:%|％|个百分点|[\u4e00-\u9fff]{1,2})?")


def figures(text: str) -> tuple[str, ...]:
    """Counts, sums and rates with the words that carry them."""
    return tuple(match[0] for match in _FIGURES.finditer(text))
