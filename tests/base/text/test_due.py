"""Deadlines are read as written; nothing is guessed."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiandi.base.text import due

DATED = [
    ("2024年底前，并长期坚持", date(2024, 12, 31), "year"),
    ("2024年6月底前", date(2024, 6, 30), "month"),
    ("2025年底前", date(2025, 12, 31), "year"),
    ("2023-2025年完成", date(2025, 12, 31), "year"),
    ("2023年—2025年", date(2025, 12, 31), "year"),
    ("2024年上半年", date(2024, 6, 30), "half"),
    ("三季度末", date(2030, 9, 30), "quarter"),
    ("2024年第三季度", date(2024, 9, 30), "quarter"),
    ("2024.6.30", date(2024, 6, 30), "day"),
    ("2024/6/30", date(2024, 6, 30), "day"),
    ("2024-06-30", date(2024, 6, 30), "day"),
    ("２０２４年６月３０日", date(2024, 6, 30), "day"),
    ("二〇二四年六月底", date(2024, 6, 30), "month"),
    ("2024年6月中旬", date(2024, 6, 20), "month"),
    ("2024年6月至9月", date(2024, 9, 30), "month"),
    ("2024年7—9月", date(2024, 9, 30), "month"),
    ("2024年10月至2月", date(2025, 2, 28), "month"),
    ("20240630", date(2024, 6, 30), "day"),
    ("202406", date(2024, 6, 30), "month"),
    ("6月底前", date(2030, 6, 30), "month"),
    ("年底前", date(2030, 12, 31), "year"),
    ("明年3月底", date(2031, 3, 31), "month"),
    ("2024年2月29日前", date(2024, 2, 29), "day"),
]


@pytest.mark.parametrize(("text", "day", "precision"), DATED)
def test_dated_text_comes_to_its_last_day(text: str, day: date, precision: str) -> None:
    got = due.parse_due(text, year=2030)
    assert (got.last_day, got.precision, got.fault) == (day, precision, None)
    assert got.raw == text


@pytest.mark.parametrize("text", ["6个月内", "15个工作日内", "十五个工作日内", "半年内", "一年内", "24小时内"])
def test_relative_term_has_no_day(text: str) -> None:
    got = due.parse_due(text, year=2030)
    assert (got.last_day, got.precision) == (None, "relative")


@pytest.mark.parametrize(
    ("text", "recurring", "at_once"),
    [
        ("立行立改，长期坚持", "standing", True),
        ("长期坚持", "standing", False),
        ("每年2月底前", "yearly", False),
        ("每季度末", "quarterly", False),
        ("每月10日前", "monthly", False),
        ("即知即改", None, True),
    ],
)
def test_recurring_and_at_once_have_no_day(text: str, recurring: str | None, at_once: bool) -> None:
    got = due.parse_due(text, year=2030)
    assert (got.recurring, got.at_once, got.last_day) == (recurring, at_once, None)
    assert got.understood


def test_date_that_goes_on_is_both() -> None:
    got = due.parse_due("2024年底前，并长期坚持", year=None)
    assert (got.last_day, got.recurring) == (date(2024, 12, 31), "standing")


@pytest.mark.parametrize("text", ["2024年2月30日", "2023年2月29日前", "2024年13月", "2024-04-31", "20240231"])
def test_day_that_does_not_exist_is_a_fault(text: str) -> None:
    got = due.parse_due(text, year=None)
    assert got.last_day is None
    assert got.fault == due.NO_SUCH_DAY


def test_month_without_a_year_stays_open() -> None:
    got = due.parse_due("6月底前", year=None)
    assert (got.last_day, got.precision) == (None, "month")


def test_last_milestone_is_the_deadline() -> None:
    got = due.parse_due("2019年12月底前完成规划，2020年6月底前验收", year=None)
    assert got.last_day == date(2020, 6, 30)
    assert got.milestones == (date(2019, 12, 31),)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (45473, date(2024, 6, 30)),
        (45473.5, date(2024, 6, 30)),
        (datetime(2024, 6, 30, 8), date(2024, 6, 30)),
        (date(2024, 6, 30), date(2024, 6, 30)),
        (202406.0, date(2024, 6, 30)),
        (2024, date(2024, 12, 31)),
        ("2024年6月", date(2024, 6, 30)),
        (None, None),
        (3, None),
    ],
)
def test_cell_values(value: object, day: date | None) -> None:
    assert due.due_from_cell(value).last_day == day


def test_cell_of_a_1904_workbook() -> None:
    assert due.due_from_cell(44011, date_1904=True).last_day == date(2024, 6, 30)


@given(st.text(alphabet="0123456789年月日底前上下半季度一二三十〇每长期坚持立行改内个-./至，2024 ", max_size=24))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    got = due.parse_due(text, year=2024)
    assert got.raw == text
    assert got.fault is None or got.last_day is None
    assert all(got.last_day is not None and day < got.last_day for day in got.milestones)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1)))
def test_every_day_is_read_back(day: date) -> None:
    for text in (day.isoformat(), f"{day.year}年{day.month}月{day.day}日前", f"{day:%Y%m%d}"):
        assert due.parse_due(text, year=None).last_day == day
