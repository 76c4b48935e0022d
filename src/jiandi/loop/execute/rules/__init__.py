"""Decisions of this stage: when the next note is due; what a file is stands in the record (papers). No Django here."""

from __future__ import annotations

from datetime import date, timedelta

from jiandi.record.ledger.papers import (
    ACT,
    OUTCOME,
    PICTURES,
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
    "PICTURES",
    "TALK",
    "TYPES",
    "check_content",
    "guess_date",
    "guess_kind",
    "is_note_due",
    "period_start",
    "safe_name",
    "title_of",
    "type_of",
]
HALF = 15


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
