"""When a measure will be done: what its date says, and what is refused. No Django here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from jiandi.base.errors import BadInput
from jiandi.base.text import due as due_texts
from jiandi.base.text.words import N_


@dataclass(frozen=True)
class Terms:
    """Days that fill in where a deadline names none: the feedback, the class's days, and today."""

    feedback_on: date
    default_days: int
    today: date
    fix_now_days: int = 0


@dataclass(frozen=True)
class ReadDue:
    """A deadline as the plan keeps it; ``recurs_from`` is the day after whose passing a recurring duty begins."""

    last_day: date
    text: str
    precision: str
    recurs: str
    recurs_from: date | None = None


def read_due(text: str, terms: Terms) -> ReadDue:
    """The last day a deadline allows. What cannot be read, does not exist, or lies before the feedback is refused."""
    if not text.strip():
        raise BadInput("measure.due_missing", N_("The measure has no date. Write when it will be done, for example 2026年6月底前."))
    found = due_texts.parse_due(text, year=terms.feedback_on.year)
    if found.fault:
        raise BadInput("measure.due_impossible", found.fault, text=text.strip())
    day = found.last_day or _day_without_date(found, terms)
    if day is None:
        raise BadInput(
            "measure.due_unread",
            N_("“{text}” could not be read as a date. Write a day or a month with its year, for example 2026年6月底前."),
            text=text.strip(),
        )
    if day < terms.feedback_on:
        raise BadInput(
            "measure.due_before_feedback",
            N_("“{text}” reads as {day}, before the feedback of {feedback}. Write it with its year."),
            text=text.strip(),
            day=day.isoformat(),
            feedback=terms.feedback_on.isoformat(),
        )
    dated = found.last_day or found.at_once
    since = (day if dated else terms.today) if found.recurring else None
    return ReadDue(day, text.strip()[:200], found.precision, found.recurring or "", since)


def _day_without_date(found: due_texts.Due, terms: Terms) -> date | None:
    """At once, or a duty that only recurs: the days of the class from the feedback, and from today once those are over."""
    if found.at_once:
        days = terms.fix_now_days or terms.default_days
    elif found.recurring:
        days = terms.default_days
    else:
        return None
    day = terms.feedback_on + timedelta(days=days)
    return day if day >= terms.today else terms.today + timedelta(days=days)


def latest_due(dues: Iterable[tuple[date, str]]) -> date | None:
    """The day by which all dated measures are done; a duty that only recurs does not set it (due, recurs)."""
    dated = [(day, recurs) for day, recurs in dues]
    once = [day for day, recurs in dated if not recurs]
    return max(once or [day for day, _recurs in dated], default=None)
