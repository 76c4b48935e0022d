"""Pure decisions of intake."""

from __future__ import annotations

import pytest

from jiandi.base.text import due
from jiandi.loop.intake import rules

TABLE: rules.Table = {
    "市水务局": (1,),
    "水利局": (1,),
    "市财政局": (2,),
    "市教育局": (3,),
    "区教育局": (4,),
    "云溪市": (9,),
    "城关镇": (5, 6),
}


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("市水务局", 1),
        ("水利局", 1),
        ("市水务局党组", 1),
        ("云溪市水务局", 1),
        ("财政局", 2),
        ("市 财政局", 2),
        ("教育局", None),
        ("城关镇", None),
        ("市体育局", None),
        ("局", None),
    ],
)
def test_a_name_means_a_unit_only_when_it_can_mean_one(name: str, unit: int | None) -> None:
    found = rules.resolve_units([name], TABLE)
    assert found[0].unit_id == unit
    assert bool(found[0].doubt) == (unit is None)


FULL_NAMES: rules.Table = {
    "云溪市住房和城乡建设局": (1,),
    "云溪市发展和改革委员会": (2,),
    "市文化局": (3,),
    "市文化和旅游局": (4,),
    "石桥镇": (5,),
    "红旗乡": (6,),
    "江东区委": (7,),
    "江东区政府": (8,),
}


@pytest.mark.parametrize(
    ("name", "unit", "candidates"),
    [
        ("市住建局", 1, (1,)),
        ("市发改委", 2, (2,)),
        ("市文局", None, (3, 4)),
        ("各乡镇", None, (5, 6)),
        ("各相关单位", None, ()),
        ("市体育局", None, ()),
    ],
)
def test_short_and_collective_names_are_offered_and_never_taken_for_sure(name: str, unit: int | None, candidates: tuple[int, ...]) -> None:
    found = rules.resolve_units([name], FULL_NAMES)[0]
    assert (found.unit_id, found.candidates) == (unit, candidates)
    assert found.doubt


def test_the_government_after_a_committee_has_its_place() -> None:
    assert [one.unit_id for one in rules.resolve_units(["江东区委、政府"], FULL_NAMES)] == [7, 8]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("市水务局、市财政局", ["市水务局", "市财政局"]),
        ("市水务局，市财政局；市水务局", ["市水务局", "市财政局"]),
        ("牵头单位：市水务局\n市财政局（配合）", ["市水务局", "市财政局"]),
        ("", []),
        ("市水务局等", ["市水务局"]),
    ],
)
def test_names_in_a_cell_come_apart_in_order(cell: str, names: list[str]) -> None:
    assert list(rules.split_names(cell)) == names


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("（一）项目资金拨付滞后。三个项目未拨款。", "项目资金拨付滞后"),
        ("1.账目不清；票据缺失", "账目不清"),
        ("没有句号", "没有句号"),
    ],
)
def test_a_title_is_the_first_sentence_without_its_number(text: str, title: str) -> None:
    assert rules.title_of(text) == title


def test_a_long_title_is_cut_to_sixty_letters() -> None:
    title = rules.title_of("长" * 200)
    assert len(title) == 60
    assert title.endswith("…")


@pytest.mark.parametrize(
    ("words", "klass"),
    [
        ("立行立改", "fix_now"),
        ("长期坚持", "long_term"),
        ("立行立改，长期坚持", "fix_now"),
        ("2026年6月底前，长期坚持", "time_limited"),
        ("2026年6月底前", "time_limited"),
        ("", "time_limited"),
    ],
)
def test_the_class_follows_the_deadline(words: str, klass: str) -> None:
    assert rules.class_of(due.parse_due(words, year=2026)) == klass


@pytest.mark.parametrize(
    ("text", "nature"),
    [
        ("制定《项目资金拨付办法》", ("reform", "lasting", "make")),
        ("修订完善公务接待制度", ("reform", "lasting", "revise")),
        ("废止不合规的通知", ("reform", "lasting", "abolish")),
        ("清退违规发放的津补贴32万元", ("punish", "now", "")),
        ("对责任人开展警示教育", ("prevent", "now", "")),
        ("逐个项目核对账目", ("correct", "now", "")),
    ],
)
def test_the_words_of_a_measure_tell_its_nature(text: str, nature: tuple[str, str, str]) -> None:
    found = rules.measure_nature(text)
    assert (found.kind, found.horizon, found.rule_verb) == nature


def test_coverage_looks_both_ways() -> None:
    items = [
        rules.Covering(1, "finding", "covered"),
        rules.Covering(2, "finding", "open"),
        rules.Covering(3, "heading", "covered"),
        rules.Covering(4, "finding", "merged"),
        rules.Covering(5, "measure", "held"),
        rules.Covering(6, "directive", "drop_asked"),
    ]
    findings = [rules.Named(1, "upper", True), rules.Named(2, "fix_now", False), rules.Named(3, "self", False)]
    found = rules.coverage(items, findings)
    assert (found.total, found.settled, found.left) == (4, 2, 2)
    assert found.open_items == (2, 6)
    assert found.not_in_letter == (2,)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("已完成", "closed"),
        ("已销号", "closed"),
        ("是", "closed"),
        ("否", "in_progress"),
        ("未完成", "in_progress"),
        ("基本完成", "basically_done"),
        ("长期坚持", "long_term"),
        ("正在推进", "in_progress"),
        ("待验收", "submitted"),
        ("已移交", "handed_over"),
        ("甲等", None),
    ],
)
def test_words_of_old_ledgers_map_to_states(word: str, state: str | None) -> None:
    assert rules.state_from_word(word) == state


def line(row: int, place: str, **words: str) -> rules.Line:
    read = due.parse_due(words["due_text"], year=2026) if "due_text" in words else None
    return rules.Line(row, words, {name: f"{name}{row}" for name in words} | {"text": place, "lead_units": f"D{row}"}, read)


def test_rows_under_one_merged_cell_are_one_problem_with_the_latest_date() -> None:
    rows, faults = rules.take_lines(
        [
            line(2, "B2", text="账目不清", measure="核对", due_text="2026年3月底", lead_units="市水务局"),
            line(3, "B2", text="账目不清", measure="建制", due_text="2026年9月底", lead_units="市水务局"),
            line(4, "B4", text="账目不清", measure="另一题", lead_units="市水务局"),
        ]
    )
    assert [(row.row, len(row.measures), row.due) for row in rows] == [(2, 2, "2026-09-30"), (4, 1, "")]
    assert faults == []
    assert rules.CheckedRow.from_plain(rows[0].plain()) == rows[0]


def test_several_lead_units_are_a_note_and_the_first_leads() -> None:
    rows, faults = rules.take_lines([line(2, "B2", text="账目不清", lead_units="市水务局、市财政局")])
    assert rows[0].leads == ("市水务局", "市财政局")
    assert [(f.code, f.stops) for f in faults] == [("intake.several_leads", False)]


def test_sentences_are_where_a_row_may_be_cut() -> None:
    text = "河长制流于形式。记录雷同；无人复核"
    assert [text[a:b] for a, b in rules.sentences(text)] == ["河长制流于形式。", "记录雷同；", "无人复核"]
