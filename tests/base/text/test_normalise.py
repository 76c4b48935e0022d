"""Normal forms lead back to the printed text; Chinese numerals are read both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiandi.base.text import chinese_numbers, normalise, words


def test_normal_form_knows_where_it_came_from() -> None:
    got = normalise.normalise("完成 ２４％，㈠“试点”")
    assert got.text == '完成24%,(一)"试点"'
    start, end = got.span(2, 5)
    assert "完成 ２４％，㈠“试点”"[start:end] == "２４％"


def test_figures_are_masked() -> None:
    assert normalise.mask_figures("追回38.5万元，占 40%") == normalise.mask_figures("追回1,260万元，占９％")


@given(st.text(max_size=60))
def test_offsets_stay_inside_and_in_order(text: str) -> None:
    got = normalise.normalise(text)
    assert len(got.offsets) == len(got.text) + 1
    assert list(got.offsets) == sorted(got.offsets)
    assert got.offsets[-1] == len(text)


@given(st.integers(min_value=0, max_value=9999))
def test_numerals_are_read_back(number: int) -> None:
    assert chinese_numbers.to_int(chinese_numbers.to_chinese(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("二〇二四", 2024), ("廿三", 23), ("十", 10), ("二十一", 21), ("12", 12), ("", None), ("十百", None), ("甲", None)],
)
def test_numerals(text: str, number: int | None) -> None:
    assert chinese_numbers.to_int(text) == number


def test_mark_returns_the_text() -> None:
    assert words.N_("Save as .docx.") == "Save as .docx."
