"""When a phase starts and ends, from the day it hangs on.

``next_day``: the anchor day does not count; a month ends on the day of the same number (31 Jan + 1 month: 28 or 29 Feb).
``same_day``: the anchor day is the first; a month ends the day before that (1 Mar + 1 month: 31 Mar).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from jiandi.record.regimes import vocabulary
from jiandi.record.regimes.calendar import ONE_DAY, Reckoned, WorkCalendar
from jiandi.record.regimes.parts import CountFrom, Phase, RestDay, Unit

MONTHS = 12


@dataclass(frozen=True)
class PhaseDates:
    """The first and last day of a phase; None where the anchor is not known yet or there is no set end."""

    code: str
    start: date | None
    end: date | None
    unpublished: tuple[int, ...] = ()


def add_months(day: date, months: int) -> date:
    """The same day number so many months on, or that month's last day."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(
    anchor: date,
    length: int,
    unit: Unit,
    calendar: WorkCalendar,
    *,
    count_from: CountFrom = "next_day",
    on_rest_day: RestDay = "keep",
) -> Reckoned:
    """The last day a term of ``length`` units allows."""
    if unit == "working_day":
        return calendar.add_working_days(anchor, length, count_from)
    if unit == "day":
        end = anchor + timedelta(days=length - (count_from == "same_day" and length > 0))
    else:
        end = _month_end(anchor, length * (MONTHS if unit == "year" else 1), count_from)
    return calendar.next_workday(end) if on_rest_day == "next_working_day" else Reckoned(end)


def _month_end(anchor: date, months: int, count_from: CountFrom) -> date:
    end = add_months(anchor, months)
    same_number = end.day == anchor.day
    return end - ONE_DAY if count_from == "same_day" and months and same_number else end


def phase_dates(phases: tuple[Phase, ...], anchors: Mapping[str, date], calendar: WorkCalendar) -> tuple[PhaseDates, ...]:
    """The dates of every phase, in order; ``anchors`` gives the days known so far (``{"feedback": …}``)."""
    known = dict(anchors)
    found = []
    for phase in phases:
        dates = _dates_of(phase, known.get(phase.start_anchor), calendar)
        if dates.end is not None:
            known[vocabulary.END_OF + phase.code] = dates.end
        found.append(dates)
    return tuple(found)


def _dates_of(phase: Phase, anchor: date | None, calendar: WorkCalendar) -> PhaseDates:
    if anchor is None:
        return PhaseDates(phase.code, None, None)
    start = anchor if phase.count_from == "same_day" else anchor + ONE_DAY
    dates = PhaseDates(phase.code, start, None)
    if phase.length == 0:
        return dates
    end = last_day(anchor, phase.length, phase.unit, calendar, count_from=phase.count_from, on_rest_day=phase.on_rest_day)
    return replace(dates, end=end.day, unpublished=end.unpublished)


def phase_on(dates: tuple[PhaseDates, ...], today: date) -> PhaseDates | None:
    """The latest phase that has started and not ended."""
    running = [one for one in dates if one.start is not None and one.start <= today and (one.end is None or today <= one.end)]
    return running[-1] if running else None
