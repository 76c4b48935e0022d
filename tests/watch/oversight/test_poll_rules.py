"""What a poll says: groups apart, nothing before the end, nothing that gives one away."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiandi.record.regimes.parts import Numbers
from jiandi.watch.oversight.rules import polls as rules


def counted(words: tuple[int, int, int, int], invited: int = 1000, name: str = "居民") -> rules.Counted:
    return rules.Counted(1, name, "paper", invited, dict(zip(rules.WORDS, words, strict=True)))


def test_a_group_has_its_n_its_response_rate_its_spread_and_its_interval():
    (one,) = rules.result([counted((40, 8, 1, 1), 80)], Numbers(), is_over=True).groups
    assert (one.response.text, one.response.k, one.response.n) == ("62%", 50, 80)
    assert one.content is not None
    assert (one.content.text, one.content.k, one.content.n) == ("96%", 48, 50)
    assert one.interval == (86, 99)
    assert [word.k for word in one.words] == [40, 8, 1, 1]


def test_nothing_is_told_before_the_end():
    (one,) = rules.result([counted((40, 8, 1, 1), 80)], Numbers(), is_over=False).groups
    assert (one.content, one.interval, one.words) == (None, None, ())
    assert one.counted.answered == 50


@pytest.mark.parametrize("words", [(4, 0, 0, 0), (0, 0, 0, 0), (1, 1, 1, 1)])
def test_fewer_than_five_answers_are_not_told(words: tuple[int, int, int, int]):
    (one,) = rules.result([counted(words, 4)], Numbers(), is_over=True).groups
    assert (one.content, one.interval, one.words) == (None, None, ())


def test_ninety_eight_of_a_hundred_is_never_bare():
    (one,) = rules.result([counted((98, 0, 2, 0), 1000)], Numbers(), is_over=True).groups
    assert one.content is not None
    assert (one.content.text, one.interval, one.is_thin) == ("98%", (92, 100), True)


def test_groups_are_compared_and_never_pooled():
    rows = [counted((90, 5, 5, 0), 100, "干部"), counted((20, 20, 50, 10), 100, "居民"), counted((3, 0, 0, 0), 3, "信访人")]
    found = rules.result(rows, Numbers(), is_over=True)
    assert found.lowest is not None
    assert found.highest is not None
    assert (found.lowest.counted.name, found.highest.counted.name) == ("居民", "干部")
    assert (found.answered, found.invited) == (203, 203)
    assert not hasattr(found, "content")


def test_half_that_answered_is_not_thin():
    assert [rules.result([counted((n, 0, 0, 0), 20)], Numbers(), is_over=True).groups[0].is_thin for n in (9, 10)] == [True, False]


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(*[st.integers(0, 500)] * 4), min_size=1, max_size=4))
def test_the_words_of_a_group_add_up_to_its_answers(rows: list[tuple[int, int, int, int]]):
    found = rules.result([counted(row, 2000, str(at)) for at, row in enumerate(rows)], Numbers(), is_over=True)
    for one in found.groups:
        assert not one.words or sum(word.k for word in one.words) == one.counted.answered
        assert one.interval is None or one.interval[0] <= one.counted.content * 100 / one.counted.answered <= one.interval[1]


@pytest.mark.parametrize("typed", ["abcd-efgh-2345-6789", "ABCD EFGH 2345 6789", "abcdefgh23456789"])
def test_a_code_is_read_however_it_is_typed(typed: str):
    assert rules.plain_code(typed) == "abcdefgh23456789"
    assert rules.shown_code("abcdefgh23456789") == "abcd-efgh-2345-6789"


def test_a_code_without_end_is_cut():
    assert len(rules.plain_code("a" * 10_000)) == rules.CODE_LETTERS + 1
