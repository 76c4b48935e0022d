"""Working days follow the installation's own calendar, and say when they cannot be sure."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import holidays as public_holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiandi.base.errors import BadInput
from jiandi.record.regimes import holidays
from jiandi.record.regimes.calendar import WorkCalendar

SEED = holidays.seed_years()
CALENDAR = WorkCalendar(
    overrides={one.day: one.is_workday for year in SEED for one in year.days},
    published=frozenset(year.year for year in SEED),
)
DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(("year", "worked"), [(2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_the_published_years(year: int, worked: int) -> None:
    assert CALENDAR.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == worked


def test_the_table_agrees_with_both_libraries_it_was_taken_from() -> None:
    other = public_holidays.country_holidays("CN", years=[2024, 2025, 2026])
    for step in range((date(2027, 1, 1) - date(2024, 1, 1)).days):
        day = date(2024, 1, 1) + timedelta(days=step)
        assert CALENDAR.is_workday(day) == chinese_calendar.is_workday(day) == other.is_working_day(day), day


def test_national_day_is_skipped_and_its_adjusted_saturday_worked() -> None:
    found = CALENDAR.add_working_days(date(2025, 9, 30), 3)
    assert found.day == date(2025, 10, 11)
    assert found.warnings() == ()


def test_a_count_beyond_the_published_years_gives_a_day_and_a_warning() -> None:
    found = CALENDAR.add_working_days(date(2026, 12, 28), 10)
    assert found.day == date(2027, 1, 11)
    (warning,) = found.warnings()
    assert "2027" in warning.sentence()


def test_no_days_is_the_day_itself_and_less_is_an_error() -> None:
    assert CALENDAR.add_working_days(date(2026, 11, 21), 0).day == date(2026, 11, 21)
    with pytest.raises(ValueError, match="-1"):
        CALENDAR.add_working_days(date(2026, 11, 21), -1)


@given(DAYS, DAYS)
def test_counting_between_agrees_with_counting_one_by_one(start: date, end: date) -> None:
    first, last = sorted((start, end))
    slow = sum(CALENDAR.is_workday(first + timedelta(days=step)) for step in range(1, (last - first).days + 1))
    assert CALENDAR.working_days_between(first, last) == slow
    assert CALENDAR.working_days_between(last, first) == -slow


@given(DAYS, st.integers(1, 200))
def test_adding_and_counting_are_each_others_reverse(start: date, count: int) -> None:
    found = CALENDAR.add_working_days(start, count).day
    assert CALENDAR.is_workday(found)
    assert CALENDAR.working_days_between(start, found) == count


def year(days: str, head: str = 'year = 2027\nsource = "通知"') -> str:
    return f"[[years]]\n{head}\ndays = [{days}]"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (year("{ day = 2026-01-01, is_workday = false }"), "calendar.day"),
        (year("{ day = 2027-01-01, is_workday = false }, { day = 2027-01-01, is_workday = true }"), "calendar.day"),
        (year('{ day = "2027-01-01", is_workday = false }'), "regime.not_a_day"),
        (year("{ day = 2027-01-01T00:00:00, is_workday = false }"), "regime.not_a_day"),
        (year("", 'year = 27\nsource = "通知"'), "calendar.year"),
        (year("", 'year = 2027\nsource = ""'), "calendar.source"),
        (year("") + "\n" + year(""), "calendar.years"),
        ("years = []", "calendar.years"),
    ],
)
def test_a_wrong_holiday_text_is_refused(text: str, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        holidays.parse_years(text)
    assert caught.value.code == code
    assert caught.value.sentence()
