"""Decisions of this stage: when the next note is due; what a file is stands in the record (papers). No Django here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jiandi.base.errors import Unmet
from jiandi.base.text.words import N_
from jiandi.record.ledger.papers import (
    ACT,
    OUTCOME,
    TALK,
    TYPES,
    check_content,
    guess_date,
    guess_kind,
    safe_name,
    title_of,
    type_of,
)

__all__ = [
    "ACT",
    "OUTCOME",
    "TALK",
    "TYPES",
    "Days",
    "Holder",
    "Pass",
    "chain",
    "check_content",
    "day_questions",
    "guess_date",
    "guess_kind",
    "is_note_due",
    "period_start",
    "safe_name",
    "title_of",
    "type_of",
]
HALF = 15
APART_DAYS = 31


def period_start(every: str, today: date) -> date:
    """The first day of the reporting period that ``today`` lies in."""
    starts = {
        "day": today,
        "week": today - timedelta(days=today.weekday()),
        "half_month": today.replace(day=16 if today.day > HALF else 1),
        "quarter": today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1),
        "half_year": today.replace(month=7 if today.month > 6 else 1, day=1),
        "year": today.replace(month=1, day=1),
    }
    return starts.get(every, today.replace(day=1))


def is_note_due(every: str, last_on: date | None, today: date) -> bool:
    """Whether this period has neither note nor claim yet."""
    return last_on is None or last_on < period_start(every, today)


@dataclass(frozen=True)
class Pass:
    """A finding changed hands on a day: from whom, to whom, and by what."""

    on: date
    from_unit: str
    to_unit: str
    by: str = ""


@dataclass(frozen=True)
class Holder:
    """Who had it from when to when. ``came_back``: a unit that had passed it on before."""

    unit: str
    since: date
    until: date | None
    days: int
    by: str = ""
    came_back: bool = False


def chain(lead: str, since: date, passes: Sequence[Pass], until: date) -> list[Holder]:
    """The holders one after another with their days; ``until`` is today, or the day on which nothing was owed any more."""
    names = [passes[0].from_unit, *(one.to_unit for one in passes)] if passes else [lead]
    starts = [since, *(one.on for one in passes)]
    by = ["", *(one.by for one in passes)]
    found = []
    for place, (name, start) in enumerate(zip(names, starts, strict=True)):
        end = starts[place + 1] if place + 1 < len(starts) else None
        found.append(Holder(name, start, end, max(((end or until) - start).days, 0), by[place], name in names[:place]))
    return found


@dataclass(frozen=True)
class Days:
    """What a paper says of its day, what its file says, and between which days it should lie."""

    declared: date | None = None
    made_on: date | None = None
    changed_on: date | None = None
    found_on: date | None = None
    claimed_on: date | None = None
    today: date | None = None


def day_questions(d: Days) -> list[Unmet]:
    """Where the days do not fit: questions to the unit, never a verdict; clocks are wrong and papers are scanned anew."""
    found = []
    if d.made_on and d.today and d.made_on > d.today:
        found.append(
            Unmet(
                "future",
                N_("The file says it was made on {day}, a day still to come. Is the clock of the device wrong?"),
                {"day": d.made_on.isoformat()},
            )
        )
    elif d.made_on and d.found_on and d.made_on < d.found_on:
        text = N_("The file says it was made on {day}, before the problem was named on {found}. Does it show what was done since?")
        found.append(Unmet("before", text, {"day": d.made_on.isoformat(), "found": d.found_on.isoformat()}))
    if d.declared and d.made_on and abs((d.declared - d.made_on).days) > APART_DAYS:
        text = N_("The paper is dated {declared}, the file says {day}. Was it written or scanned later?")
        found.append(Unmet("apart", text, {"declared": d.declared.isoformat(), "day": d.made_on.isoformat()}))
    last = max((day for day in (d.declared, d.made_on, d.changed_on) if day), default=None)
    if last and d.claimed_on and last > d.claimed_on and not (d.today and last > d.today):
        text = N_("The file bears the day {day}, after the claim of {claimed}. What did the claim rest on?")
        found.append(Unmet("after", text, {"day": last.isoformat(), "claimed": d.claimed_on.isoformat()}))
    return found
