"""Which texts copy an earlier one: exact against a comparison of all with all, whatever the figures."""

from __future__ import annotations

import random

import pytest

from jiandi.base.text import similar

WORDS = [
    "核对账目",
    "追缴资金",
    "修订办法",
    "逐项排查",
    "公开结果",
    "专项检查",
    "河道排污",
    "招标资料",
    "低保名单",
    "危房台账",
    "采购合同",
    "巡查记录",
    "会议费用",
    "公务接待",
]


def texts(n: int, seed: int) -> list[str]:
    made = random.Random(seed)
    return ["，".join(made.sample(WORDS, 9)) + f"共{made.randint(1, 99)}件" for _ in range(n)]


def alike(one: str, other: str) -> bool:
    a, b = similar.shingles(one), similar.shingles(other)
    return min(len(a), len(b)) >= similar.SHORTEST and len(a & b) >= similar.COPY * len(a | b)


@pytest.mark.parametrize("seed", range(4))
def test_as_many_are_found_as_by_comparing_all_with_all(seed: int) -> None:
    others = list(enumerate(texts(150, seed)))
    asked = dict(enumerate(texts(150, seed + 100), start=1000))
    found = similar.copies_of(asked, others)
    assert set(found) == {key for key, text in asked.items() if any(alike(text, other) for _, other in others)}
    assert all(alike(asked[key], dict(others)[other]) for key, other in found.items())


def test_only_the_later_text_copies_and_short_ones_never() -> None:
    text = texts(1, 1)[0]
    assert similar.copies_of({5: text}, [(9, text)]) == {}
    assert similar.copies_of({9: text}, [(5, text)]) == {9: 5}
    assert similar.copies_of({9: "核对账目"}, [(5, "核对账目")]) == {}
    assert similar.copies_of({}, [(5, text)]) == {}
    assert similar.copies_of({9: "", 10: text}, []) == {}


def test_equal_texts_are_found_each() -> None:
    text = texts(1, 2)[0]
    assert similar.copies_of({9: text, 10: text, 3: text}, [(5, text)]) == {9: 5, 10: 5}
