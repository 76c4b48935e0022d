"""Deadlines inside the words of an item, and what a deadline field comes to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from jiandi.base.text import due
from jiandi.loop.intake.extract.model import Span

_YEAR: Final = re.compile(r"((?:19|20)\d{2})年")
_DATE: Final = re.compile(
    r"""
    (?P<date>(?:19|20)\d{2}年(?:\d{1,2}月(?:\d{1,2}日)?)?[^\S\n]*(?:[上中下]旬|年?底|年?末|上半年)?(?:之|以)?前)
  | (?P<end>(?:19|20)\d{2}年(?:\d{1,2}月)?(?:年)?[底末](?=全[部面]|完成|建成|基本|实现|达到|力争|投用|投入))
  | (?P<every>每[年季月](?:度)?(?:\d{1,2}月)?(?:\d{1,2}日|底|末)?(?:之|以)?前)
  | (?P<bare>(?<![\d年每])\d{1,2}月(?:\d{1,2}日|[上中下]旬|底|末)?(?:之|以)?前)
  | (?P<yearend>(?<![\d每])(?:今年|本年度?)?年?底前)
  | (?P<range>(?:19|20)\d{2}年\d{1,2}月?[―—–\-－至]+(?:(?:19|20)\d{2}年)?\d{1,2}月(?=，))
  | (?P<term>(?<![\d近过在前])\d{1,3}个?(?:工作日|自然日|天|日|月|小时|周)(?:之|以)?内)
  | (?P<once>立行立改|立查立改|即知即改)
  | (?P<limit>限[期时])(?=完成|整改|改正|达标|解决|纠正|清[退理]|办结|到位|整治)
    """,
    re.VERBOSE,
)
_PAST: Final = re.compile(r"(?:截至|截止|[自从至到]|已于|已在|早在)$")
_SOFT_NUMBER: Final = re.compile(r"[一二三四五六七八九十两]{1,3}个?(?:工作日|月|天|日)(?:之|以)?内")


@dataclass(frozen=True)
class Deadline:
    """What stands in the fields deadline, deadline_text and milestones of an item."""

    deadline: str
    text: str
    milestones: tuple[date, ...] = ()


def year_before(text: str, at: int) -> int | None:
    """The year last named before a place, or the first named at all."""
    years = list(_YEAR.finditer(text, max(0, at - 4000), at))
    match = years[-1] if years else _YEAR.search(text)
    return int(match[1]) if match else None


def from_field(text: str, span: Span) -> Deadline | None:
    """The words of a 完成时限 field or a table cell."""
    words = re.sub(r"\s", "", text[span.start : span.end]).rstrip("。；;")
    if not words:
        return None
    read = due.parse_due(words, year=year_before(text, span.start))
    if read.last_day is not None:
        return Deadline(read.last_day.isoformat(), re.sub(r"[，,、；;]?并?长期坚持$", "", words), read.milestones)
    if read.at_once:
        return Deadline("立行立改", words)
    if read.recurring == "standing":
        return Deadline("长期坚持", words)
    return Deadline(words, words)


def in_words(text: str, span: Span, *, doing: bool) -> Deadline | None:
    """The deadline inside an item; ``doing`` leaves out terms that only tell how work is done."""
    dated: list[tuple[date, str]] = []
    other: list[Deadline] = []
    for match in _DATE.finditer(text, span.start, span.end):
        if _PAST.search(text, max(0, match.start() - 2), match.start()):
            continue
        kind, words = str(match.lastgroup), match[0]
        day = _day(text, kind, words, match.start())
        if day is not None:
            dated.append((day, words))
        elif kind in ("every", "term", "range", "bare", "yearend") or (kind in ("limit", "once") and not doing):
            other.append(Deadline("立行立改" if kind == "once" else words, words))
    if dated:
        days = tuple(dict.fromkeys(day for day, _ in dated[:-1] if day != dated[-1][0]))
        return Deadline(dated[-1][0].isoformat(), dated[-1][1], days)
    return other[0] if other else None


def _day(text: str, kind: str, words: str, at: int) -> date | None:
    if kind not in ("date", "end", "bare", "yearend"):
        return None
    return due.parse_due(words, year=year_before(text, at)).last_day


def begins_with_date(text: str, span: Span) -> bool:
    """2019年6月底前，… : a dated task of its own."""
    match = _DATE.match(text, span.start, span.end)
    return match is not None and match.lastgroup in ("date", "end")


def dated_places(text: str, span: Span) -> int:
    """How many absolute days a stretch names."""
    return sum(match.lastgroup in ("date", "end") for match in _DATE.finditer(text, span.start, span.end))


def first_term(text: str, span: Span) -> Span | None:
    """The first day or term by which something is to be done."""
    for match in _DATE.finditer(text, span.start, span.end):
        if match.lastgroup in ("date", "bare", "every", "term") and not _PAST.search(text, max(0, match.start() - 2), match.start()):
            return Span(match.start(), match.end())
    return None
