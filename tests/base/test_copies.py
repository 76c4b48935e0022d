"""Copies are found whatever their figures; unrelated and short texts are not compared."""

from __future__ import annotations

import pytest

from jiandi.base import copies

TEXT = "由办公室牵头，查阅2025年拨款凭证120份，走访三个项目现场，逐笔核对拨付时间，未发现超过十五个工作日的情形。"
OTHER = "召开专题会议部署自查，各科室对照清单逐项说明，分管领导带队抽查窗口服务记录，群众回访二十人次均表示满意。"


def test_a_copy_with_other_figures_is_wholly_alike() -> None:
    copy = TEXT.replace("2025", "2024").replace("120", "80")
    assert copies.most_like(copy, [(1, OTHER), (2, TEXT)]) == (2, 1.0)


def test_a_copy_with_one_word_changed_is_found() -> None:
    found = copies.most_like(TEXT.replace("办公室", "综合科"), [(1, OTHER), (2, TEXT)])
    assert found is not None
    assert found[0] == 2
    assert found[1] >= copies.COPIED


@pytest.mark.parametrize("text", [OTHER, "没有。", "", "不存在该类问题。"])
def test_unrelated_and_short_texts_are_no_copies(text: str) -> None:
    assert copies.most_like(text, [(1, TEXT), (2, "没有。"), (3, "不存在该类问题。")]) is None
