"""What deadlines come to. All texts are invented."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiandi.loop.intake.extract import deadlines, terms
from jiandi.loop.intake.extract.model import Deadline, Span

HOLIDAYS = {date(2024, 10, day) for day in range(1, 8)}


def add_working_days(start: date, count: int) -> date:
    """Monday to Friday without the first week of October."""
    day = start
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5 and day not in HOLIDAYS
    return day


def in_words(text: str, *, doing: bool = False) -> Deadline | None:
    return deadlines.in_words(text, Span(0, len(text)), doing=doing)


@pytest.mark.parametrize(
    ("text", "deadline", "words"),
    [
        ("2024年6月底前完成渡口改造", "2024-06-30", "2024年6月底前"),
        ("2024年工作。12月10日前报送方案", "2024-12-10", "12月10日前"),
        ("计划于二〇二四年六月完成", "2024-06-30", "二〇二四年六月"),
        ("力争2024年三季度末完成验收", "2024-09-30", "2024年三季度末"),
        ("2024年，年内完成管网改造", "2024-12-31", "年内"),
        ("2024年3月，明年6月底前完成", "2025-06-30", "明年6月底前"),
        ("收到通知之日起15个工作日内报送", "15个工作日内", "15个工作日内"),
        ("三个月内办结", "三个月内", "三个月内"),
        ("每季度末前报送进展", "每季度末前", "每季度末前"),
        ("每年2月底前提出名单", "每年2月底前", "每年2月底前"),
        ("各站点立即整改到位", "立即", "立即"),
        ("逐项核对台账，立行立改", "立行立改", "立行立改"),
    ],
)
def test_the_deadline_of_a_sentence_keeps_its_words(text: str, deadline: str, words: str) -> None:
    found = in_words(text)
    assert found is not None
    assert (found.deadline, found.text) == (deadline, words)


@pytest.mark.parametrize(
    "text", ["已于2024年6月底前完成", "近3个月内无投诉", "截至2024年6月底前", "自2024年3月以来", "共排查3个月份的台账"]
)
def test_days_of_the_past_are_no_deadlines(text: str) -> None:
    assert in_words(text) is None


def test_terms_that_tell_how_work_is_done_are_left_to_measures_that_name_a_day() -> None:
    assert in_words("排查隐患，立行立改，并长期坚持", doing=True) is None


def test_the_last_of_several_days_counts_and_the_others_are_milestones() -> None:
    found = in_words("2024年6月底前完成排查，2024年9月底前完成整改")
    assert found is not None
    assert (found.deadline, found.milestones) == ("2024-09-30", (date(2024, 6, 30),))


def test_a_day_that_goes_on_is_both() -> None:
    text = "2024年底前，并长期坚持"
    found = deadlines.from_field(text, Span(0, len(text)))
    assert found is not None
    assert (found.deadline, found.term.last_day, found.term.goes_on) == ("2024-12-31", date(2024, 12, 31), True)


def test_a_year_that_is_not_printed_is_marked() -> None:
    text = "2024年方案。时限：6月底前"
    found = deadlines.from_field(text, Span(text.index("6月"), len(text)))
    assert found is not None
    assert found.term.year_supplied


@pytest.mark.parametrize(
    ("words", "start", "day"),
    [
        ("收到反馈后15个工作日内", date(2024, 9, 27), date(2024, 10, 25)),
        ("10日内", date(2024, 2, 25), date(2024, 3, 6)),
        ("两周内", date(2024, 1, 1), date(2024, 1, 15)),
        ("1个月内", date(2024, 1, 31), date(2024, 2, 29)),
        ("半年内", date(2024, 8, 31), date(2025, 2, 28)),
        ("24小时内", date(2024, 1, 1), date(2024, 1, 2)),
        ("每季度", date(2024, 2, 10), date(2024, 3, 31)),
        ("每月10日前", date(2024, 2, 11), date(2024, 3, 10)),
        ("每年2月底前", date(2024, 3, 1), date(2025, 2, 28)),
    ],
)
def test_a_term_counts_from_the_day_it_runs_from(words: str, start: date, day: date) -> None:
    assert terms.read(words, year=None).day(start, add_working_days) == day


def test_a_term_says_from_what_it_runs() -> None:
    assert terms.relative("收到反馈意见之日起15个工作日内") == terms.Relative(15, "working_day", "receipt")
    assert terms.relative("30日内", "自通知印发之日起") == terms.Relative(30, "day", "issue")


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 400))
def test_weekdays_are_counted_one_by_one(start: date, count: int) -> None:
    day, left = start, count
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    assert terms.weekdays_after(start, count) == day


@given(
    st.text(alphabet="每年季月周半度底末前内日起收到反馈后0123456789〇一二三十两个工作天小时立行改长期坚持，、至-", max_size=24), st.dates()
)
def test_any_words_are_read_without_a_fault(words: str, start: date) -> None:
    terms.read(words, year=2024).day(start)
    in_words(words)
