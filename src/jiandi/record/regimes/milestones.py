"""Days on the way to a measure's due date, counted back from it (倒排工期). No Django here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jiandi.record.regimes.calendar import WorkCalendar
from jiandi.record.regimes.parts import Milestone

MOST_PERIODS = 18
WEEK = 7


@dataclass(frozen=True)
class Mark:
    """A milestone of one measure; ``is_own`` when people set its day."""

    code: str
    on: date
    is_own: bool = False


def back_from(due: date, start: date, wanted: Sequence[Milestone], calendar: WorkCalendar, own: Mapping[str, date]) -> list[Mark]:
    """The regime's milestones counted back in working days, never before the start nor after the due date; own days win."""
    found = [
        Mark(one.code, own[one.code], is_own=True) if one.code in own else Mark(one.code, _day(due, start, one, calendar)) for one in wanted
    ]
    return sorted(found, key=lambda mark: mark.on)


def _day(due: date, start: date, one: Milestone, calendar: WorkCalendar) -> date:
    room = max(0, calendar.working_days_between(start, due))
    days = room - room * one.percent // 100 if one.percent else one.days_before
    return max(min(start, due), _back(due, min(days, room), calendar))


def _back(day: date, days: int, calendar: WorkCalendar) -> date:
    """So many working days before a day; the day itself where none are asked."""
    while days:
        day -= timedelta(days=1)
        days -= calendar.is_workday(day)
    return day


@dataclass(frozen=True)
class Period:
    """One column of the schedule: a week, or several where the time is long."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def periods(first: date, last: date) -> list[Period]:
    """The time from first to last in at most ``MOST_PERIODS`` columns of whole weeks, beginning on a Monday."""
    monday = first - timedelta(days=first.weekday())
    weeks = (last - monday).days // WEEK + 1
    step = -(-weeks // MOST_PERIODS) * WEEK
    count = -(-weeks * WEEK // step)
    return [Period(monday + timedelta(days=step * n), monday + timedelta(days=step * (n + 1) - 1)) for n in range(count)]
