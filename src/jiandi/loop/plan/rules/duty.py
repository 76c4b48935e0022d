"""A duty that must be kept up: the days on which its cycles end, which were kept, and which were missed. No Django here."""

from __future__ import annotations

import calendar
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

MONTHS: Final = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
MOST: Final = 600
SHOWN: Final = 12
_WEEK: Final = 7


@dataclass(frozen=True)
class Duty:
    """Where a recurring duty stands today; ``in_a_row`` counts the missed cycles since it was kept last."""

    period: str
    next_due: date
    kept: tuple[date, ...]
    missed: tuple[date, ...]
    in_a_row: int

    @property
    def latest_missed(self) -> tuple[date, ...]:
        """As many as a page shows."""
        return self.missed[-SHOWN:]


def period_of(recurs: str, standing_cycle: str) -> str:
    """How often: as it says; 长期坚持 without a period as often as the regime says."""
    return recurs if recurs in MONTHS or recurs == "weekly" else standing_cycle


def cycle_ends(period: str, since: date) -> Iterator[date]:
    """The last days of the weeks, months, quarters … that end after ``since``, without end."""
    day = since
    while True:
        day = _end_after(period, day)
        yield day


def _end_after(period: str, day: date) -> date:
    if period == "weekly":
        return day + timedelta(days=_WEEK - day.weekday() - 1 or _WEEK)
    months = MONTHS[period]
    end = _end_of(period, day)
    if end > day:
        return end
    year, month = divmod(end.year * 12 + end.month - 1 + months, 12)
    return _last_day(year, month + 1)


def _end_of(period: str, day: date) -> date:
    months = MONTHS[period]
    return _last_day(day.year, (day.month - 1) // months * months + months)


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def duty_of(recurs: str, since: date, kept: Collection[date], *, today: date, standing_cycle: str = "quarterly") -> Duty:
    """Cycles that ended before today and were not kept are missed; at most the last ``MOST`` are looked at."""
    period = period_of(recurs, standing_cycle)
    past: deque[date] = deque(maxlen=MOST)
    for end in cycle_ends(period, since):
        if end >= today and end not in kept:
            return Duty(period, end, tuple(sorted(kept)), tuple(d for d in past if d not in kept), _in_a_row(past, kept))
        if end < today:
            past.append(end)
    raise AssertionError  # cycles have no end


def _in_a_row(past: deque[date], kept: Collection[date]) -> int:
    count = 0
    for end in reversed(past):
        if end in kept:
            break
        count += 1
    return count


def is_cycle_end(recurs: str, since: date, day: date, standing_cycle: str) -> bool:
    """Whether a cycle of the duty ends on that day."""
    for end in cycle_ends(period_of(recurs, standing_cycle), since):
        if end >= day:
            return end == day
    raise AssertionError  # cycles have no end
