"""Deadlines inside the words of an item, and what a deadline field comes to."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from jiandi.loop.intake.extract import pieces, terms
from jiandi.loop.intake.extract.model import Deadline, Span

_Y: Final = r"(?:(?:19|20)\d{2}|[一二][九〇○零][〇○零一二三四五六七八九]{2})[^\S\n]*年"
_M: Final = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])[^\S\n]*月份?"
_D: Final = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])日(?:\d{1,2}[时点])?"
_BEFORE: Final = "(?:之|以)?前"
_DASH: Final = r"[―—–\-－~～至到]+"
_PART: Final = "(?:[上中下]旬|初|中|年?底|年?末|[上下]半年|第?[一二三四1-4]季度末?)"
_DONE: Final = "全[部面]|完成|建成|基本|实现|达到|力争|投用|投入|整改|启用|建立|出台|竣工|验收|办结|销号|取得|见到|到位"
_AMOUNT: Final = r"(?:\d{1,4}|半|[一二两三四五六七八九十]{1,4})个?"
_YEAR: Final = re.compile(rf"{_Y}|〔(?:19|20)\d{{2}}〕")
_DATE: Final = re.compile(
    rf"""
    (?P<date>{_Y}(?:{_M}(?:{_D})?)?[^\S\n]*{_PART}?{_BEFORE})
  | (?P<end>(?:{_Y}|[今明]年|本年度?)(?:{_M})?(?:年?[底末]|[上下]半年|第?[一二三四1-4]季度末?)(?={_DONE}))
  | (?P<every>每周[一二三四五六日天]?{_BEFORE}|每(?:个?月|年度?|半年|季度?|学期)(?:末月)?(?:{_M})?(?:{_D}|底|末|初)?{_BEFORE})
  | (?P<range>{_Y}(?:{_M}|\d{{1,2}})?(?:{_D})?{_DASH}(?:{_Y})?{_M}(?:{_D})?(?:底|末)?(?=，))
  | (?P<planned>(?:(?<=计划)|(?<=计划于)|(?<=计划在)|(?<=预计)|(?<=预计于)|(?<=[拟将]于)|(?<=[拟将]在)|(?<=不晚于)|(?<=不迟于)|(?<=力争)|(?<=力争于)|(?<=力争在)|(?<=确保)|(?<=确保在))
      {_Y}(?:{_M}(?:{_D})?)?{_PART}?(?!以来|以后|以前|开始|启动|起|度))
  | (?P<bare>(?<![\d年每至])(?:[今明次]年|本年度?)?{_M}(?:{_D}|{_PART})?{_BEFORE})
  | (?P<yearend>(?<![\d每])(?:[今明次]年|本年度?|年)年?[底末]{_BEFORE}|(?<![\d每])[本下次当]月(?:{_D}|{_PART}){_BEFORE}|(?<![\d每多几半两])(?:今年|本年度?|年)内(?={_DONE}))
  | (?P<term>(?<![\d近过前每〇一二两三四五六七八九十]){_AMOUNT}(?:工作日|自然日|天|日|月|小时|周|星期|季度)(?:之|以)?内)
  | (?P<once>立行立改|立查立改|[即立]知即改|边[查学]边改)
  | (?P<limit>限[期时])(?=完成|整改|改正|达标|解决|纠正|清[退理]|办结|到位|整治)
  | (?P<standing>(?<=，)并?(?:长期|持续)坚持(?=[。；;）)，]|\Z))
  | (?P<now>立即)(?=整改|改正|纠正|清退|停止|叫停|完成整改)
    """,
    re.VERBOSE,
)
_DATED: Final = ("date", "end", "planned")
_RELATIVE: Final = ("every", "term", "range", "bare", "yearend")
_PAST: Final = re.compile(r"(?:截至|截止|[自从至]|已[^，。；]{0,8}|早在)$")
_LOOK_BACK: Final = 12
_ANCHOR: Final = 40
_YEARS_NEAR: Final = 4000
_YEARS_LAST: Final = 400
_AND_ON: Final = re.compile(r"[，,、；;]?并?(?:长期|持续)坚持$")


def year_before(text: str, at: int) -> int | None:
    """The year last named before a place, or the first named at the beginning, or at the end."""
    years = _YEAR.findall(text, max(0, at - _YEARS_NEAR), at)
    if years:
        return _year(years[-1])
    first = _YEAR.search(text, 0, _YEARS_NEAR) or _YEAR.search(text, max(0, len(text) - _YEARS_LAST))
    return _year(first[0]) if first else None


def _year(words: str) -> int | None:
    return terms.year_of(words)


def from_field(text: str, span: Span) -> Deadline | None:
    """The words of a 完成时限 field or a table cell."""
    words = re.sub(r"\s", "", text[span.start : span.end]).rstrip("。；;")
    if not words:
        return None
    read = terms.read(words, year=year_before(text, span.start))
    if read.last_day is not None:
        return Deadline(read.last_day.isoformat(), _AND_ON.sub("", words), read, read.milestones)
    named = "立行立改" if read.at_once else "长期坚持" if read.goes_on and read.duty is None else words
    return Deadline(named, words, read)


def in_words(text: str, span: Span, *, doing: bool) -> Deadline | None:
    """The deadline inside an item; ``doing`` leaves out terms that only tell how work is done."""
    dated: list[tuple[date, terms.Term]] = []
    other: list[Deadline] = []
    for match in _terms(text, span):
        kind, words = str(match.lastgroup), match[0]
        term = terms.read(words, year=year_before(text, match.start()), before=text[max(0, match.start() - _ANCHOR) : match.start()])
        if kind in (*_DATED, "bare", "yearend") and term.last_day is not None:
            dated.append((term.last_day, term))
        elif kind in _RELATIVE or (not doing and kind not in _DATED and not (kind == "limit" and _one_of_many(text, span))):
            other.append(Deadline(_NAMED.get(kind, words), words, term))
    if dated:
        last, term = dated[-1]
        days = tuple(dict.fromkeys(day for day, _ in dated[:-1] if day != last))
        return Deadline(last.isoformat(), term.raw, term, days)
    return other[0] if other else None


def _one_of_many(text: str, span: Span) -> bool:
    """限期 in one of several sentences is about a part of the item."""
    return len(pieces.sentences(text, span.start, span.end)) > 1


_NAMED: Final = {"once": "立行立改", "standing": "长期坚持"}


def _terms(text: str, span: Span) -> list[re.Match[str]]:
    """All days and terms of a stretch that are not told of the past."""
    found = _DATE.finditer(text, span.start, span.end)
    return [match for match in found if not _PAST.search(text, max(span.start, match.start() - _LOOK_BACK), match.start())]


def begins_with_date(text: str, span: Span) -> bool:
    """2019年6月底前，… : a dated task of its own."""
    match = _DATE.match(text, span.start, span.end)
    return match is not None and match.lastgroup in _DATED


def begins_with_term(text: str, span: Span) -> bool:
    """6个月内报送…: a task of its own inside a sentence."""
    match = _DATE.match(text, span.start, span.end)
    return match is not None and match.lastgroup in ("date", "bare", "every", "term")


def period_at(text: str, span: Span) -> Span | None:
    """2024年4月至6月，… : a phase with its own work."""
    match = _DATE.match(text, span.start, span.end)
    return Span(match.start(), match.end()) if match is not None and match.lastgroup == "range" else None


def of_period(text: str, span: Span) -> Deadline:
    """A phase is over at its end."""
    words = text[span.start : span.end]
    return Deadline(words, words, terms.read(words, year=year_before(text, span.start)))


def dated_places(text: str, span: Span) -> int:
    """How many absolute days a stretch names."""
    return sum(match.lastgroup in _DATED for match in _DATE.finditer(text, span.start, span.end))


def first_term(text: str, span: Span) -> Span | None:
    """The first day or term by which something is to be done."""
    found = own_terms(text, span)
    return found[0] if found else None


def own_terms(text: str, span: Span) -> list[Span]:
    """All days and terms by which something is to be done."""
    return [Span(m.start(), m.end()) for m in _terms(text, span) if m.lastgroup in ("date", "bare", "every", "term")]
