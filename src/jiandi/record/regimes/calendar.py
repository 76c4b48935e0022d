"""Working days: Monday to Friday, but for the days an installation knows better. Pure; the days come from outside.

A year is published when its holidays are known. A count that touches another year still gives a day, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from jiandi.base.errors import Unmet
from jiandi.base.text.words import N_

SATURDAY: Final = 5
ONE_DAY: Final = timedelta(days=1)
UNPUBLISHED: Final = N_("The holidays of {years} are not published yet. Check this date again when they are.")


@dataclass(frozen=True)
class Reckoned:
    """A day that was counted, and the unpublished years the count went through."""

    day: date
    unpublished: tuple[int, ...] = ()

    def warnings(self) -> tuple[Unmet, ...]:
        """A sentence for the person who relies on the day; empty when it is certain."""
        if not self.unpublished:
            return ()
        return (Unmet("calendar.unpublished", UNPUBLISHED, {"years": ", ".join(map(str, self.unpublished))}),)


@dataclass(frozen=True)
class WorkCalendar:
    """``overrides`` says of single days whether they are worked; ``published`` names the years that are known."""

    overrides: Mapping[date, bool] = field(default_factory=dict)
    published: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Whether work is done on this day."""
        return self.overrides.get(day, day.weekday() < SATURDAY)

    def add_working_days(self, start: date, count: int, count_from: Literal["same_day", "next_day"] = "next_day") -> Reckoned:
        """The ``count``-th working day from ``start``; with ``same_day`` the start itself may be the first."""
        if count < 0:
            raise ValueError(count)
        day, left = start, count
        if count_from == "same_day" and count and self.is_workday(start):
            left -= 1
        while left:
            day += ONE_DAY
            left -= self.is_workday(day)
        return Reckoned(day, self.unpublished(start, day))

    def next_workday(self, day: date) -> Reckoned:
        """This day if it is worked, else the first worked day after it."""
        found = day
        while not self.is_workday(found):
            found += ONE_DAY
        return Reckoned(found, self.unpublished(day, found))

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        whole_weeks, rest = divmod((end - start).days, 7)
        weekdays = whole_weeks * SATURDAY + sum((start + timedelta(days=step)).weekday() < SATURDAY for step in range(1, rest + 1))
        return weekdays + self._adjusted(start, end)

    def unpublished(self, first: date, last: date) -> tuple[int, ...]:
        """The years from ``first`` to ``last`` whose holidays are not known."""
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.published)

    def _adjusted(self, start: date, end: date) -> int:
        """What the overrides add to or take from Monday to Friday."""
        return sum(worked - (day.weekday() < SATURDAY) for day, worked in self.overrides.items() if start < day <= end)
