"""Terms end on the day people expect: month ends, leap years, working days, the day after."""

from __future__ import annotations

from datetime import date

import pytest

from jiandi.record.regimes import phases, schema
from jiandi.record.regimes.calendar import WorkCalendar
from jiandi.record.regimes.parts import CountFrom, Unit

PLAIN = WorkCalendar()


@pytest.mark.parametrize(
    ("anchor", "length", "unit", "count_from", "end"),
    [
        ("2025-01-31", 1, "month", "next_day", "2025-02-28"),
        ("2024-01-31", 1, "month", "next_day", "2024-02-29"),
        ("2025-03-31", 6, "month", "next_day", "2025-09-30"),
        ("2025-11-30", 3, "month", "next_day", "2026-02-28"),
        ("2025-06-15", 6, "month", "next_day", "2025-12-15"),
        ("2024-02-29", 1, "year", "next_day", "2025-02-28"),
        ("2025-03-01", 1, "month", "same_day", "2025-03-31"),
        ("2025-01-31", 1, "month", "same_day", "2025-02-28"),
        ("2025-01-01", 1, "year", "same_day", "2025-12-31"),
        ("2025-03-01", 10, "day", "next_day", "2025-03-11"),
        ("2025-03-01", 10, "day", "same_day", "2025-03-10"),
        ("2026-11-20", 1, "working_day", "next_day", "2026-11-23"),
        ("2026-11-20", 1, "working_day", "same_day", "2026-11-20"),
        ("2026-11-21", 1, "working_day", "same_day", "2026-11-23"),
        ("2026-11-20", 10, "working_day", "next_day", "2026-12-04"),
    ],
)
def test_last_day_of_a_term(anchor: str, length: int, unit: Unit, count_from: CountFrom, end: str) -> None:
    found = phases.last_day(date.fromisoformat(anchor), length, unit, PLAIN, count_from=count_from)
    assert found.day == date.fromisoformat(end)


def test_a_last_day_on_a_rest_day_may_move_to_the_next_working_day() -> None:
    kept = phases.last_day(date(2026, 11, 18), 3, "day", PLAIN)
    moved = phases.last_day(date(2026, 11, 18), 3, "day", PLAIN, on_rest_day="next_working_day")
    assert (kept.day, moved.day) == (date(2026, 11, 21), date(2026, 11, 23))


def test_phases_of_an_inspection_hang_on_its_feedback() -> None:
    profile = schema.parse_profile(schema.seed_texts()["inspection"])
    plan, concentrated, continuing = phases.phase_dates(profile.phases, {"feedback": date(2026, 1, 31)}, PLAIN)
    assert (plan.start, plan.end) == (date(2026, 2, 1), date(2026, 2, 28))
    assert concentrated.end == date(2026, 7, 31)
    assert (continuing.start, continuing.end) == (date(2026, 8, 1), None)
    dates = (plan, concentrated, continuing)
    assert phases.phase_on(dates, date(2026, 2, 10)) == concentrated
    assert phases.phase_on(dates, date(2027, 2, 10)) == continuing
    assert phases.phase_on(dates, date(2026, 1, 31)) is None


def test_a_phase_whose_anchor_is_unknown_has_no_dates_yet() -> None:
    profile = schema.parse_profile(schema.seed_texts()["environment"])
    dates = phases.phase_dates(profile.phases, {"feedback": date(2026, 1, 5)}, PLAIN)
    assert dates[0].end is not None
    assert [(one.start, one.end) for one in dates[1:]] == [(None, None)] * 3


def test_phases_carry_the_warning_of_unpublished_years() -> None:
    profile = schema.parse_profile(schema.seed_texts()["environment"])
    known = WorkCalendar(published=frozenset({2026}))
    dates = phases.phase_dates(profile.phases, {"feedback": date(2026, 12, 20)}, known)
    assert dates[0].unpublished == (2027,)
