"""Rates are cut, never flattered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiandi.record.regimes import numbering, numbers
from jiandi.record.regimes.parts import Numbering, Rounding


@pytest.mark.parametrize(
    ("k", "n", "rounding", "decimals", "text"),
    [
        (1691, 1786, "truncate", 0, "94%"),
        (513, 817, "truncate", 0, "62%"),
        (1148, 1157, "truncate", 0, "99%"),
        (688, 697, "truncate", 2, "98.70%"),
        (688, 697, "half_up", 2, "98.71%"),
        (2750, 3411, "half_up", 0, "81%"),
        (999, 1000, "half_up", 0, "99%"),
        (99999, 100000, "half_up", 2, "99.99%"),
        (7, 7, "truncate", 0, "100%"),
        (7, 7, "truncate", 1, "100.0%"),
        (0, 9, "truncate", 0, "0%"),
        (1, 2000, "truncate", 1, "0.0%"),
        (29, 100, "truncate", 0, "29%"),
        (3, 4, "truncate", 0, "3/4"),
        (4, 4, "truncate", 0, "4/4"),
        (0, 0, "truncate", 0, "0/0"),
    ],
)
def test_how_a_rate_is_written(k: int, n: int, rounding: Rounding, decimals: int, text: str) -> None:
    found = numbers.rate(k, n, rounding, decimals)
    assert (found.text, found.k, found.n) == (text, k, n)
    assert found.has_percent == (n >= 5)


def test_a_regime_may_ask_for_more_cases_but_never_for_fewer() -> None:
    assert numbers.rate(5, 9, least=10).text == "5/9"
    assert numbers.rate(3, 4, least=1).text == "3/4"


@pytest.mark.parametrize(("k", "n"), [(-1, 5), (6, 5)])
def test_more_than_all_is_a_mistake_of_the_caller(k: int, n: int) -> None:
    with pytest.raises(ValueError, match=str(n)):
        numbers.rate(k, n)


@given(st.integers(5, 10**7), st.data(), st.sampled_from(["truncate", "half_up"]), st.integers(0, 2))
def test_all_is_said_only_when_it_is_all(n: int, data: st.DataObject, rounding: Rounding, decimals: int) -> None:
    k = data.draw(st.integers(0, n))
    found = numbers.rate(k, n, rounding, decimals)
    assert found.text.startswith("100") == (k == n)
    if rounding == "truncate":
        assert float(found.text.rstrip("%")) <= k * 100 / n + 1e-9


def test_a_finding_number_follows_the_regimes_pattern() -> None:
    given_pattern = Numbering(prefix="XS", pattern="{prefix}{year}-{round:02}-{seq:03}")
    assert numbering.finding_number(given_pattern, year=2026, round_=3, seq=17) == "XS2026-03-017"
    long_pattern = Numbering(prefix="ZG", pattern="{prefix}{level}{year}-{outline}-{seq:4}")
    assert numbering.finding_number(long_pattern, year=2026, round_=1, seq=17, level="city", outline="2.1") == "ZGcity2026-2.1-  17"
