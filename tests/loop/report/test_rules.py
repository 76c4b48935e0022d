"""Names, titles and cells."""

from __future__ import annotations

from datetime import date

import pytest

from jiandi.loop.report import rules


def test_a_file_name_suits_every_system() -> None:
    assert rules.file_name('市水务局/巡视"整改"', date(2026, 3, 1), "ledger") == "市水务局 巡视 整改（2026-03-01）.xlsx"


def test_a_word_at_the_joint_of_a_title_is_said_once() -> None:
    assert rules.joined_title("云溪市", "巡视反馈意见整改", "整改台账") == "云溪市巡视反馈意见整改台账"
    assert rules.joined_title("云溪市", "第1轮巡察", "整改台账") == "云溪市第1轮巡察整改台账"


def test_a_title_breaks_into_even_lines() -> None:
    assert [len(line) for line in rules.balanced("字" * 21, 20)] == [11, 10]
    assert rules.balanced("字", 20) == ["字"]
    assert rules.balanced("", 20) == [""]


@pytest.mark.parametrize(("text", "width", "lines"), [("", 10, 1), ("一二三四", 9, 1), ("一二三四五", 9, 2), ("a\nb", 9, 2)])
def test_lines_of_a_cell_are_counted_by_width(text: str, width: int, lines: int) -> None:
    assert rules.lines_in_cell(text, width) == lines


def test_a_single_item_has_no_number() -> None:
    assert rules.numbered(["甲"]) == "甲"
    assert rules.numbered(["甲", " ", "乙"]) == "1. 甲\n2. 乙"


def test_control_letters_do_not_reach_a_file() -> None:
    assert rules.clean("甲\x00乙\x0b") == "甲乙"
