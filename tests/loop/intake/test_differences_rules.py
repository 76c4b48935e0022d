"""Totals that a file states, and how rows explain a difference: plain values, no database."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiandi.base.text.similar import Likeness
from jiandi.loop.intake import rules
from jiandi.loop.intake.readers.opening import open_document
from jiandi.loop.intake.readers.totals import stated_totals

WORDS = ("已完成", "基本完成", "整改中", "已销号", "")
STATES = ("closed", "basically_done", "in_progress", "withdrawn", "verified", "reopened")


def stated_in(folder: Path, *rows: tuple[object, ...]) -> dict[str, int]:
    book: Any = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    path = folder / "台账.xlsx"
    book.save(path)
    return {one.key: one.number for one in stated_totals(open_document(path))}


def test_a_note_row_states_totals(tmp_path: Path) -> None:
    told = "合计：共35个问题，其中已完成20个、基本完成3个、正在推进12个，逾期2个。"
    found = stated_in(tmp_path, ("序号", "反馈问题", "整改措施"), (1, "账目不清", "核对"), (told,))
    assert found == {"total": 35, "word:已完成": 20, "word:基本完成": 3, "word:正在推进": 12, "overdue": 2}


def test_a_summary_sheet_states_totals_of_units(tmp_path: Path) -> None:
    found = stated_in(tmp_path, ("单位", "问题总数", "已完成", "逾期"), ("市水务局", 5, 3, 1), ("市财政局", 4, 4, 0), ("合计", 9, 7, 1))
    assert found == {"unit:市水务局": 5, "unit:市财政局": 4, "total": 9, "word:已完成": 7, "overdue": 1}


@pytest.mark.parametrize("words", ["涉及资金12个项目未拨付", "抽查20件，发现3个问题", "2025年有12条河流巡查记录雷同"])
def test_figures_in_a_problem_are_no_totals(tmp_path: Path, words: str) -> None:
    assert stated_in(tmp_path, ("序号", "反馈问题", "整改措施"), (1, words, "核对")) == {}


def pair(n: int, words: tuple[str, ...], state: str, *, is_done: bool = False) -> rules.Pair:
    taken = rules.state_from_word(words[0]) or "in_progress" if words[0] else "in_progress"
    lines = tuple(rules.OldLine(10 * n + at, word, ("甲局",), "2026-01-31") for at, word in enumerate(words))
    old = rules.CheckedRow(10 * n, "问题", "问题", taken, "time_limited", old_word=words[0], leads=("甲局",), due="2026-01-31", lines=lines)
    is_unchecked = state in ("closed", "verified") and not is_done
    is_late = state in ("in_progress", "basically_done", "reopened")
    return rules.Pair(old, rules.Now(n, str(n), "问题", state, 1, is_done, is_unchecked, is_late))


ROWS = st.lists(st.tuples(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), st.sampled_from(STATES), st.booleans()), max_size=12)


@given(ROWS, st.dictionaries(st.sampled_from(["total", "done", "overdue", "word:已完成", "word:没有"]), st.integers(0, 50)))
def test_the_parts_always_add_up_to_the_difference(rows: list[tuple[list[str], str, bool]], stated: dict[str, int]) -> None:
    pairs = [pair(n, tuple(words), state, is_done=done) for n, (words, state, done) in enumerate(rows)]
    given_ = {key: (n, "A1") for key, n in stated.items()}
    for one in rules.compare(pairs, given_, {"甲局": 1}, date(2026, 3, 1)):
        assert one.old + sum(part.amount for part in one.parts) + one.unexplained == one.ours
        assert all(part.reason in rules.REASONS for part in one.parts)
        if not one.place:
            assert not one.unexplained, f"{one.key}: what comes from the rows is explained by the rows"
        for part in one.parts:
            assert part.pairs, "every figure opens to its rows"


def test_a_total_nobody_can_compute_is_shown_as_stated(tmp_path: Path) -> None:
    found = rules.compare([pair(1, ("已完成",), "closed")], {"word:已办": (9, "B2")}, {"甲局": 1}, date(2026, 3, 1))
    told = next(one for one in found if one.key == "word:已办")
    assert (told.old, told.ours, told.unexplained) == (9, 0, -9)


def test_the_nearest_text_is_the_one_with_the_same_rare_words() -> None:
    texts = {
        n: f"{place}账目管理不到位，{rest}"
        for n, (place, rest) in enumerate([("东区", "票据缺失"), ("西区", "票据缺失"), ("东区", "资产闲置")])
    }
    index = Likeness(texts)
    assert index.nearest("（三）东区账目管理不到位，票据缺失。")[0].key == 0
    assert index.nearest("（三）东区账目管理不到位，票据缺失。")[0].percent == 100
    assert index.nearest("河道清淤滞后") == []
    assert index.nearest("") == []
    assert Likeness({}).nearest("票据缺失") == []
