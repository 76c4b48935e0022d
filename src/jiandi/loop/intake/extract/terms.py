"""What a deadline comes to: a day, a term that runs from another day, a duty that comes back.

No calendar is known here. Who wants the day of a term brings the day it runs from and a way to count working days.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from jiandi.base.text import chinese_numbers, due, normalise

TermUnit = Literal["working_day", "day", "week", "month", "quarter", "year", "hour"]
Since = Literal["receipt", "feedback", "issue", "approval"]
AddWorkingDays = Callable[[date, int], date]

_AMOUNT: Final = re.compile(
    r"(?P<n>\d{1,4}|半|[一二两三四五六七八九十百]{1,5})个?半?(?P<unit>工作日|自然日|日历日|小时|天|日|周|星期|月|季度|年)(?:之|以)?内"
)
_UNITS: Final[dict[str, TermUnit]] = {
    "工作日": "working_day",
    "自然日": "day",
    "日历日": "day",
    "天": "day",
    "日": "day",
    "周": "week",
    "星期": "week",
    "月": "month",
    "季度": "quarter",
    "年": "year",
    "小时": "hour",
}
_SINCE: Final[tuple[tuple[Since, re.Pattern[str]], ...]] = (
    ("receipt", re.compile("收到|接到|接收")),
    ("feedback", re.compile("反馈")),
    ("approval", re.compile("批准|批复|审定|审议通过")),
    ("issue", re.compile("印发|下发|发布|公布|下达|送达|移交")),
)
_RUNS: Final = re.compile(r"[^。；;]*(?:日起|之后|以后|后|起)[，,]?(?:的|在|于)?$")
_MONTHS: Final[dict[TermUnit, int]] = {"month": 1, "quarter": 3, "year": 12}
_CYCLES: Final = {"yearly": 12, "half_yearly": 6, "quarterly": 3, "monthly": 1}
_BY: Final = re.compile(r"每(?:个)?(?:半年|年度?|季度?|月)度?(?:末月)?(?:(?P<month>\d{1,2})月)?(?:(?P<day>\d{1,2})日|底|末)?")
_ON: Final = re.compile("长期坚持|持续坚持|长期|常态化")
_NOUGHTS: Final = str.maketrans("○零", "〇〇")
_HALF_A_MONTH: Final = 15
_HOURS: Final = 24


@dataclass(frozen=True)
class Relative:
    """15个工作日内, counted from a day that lies elsewhere; ``since`` says from which, where the text does."""

    count: int
    unit: TermUnit
    since: Since | None = None


@dataclass(frozen=True)
class Duty:
    """Comes back every cycle; ``month`` and ``day`` where the text names them, the end of the cycle where not."""

    cycle: str
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True)
class Term:
    """One deadline: its words, the last day where there is one, and what else it says."""

    raw: str
    last_day: date | None = None
    precision: due.Precision = "none"
    at_once: bool = False
    goes_on: bool = False
    duty: Duty | None = None
    relative: Relative | None = None
    milestones: tuple[date, ...] = ()
    year_supplied: bool = False
    fault: bool = False

    def day(self, start: date | None, add_working_days: AddWorkingDays | None = None) -> date | None:
        """The last day; a term counts from ``start``, a duty gives its first day from ``start`` on."""
        if self.last_day is not None or start is None:
            return self.last_day
        if self.relative is not None:
            return counted(self.relative, start, add_working_days or weekdays_after)
        return None if self.duty is None else next_of(self.duty, start)


def read(words: str, *, year: int | None, before: str = "") -> Term:
    """Everything the words of a deadline say; ``year`` stands in where they have none, ``before`` may name the day a term runs from."""
    found = due.parse_due(words, year=year)
    duty = _duty(found.recurring, words) if found.recurring in _CYCLES or found.recurring == "weekly" else None
    supplied = found.last_day is not None and year is not None and due.parse_due(words, year=None).last_day is None
    return Term(
        raw=words,
        last_day=found.last_day,
        precision=found.precision,
        at_once=found.at_once,
        goes_on=_ON.search(words) is not None or found.recurring == "standing",
        duty=duty,
        relative=relative(words, before) if found.last_day is None else None,
        milestones=found.milestones,
        year_supplied=supplied,
        fault=found.fault is not None,
    )


def year_of(words: str) -> int | None:
    """二〇二四年 → 2024."""
    printed = re.sub(r"[\s〔〕]", "", words).rstrip("年").translate(_NOUGHTS)
    return int(printed) if printed.isdecimal() else chinese_numbers.to_int(printed)


def relative(words: str, before: str = "") -> Relative | None:
    """收到反馈后15个工作日内 → 15 working days since the receipt."""
    runs = _RUNS.search(before)
    plain = normalise.plain((runs[0] if runs else "") + words)
    match = _AMOUNT.search(plain)
    if match is None:
        return None
    since = next((name for name, pattern in _SINCE if pattern.search(plain, 0, match.start())), None)
    unit = _UNITS[match["unit"]]
    if match["n"] == "半":
        return Relative(_HALF_A_MONTH, "day", since) if unit == "month" else Relative(6, "month", since) if unit == "year" else None
    count = int(match["n"]) if match["n"].isdigit() else chinese_numbers.to_int(match["n"].replace("两", "二"))
    return None if not count else Relative(count, unit, since)


def counted(term: Relative, start: date, add_working_days: AddWorkingDays) -> date | None:
    """The last day of a term; None past the end of the calendar."""
    try:
        if term.unit == "working_day":
            return add_working_days(start, term.count)
        if term.unit in _MONTHS:
            return _months_after(start, term.count * _MONTHS[term.unit])
        if term.unit == "hour":
            return start + timedelta(days=-(-term.count // _HOURS))
        return start + timedelta(days=term.count * (7 if term.unit == "week" else 1))
    except (OverflowError, ValueError):
        return None


def next_of(duty: Duty, start: date) -> date | None:
    """The first day of a duty that is not before ``start``."""
    if duty.cycle not in _CYCLES:
        return None
    step = _CYCLES[duty.cycle]
    month = duty.month if duty.month and duty.cycle == "yearly" else -(-start.month // step) * step
    for ahead in range(3):
        months = start.year * 12 + month - 1 + ahead * step
        day = _day_of(months // 12, months % 12 + 1, duty.day)
        if day is not None and day >= start:
            return day
    return None


def weekdays_after(start: date, count: int) -> date:
    """Monday to Friday, for those who know no holidays."""
    weeks, rest = divmod(count, 5)
    day = start + timedelta(weeks=weeks)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    while rest:
        day += timedelta(days=1)
        rest -= day.weekday() < 5
    return day


def _duty(cycle: str | None, words: str) -> Duty | None:
    if cycle is None:
        return None
    match = _BY.search(normalise.plain(words))
    month = int(match["month"]) if match and match["month"] else None
    day = int(match["day"]) if match and match["day"] else None
    return Duty(cycle, month if month and 1 <= month <= 12 else None, day if day and 1 <= day <= 31 else None)


def _months_after(start: date, months: int) -> date | None:
    total = start.year * 12 + start.month - 1 + months
    return _day_of(total // 12, total % 12 + 1, start.day)


def _day_of(year: int, month: int, day: int | None) -> date | None:
    if not 1 <= year <= date.max.year:
        return None
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(day or last, last))
