"""What a deadline says: 2024年6月底前, 立行立改，长期坚持, 6个月内, 每年2月底前, Excel dates.

Nothing is guessed: a day that does not exist or a month without a year leaves ``last_day`` empty.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal

from jiandi.base.text import chinese_numbers, normalise
from jiandi.base.text.words import N_

Precision = Literal["day", "month", "quarter", "half", "year", "relative", "none"]

NO_SUCH_DAY: Final = N_("{text} is not a day of the calendar. Write a day that exists, for example 2024-02-29.")

_CN: Final = "[〇○零一二三四五六七八九十]"
_SEP: Final = r"[年./\-]"
_MENTION: Final = re.compile(
    rf"""
    (?P<compact>(?<!\d)(?:19|20)\d{{2}}(?:0[1-9]|1[0-2])(?:[0-3]\d)?(?![\d.]))
  | (?P<from>(?:19|20)\d{{2}})年?(?:-+|~|至|到)(?P<to>(?:19|20)\d{{2}})(?=年|$)年?(?!\d{{1,2}}月)
  | (?:(?P<year>(?:19|20)\d{{2}}){_SEP}?)?(?P<part>第?[一二三四1-4]季度|[上下]半年)
  | (?:(?P<sy>(?<!\d)(?:19|20)\d{{2}})年)?(?<![\d.])(?P<fm>\d{{1,2}})月?(?:-+|~|至|到)(?P<sm>\d{{1,2}})月(?!\d)
  | (?P<y>(?<!\d)(?:19|20)\d{{2}}){_SEP}(?P<m>\d{{1,2}})(?:[月./\-](?P<d>\d{{1,2}})日?(?!\d)|月?(?P<third>[上中下]旬|初|中(?!旬))?)
  | (?P<only>(?<!\d)(?:19|20)\d{{2}})(?:年(?P<mid>中|初)?|$)
  | (?<![\d.])(?P<bm>\d{{1,2}})月(?:(?P<bd>\d{{1,2}})日|(?P<bthird>[上中下]旬|初|中(?!旬))?)
  | (?P<rel>今年|本年度?|明年|次年|(?<![每全当半近])年(?:底|末|内))
    """,
    re.VERBOSE,
)
_RELATIVE: Final = re.compile(rf"(?:\d+|{_CN}+|半|两)个?(?:工作日|自然日|小时|日|天|周|星期|月|季度|年)(?:之|以)?内")
_AT_ONCE: Final = re.compile(r"立行立改|[即立](?:知|查|行)[即立]改|立改|边[查学]边改|^立即|即时整改|立即整改")
_RECURRING: Final = (
    ("yearly", re.compile(r"每年|每个?年度|逐年|(?<!\d)年年(?![底末内])")),
    ("half_yearly", re.compile(r"每半年")),
    ("quarterly", re.compile(r"每个?季度?|逐季")),
    ("monthly", re.compile(r"每个?月|逐月|按月")),
    ("weekly", re.compile(r"每周|每星期")),
    ("standing", re.compile(r"长期坚持|持续(?:坚持|推进|整改|落实|深化)|长期|常态化|常抓不懈|^持续$")),
)
_THIRDS: Final = {"上旬": 10, "初": 10, "中旬": 20, "中": 20}


@dataclass(frozen=True)
class Due:
    """One deadline as it was written and what it comes to."""

    raw: str
    last_day: date | None = None
    precision: Precision = "none"
    recurring: str | None = None
    at_once: bool = False
    milestones: tuple[date, ...] = ()
    fault: str | None = None

    @property
    def understood(self) -> bool:
        """Whether anything was read from it."""
        return self.precision != "none" or self.at_once or self.recurring is not None


@dataclass(frozen=True)
class _Mention:
    year: int | None
    month: int
    day: int
    precision: Precision
    text: str

    def resolve(self) -> date | None:
        """The last day meant; None without a year or when there is no such day."""
        if self.year is None or not 1 <= self.month <= 12:
            return None
        last = calendar.monthrange(self.year, self.month)[1]
        day = self.day or last
        return date(self.year, self.month, day) if 1 <= day <= last else None


def parse_due(text: str, *, year: int | None) -> Due:
    """Read a deadline; ``year`` stands in where the text has none (the year of the letter)."""
    plain = _ascii_numbers(_named_years(normalise.plain(text), year))
    recurring = next((name for name, pattern in _RECURRING if pattern.search(plain)), None)
    due = Due(raw=text, recurring=recurring, at_once=bool(_AT_ONCE.search(plain)))
    periodic = recurring not in (None, "standing")
    mentions = _mentions(plain, None if periodic else year)
    if not mentions:
        return replace(due, precision="relative") if _RELATIVE.search(plain) else due
    last = mentions[-1]
    wrong = next((m for m in mentions if m.year is not None and m.resolve() is None), None)
    if wrong is not None:
        return replace(due, precision=last.precision, fault=NO_SUCH_DAY)
    days = sorted({day for m in mentions if (day := m.resolve()) is not None})
    if not days:
        return replace(due, precision=last.precision)
    precision = next(m.precision for m in mentions if m.resolve() == days[-1])
    return replace(due, last_day=days[-1], precision=precision, milestones=tuple(days[:-1]))


def due_from_cell(value: object, *, year: int | None = None, date_1904: bool = False) -> Due:
    """A deadline out of a spreadsheet cell: a date, a serial number, or text."""
    if isinstance(value, datetime):
        return Due(raw=value.date().isoformat(), last_day=value.date(), precision="day")
    if isinstance(value, date):
        return Due(raw=value.isoformat(), last_day=value, precision="day")
    if isinstance(value, bool) or value is None:
        return Due(raw="" if value is None else str(value))
    if isinstance(value, (int, float)):
        return _from_number(float(value), year, date_1904=date_1904)
    return parse_due(str(value), year=year)


def _from_number(value: float, year: int | None, *, date_1904: bool) -> Due:
    if 20_000 <= value < 80_000:
        day = (date(1904, 1, 1) if date_1904 else date(1899, 12, 30)) + timedelta(days=int(value))
        return Due(raw=day.isoformat(), last_day=day, precision="day")
    text = str(int(value)) if value == int(value) else str(value)
    return parse_due(text, year=year)


def _named_years(text: str, year: int | None) -> str:
    """今年 and 明年 as figures, where the year is known."""
    if year is None:
        return text
    return re.sub("(今|本|明|次)年", lambda match: f"{year + (match[1] in '明次')}年", text)


def _ascii_numbers(text: str) -> str:
    """二〇二四年六月三十日 → 2024年6月30日."""

    def number(match: re.Match[str]) -> str:
        value = chinese_numbers.to_int(match[1])
        return match[0] if value is None else f"{value}{match[2]}"

    return re.sub(rf"({_CN}+)([年月日])(?!内|以内|之内)", number, text)


def _mentions(text: str, year: int | None) -> list[_Mention]:
    found: list[_Mention] = []
    terms = [term.span() for term in _RELATIVE.finditer(text)]
    for match in _MENTION.finditer(text):
        if any(start <= match.start() < end for start, end in terms):
            continue
        mention = _read(match, found[-1].year if found else year, found[-1] if found else None)
        if mention.precision == "year" and match.end() < len(text) and re.match(r"起|以来|度工作", text[match.end() :]):
            continue
        if year is None and found and mention.year is not None and found[-1].year is None:
            found = [replace(m, year=m.year or mention.year) for m in found]
        found.append(mention)
    return found


def _read(match: re.Match[str], year: int | None, before: _Mention | None) -> _Mention:
    got = match.groupdict()
    for group, read in _READERS:
        if got[group]:
            return read(got, year, before, match[0])
    return _Mention(year, 12, 0, "year", match[0])


def _read_compact(got: dict[str, str], _year: int | None, _before: _Mention | None, _text: str) -> _Mention:
    return _compact(got["compact"])


def _read_years(got: dict[str, str], _year: int | None, _before: _Mention | None, text: str) -> _Mention:
    return _Mention(int(got["to"]), 12, 0, "year", text)


def _read_part(got: dict[str, str], year: int | None, _before: _Mention | None, text: str) -> _Mention:
    return _part(got["part"], int(got["year"]) if got["year"] else year, text)


def _read_months(got: dict[str, str], year: int | None, _before: _Mention | None, text: str) -> _Mention:
    first, last = int(got["fm"]), int(got["sm"])
    begun = int(got["sy"]) if got["sy"] else year
    return _Mention(None if begun is None else begun + (last < first), last, 0, "month", text)


def _read_month(got: dict[str, str], _year: int | None, _before: _Mention | None, text: str) -> _Mention:
    return _month(int(got["y"]), got["m"], got["d"], got["third"], text)


def _read_year(got: dict[str, str], _year: int | None, _before: _Mention | None, text: str) -> _Mention:
    month = {"中": 6, "初": 1}.get(got["mid"] or "", 12)
    return _Mention(int(got["only"]), month, 0, "month" if got["mid"] else "year", text)


def _read_bare_month(got: dict[str, str], year: int | None, before: _Mention | None, text: str) -> _Mention:
    return _month(_rolled(year, int(got["bm"]), before), got["bm"], got["bd"], got["bthird"], text)


_READERS: Final = (
    ("compact", _read_compact),
    ("to", _read_years),
    ("part", _read_part),
    ("sm", _read_months),
    ("y", _read_month),
    ("only", _read_year),
    ("bm", _read_bare_month),
)


def _rolled(year: int | None, month: int, before: _Mention | None) -> int | None:
    """2024年10月至2月 ends in the next year."""
    if year is not None and before is not None and before.precision in ("day", "month") and month < before.month:
        return year + 1
    return year


def _compact(text: str) -> _Mention:
    day = int(text[6:]) if len(text) == 8 else 0
    bad = len(text) == 8 and day == 0
    return _Mention(int(text[:4]), int(text[4:6]), 99 if bad else day, "day" if len(text) == 8 else "month", text)


def _part(part: str, year: int | None, text: str) -> _Mention:
    if part.endswith("半年"):
        return _Mention(year, 6 if part[0] == "上" else 12, 0, "half", text)
    quarter = chinese_numbers.to_int(part.removeprefix("第").removesuffix("季度")) or 4
    return _Mention(year, quarter * 3, 0, "quarter", text)


def _month(year: int | None, month: str, day: str | None, third: str | None, text: str) -> _Mention:
    if day is not None:
        return _Mention(year, int(month), int(day) or 99, "day", text)
    return _Mention(year, int(month), _THIRDS.get(third or "", 0), "month", text)
