"""Wilson's interval against published values (methods.md §4), and at its ends."""

from __future__ import annotations

import pytest

from jiandi.record.figures import intervals


@pytest.mark.parametrize(("k", "n", "low"), [(12, 100, 0.070), (30, 100, 0.219), (3, 10, 0.108)])
def test_the_lower_limit_is_the_published_one(k: int, n: int, low: float) -> None:
    assert intervals.wilson(k, n)[0] == pytest.approx(low, abs=0.0005)


@pytest.mark.parametrize(("k", "n", "said"), [(0, 5, (0, 44)), (5, 5, (56, 100)), (4, 8, (21, 79)), (12, 100, (6, 20)), (1, 5, (3, 63))])
def test_in_whole_per_cent_it_never_looks_surer_than_it_is(k: int, n: int, said: tuple[int, int]) -> None:
    assert intervals.whole_percents(k, n) == said


@pytest.mark.parametrize(("k", "n"), [(0, 1), (1, 1), (499, 1000), (1000, 1000)])
def test_it_holds_the_share_and_stays_between_nothing_and_all(k: int, n: int) -> None:
    low, high = intervals.wilson(k, n)
    assert 0 <= low <= k / n <= high <= 1


@pytest.mark.parametrize(("k", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_what_is_no_share_has_no_interval(k: int, n: int) -> None:
    with pytest.raises(ValueError, match=str(k)):
        intervals.wilson(k, n)
