"""The numbering series of official documents: 一、 （一） 1. （1） ① 一是 一要 第一， 序号1 问题1：."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from jiandi.base.text import chinese_numbers
from jiandi.loop.intake.extract.model import Span

_CN: Final = "[一二三四五六七八九十百]{1,4}"
_SERIES: Final[tuple[tuple[str, str], ...]] = (
    ("chapter", rf"第(?P<n>{_CN})[章节编](?=[\s\u3000]|$)"),
    ("bracketed", rf"[（(](?P<n>{_CN})[)）][、.．]?"),
    ("is", rf"(?P<n>{_CN})(?:是(?!否)|要)"),
    ("chinese", rf"(?P<n>{_CN})[、．.]"),
    ("ordinal", rf"第(?P<n>{_CN})(?:[，、,：:]|部分[：:，、\s]?|(?:是|要)(?=[^.]))"),
    ("round", r"[（(](?P<n>\d{1,2})[)）][、.．]?"),
    ("half", r"(?P<n>\d{1,2})[)）]"),
    ("figure", r"(?P<n>\d{1,3})(?:[.．](?!\d)|[.．](?=(?:19|20)\d{2}年)|、)"),
    ("circle", r"(?P<n>[①-⑳])"),
    ("round", r"(?P<n>[⑴-⒇])"),
    ("figure", r"(?P<n>[⒈-⒛])"),
    ("bracketed", r"(?P<n>[㈠-㈩])"),
    ("sequence", rf"(?:序号|(?:反馈)?问题|事项)[\s\u3000]?(?P<n>\d{{1,3}}|{_CN})(?:[\s\u3000]*[：:、.．]|[\s\u3000]+|$)"),
)
_PATTERNS: Final = tuple((kind, re.compile(pattern)) for kind, pattern in _SERIES)
_INLINE: Final = re.compile(
    rf"(?:{_CN}(?:是(?!否)|要)|第{_CN}[，、,：]|[（(]\d{{1,2}}[)）]|[①-⑳⑴-⒇]|\d{{1,2}}(?:[.．](?!\d)|、)|[（(]{_CN}[)）])"
)
_BEFORE_INLINE: Final = "。；;：:，,、！？\n\t \u3000—）)”"
_BLANK: Final = re.compile(r"[\s\u3000\u00a0]*")
_BASES: Final = (("①", "⑳"), ("⑴", "⒇"), ("⒈", "⒛"), ("㈠", "㈩"))


@dataclass(frozen=True)
class Marker:
    """A printed number: which series, which place in it, where it stands."""

    kind: str
    number: int
    start: int
    end: int
    label: str


@dataclass(frozen=True)
class Unit:
    """A part of a paragraph that has its own number."""

    marker: Marker
    span: Span


def _value(printed: str) -> int:
    for first, last in _BASES:
        if first <= printed <= last:
            return ord(printed) - ord(first) + 1
    return chinese_numbers.to_int(printed) or 0


def marker_at(text: str, at: int, end: int) -> Marker | None:
    """The number that begins exactly here."""
    for kind, pattern in _PATTERNS:
        match = pattern.match(text, at, end)
        if match is not None:
            label = match[0].strip().rstrip("、.．，,：: ")
            return Marker(kind, _value(match["n"]), at, match.end(), label)
    return None


def leading_marker(text: str, start: int, end: int) -> Marker | None:
    """The number a paragraph begins with, after white space."""
    blank = _BLANK.match(text, start, end)
    return marker_at(text, blank.end() if blank else start, end)


def inline_markers(text: str, start: int, end: int) -> list[Marker]:
    """All numbers that stand at the beginning of a clause."""
    found: list[Marker] = []
    for match in _INLINE.finditer(text, start, end):
        at = match.start()
        if at > start and text[at - 1] not in _BEFORE_INLINE:
            continue
        if (
            text[at - 1 : at] in ("，", ",", "、", "）", ")", "”")
            and match[0][-1] not in "是要，、,：)）"
            and match[0][0] not in "①②③④⑤⑥⑦⑧⑨"
        ):
            continue
        marker = marker_at(text, at, end)
        if marker is not None and marker.number:
            found.append(marker)
    return found


def enumeration(text: str, start: int, end: int) -> list[list[Unit]]:
    """The outermost series inside a stretch of text, each as its units."""
    markers = inline_markers(text, start, end)
    runs: list[list[Marker]] = []
    at = 0
    while at < len(markers):
        run = _run(markers, at)
        if len(run) > 1:
            runs.append(run)
            at = markers.index(run[-1], at) + 1
        else:
            at += 1
    return [_units(run, _stop(runs, place, end)) for place, run in enumerate(runs)]


def _stop(runs: list[list[Marker]], place: int, end: int) -> int:
    return runs[place + 1][0].start if place + 1 < len(runs) else end


def _run(markers: list[Marker], at: int) -> list[Marker]:
    first = markers[at]
    if first.number != 1:
        return []
    run = [first]
    for place in range(at + 1, len(markers)):
        marker = markers[place]
        if marker.kind != first.kind:
            continue
        if marker.number == run[-1].number + 1:
            run.append(marker)
        elif marker.number == 1:
            break
    return run


def _units(run: list[Marker], end: int) -> list[Unit]:
    stops = [marker.start for marker in run[1:]] + [end]
    return [Unit(marker, Span(marker.end, stop)) for marker, stop in zip(run, stops, strict=True)]


def chinese_value(printed: str) -> int:
    """The value of a number printed in Chinese or figures; 0 when it is none."""
    return _value(printed)
