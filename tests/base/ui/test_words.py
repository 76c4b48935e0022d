"""Words, icons and figures: what a code, a date and a count look like to a reader."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from jiandi.base import clock
from jiandi.base.ui import words
from jiandi.base.ui.templatetags import jiandi as tags

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

STATES = {
    "registered": "已登记",
    "planned": "方案已定",
    "in_progress": "整改中",
    "basically_done": "基本完成（不计完成）",
    "long_term": "长期整改",
    "submitted": "待核验",
    "verified": "核验通过（待销号）",
    "closed": "已销号",
    "reopened": "重新挂账",
    "standing": "转入常态",
    "handed_over": "已移交",
    "withdrawn": "经批准核减",
    "overdue": "逾期",
    "extension_pending": "延期待批",
    "awaiting_upper": "待上级认定",
    "disputed": "异议待答复",
    "effect_due": "待看成效",
    "not_yet_checked": "期初未核",
}


@pytest.mark.parametrize(("code", "word"), STATES.items())
def test_each_state_reads_as_the_rules_say(code: str, word: str):
    with translation.override("zh-hans"):
        assert tags.state_word(code) == word


def test_only_overdue_is_red():
    assert [code for code, sign in words.STATES.items() if sign.tone == "late"] == ["overdue"]


def test_no_two_states_share_an_icon():
    icons = [sign.icon for sign in words.STATES.values()]
    assert len(icons) == len(set(icons)) or {i for i in icons if icons.count(i) > 1} <= {"arrow-repeat"}


def test_an_unknown_code_reads_as_itself():
    assert tags.state_word("on_ice") == "on ice"
    assert tags.icon_of_state("on_ice") == "dot"
    assert tags.state_word("") == ""


@pytest.mark.parametrize(
    ("claim", "word"),
    [("said", "已部署"), ("done", "已落实"), ("well", "已见效")],
)
def test_claims_read_as_the_rules_say(claim: str, word: str):
    with translation.override("zh-hans"):
        assert tags.claim_word(claim) == word


@pytest.mark.parametrize(
    ("due", "chinese", "english", "look"),
    [
        (date(2026, 11, 20), "已逾期 3 天", "overdue by 3 days", "late"),
        (date(2026, 11, 22), "已逾期 1 天", "overdue by 1 day", "late"),
        (date(2026, 11, 23), "今天到期", "due today", "soon"),
        (date(2026, 11, 26), "还剩 3 天", "3 days left", "soon"),
        (date(2026, 11, 27), "还剩 4 天", "4 days left", "later"),
    ],
)
def test_days_left_are_said_in_words(due: date, chinese: str, english: str, look: str):
    with clock.at(NOON):
        with translation.override("zh-hans"):
            assert tags.days_left_words(due) == chinese
        with translation.override("en"):
            assert tags.days_left_words(due) == english
        assert tags.urgency(due) == look


def test_a_due_day_lasts_until_midnight_in_the_installation():
    with clock.at(datetime(2026, 11, 23, 15, 59, tzinfo=UTC)):
        assert tags.urgency(date(2026, 11, 23)) == "soon"
    with clock.at(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)):
        assert tags.urgency(date(2026, 11, 23)) == "late"


def test_moments_show_in_local_time():
    assert tags.moment(datetime(2026, 3, 1, 20, 5, tzinfo=UTC)) == "2026-03-02 04:05"
    assert tags.day(datetime(2026, 3, 1, 20, 5, tzinfo=UTC)) == "2026-03-02"
    assert tags.day(None) == ""
    assert tags.days_left_words(None) == ""


@pytest.mark.parametrize(
    ("count", "total", "shown"),
    [(1691, 1786, "94%"), (513, 817, "62%"), (299, 299, "100%"), (298, 299, "99%"), (0, 5, "0%"), (4, 4, ""), (0, 0, "")],
)
def test_percentages_are_cut_and_never_rounded_up(count: int, total: int, shown: str):
    assert tags.as_percent(count, total) == shown
    assert tags.as_percent(str(count), str(total)) == shown


def test_decimals_are_cut_too():
    assert words.percent(688, 697, 2) == "98.70%"
    assert words.percent(1, 3000, 1) == "0.0%"


def test_marks_come_from_truth_or_code():
    assert [words.mark_of(v) for v in (True, False, None, "claimed", "", "True", "nonsense")] == [
        "yes",
        "no",
        "no",
        "claimed",
        "no",
        "yes",
        "no",
    ]


def test_a_text_is_cut_at_its_spans():
    parts = words.parts_of("abcdefgh", [(4, 6), (1, 2), (5, 7), (3, 3)])
    assert [(p.text, p.hit) for p in parts] == [("a", False), ("b", True), ("cd", False), ("ef", True), ("gh", False)]
    assert "".join(p.text for p in parts) == "abcdefgh"


def test_a_text_without_span_stays_whole():
    assert [p.text for p in words.parts_of("abc", [(0, 0)])] == ["abc"]
    assert words.parts_of("", []) == []


def test_both_values_of_a_conflict_are_listed_once_each():
    rows = tags.both_values({"due": 1, "lead": 2}, {"due": 3, "note": 4})
    assert rows == [("due", 1, 3), ("lead", 2, ""), ("note", "", 4)]
    assert tags.both_values(None, {}) == []


def test_a_conflict_tells_people_no_versions_and_no_codes():
    assert tags.both_values({"version": 3}, {"version": 4, "state": "open"}) == []
    assert tags.both_values({"version": 3}, {"version": 4, "state": "closed"}) == [("state", "", "closed")]
