"""How a ledger's columns, words and names are read: every shape of heading that offices write, on made files."""

from __future__ import annotations

import csv
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jiandi.base.errors import BadInput
from jiandi.loop.intake import rules
from jiandi.loop.intake.readers import checking, marked, spreadsheet
from jiandi.loop.intake.readers.opening import open_document
from tests.loop.intake import ledgers

UNITS = rules.Known(
    {"市水务局": (1,), "市财政局": (2,), "市住房和城乡建设局": (3,), "市档案馆": (4,)},
    {1: "市水务局", 2: "市财政局", 3: "市住房和城乡建设局", 4: "市档案馆"},
)
WORDS = marked.Words("办法", "行", "!", "-", "表{n}", lambda text, params: text.format(**params))


def read(path: Path, mapping: dict[str, Any] | None = None, forms: tuple[rules.Remembered, ...] = ()) -> checking.Checked:
    given = rules.LedgerMapping.from_plain(mapping or {})
    return checking.check(open_document(path), year=2026, known=UNITS, mapping=given, forms=forms)


def columns(found: checking.Checked, sheet: int = 0) -> dict[str, tuple[str, str]]:
    return {one["heading"]: (one["field"], one["why"]) for one in found.recognised["sheets"][sheet]["columns"]}


def codes(found: checking.Checked) -> list[tuple[str, str]]:
    return [(fault.code, fault.params["place"]) for fault in found.faults]


def test_the_messy_ledger_is_read_whole(tmp_path: Path) -> None:
    found = read(ledgers.messy(tmp_path / "总.xlsx"))
    assert columns(found) == {
        "序号": ("outline_number", "known"),
        "问题类别": ("category", "known"),
        "反馈问题": ("title", "beside"),
        "具体问题": ("text", "known"),
        "整改措施": ("measure", "known"),
        "牵头单位": ("lead_units", "known"),
        "责任配合单位": ("support_units", "known"),
        "整改时限": ("due_text", "known"),
        "整改进展": ("", "no_place"),
        "完成情况": ("state", "known"),
        "佐证材料": ("", "no_place"),
        "经办": ("", "unknown"),
    }
    assert [row.row for row in found.rows] == [5, 6, 8, 10, 11]
    first, second, third, fourth, fifth = found.rows
    assert [m.text for m in first.measures] == ["逐个项目核对账目", "拨付到位", "制定拨付办法。"]
    assert (first.due, first.category, second.category) == ("2026-06-30", "资金管理", "资金管理")
    assert [m.text for m in third.measures] == ["重新巡查", "抽查记录。", "建立抽查制度"]
    assert [m.leads for m in third.measures] == [("市水务局",), ("市水务局",), ("市档案馆",)]
    assert third.due == "2026-12-31"
    assert (fourth.state, fifth.text) == ("registered", "值守缺位"), "未整改 has not begun; the letter's words stand in for missing ones"
    assert found.recognised["other_sheets"] == ["填表说明"]


def test_everything_wrong_in_the_messy_ledger_is_named_by_its_cell(tmp_path: Path) -> None:
    found = read(ledgers.messy(tmp_path / "总.xlsx"))
    assert codes(found) == [
        ("intake.unit_alike", "总台账!F6"),
        ("intake.unknown_state", "总台账!J8"),
        ("intake.no_such_day", "总台账!H10"),
        ("intake.no_lead", "总台账!F11"),
        ("intake.no_deadline", "总台账!H11"),
    ]
    assert (found.stopping, found.notes) == (4, 1)


def test_a_line_between_the_rows_is_the_category_of_what_follows(tmp_path: Path) -> None:
    heads = ("序号", "问题", "牵头单位")
    rows = ((None, "一、资金管理"), (1, "甲", "市水务局"), (2, "乙", "市水务局"), ("二、日常管理",), (1, "丙", "市水务局"))
    found = read(ledgers.plain(tmp_path / "a.xlsx", heads, *rows))
    assert [(row.text, row.category, row.old_number) for row in found.rows] == [
        ("甲", "一、资金管理", "1"),
        ("乙", "一、资金管理", "2"),
        ("丙", "二、日常管理", "1"),
    ]


def test_headings_repeated_on_every_page_are_no_rows(tmp_path: Path) -> None:
    heads = ("序号", "问题", "牵头单位")
    found = read(ledgers.plain(tmp_path / "a.xlsx", heads, (1, "甲", "市水务局"), heads, (2, "乙", "市水务局")))
    assert [row.text for row in found.rows] == ["甲", "乙"]


@pytest.mark.parametrize(
    ("heads", "field"),
    [
        (("序　号", "反 馈\n问题", "牵头单位"), "text"),
        (("序号", "问题（原文）", "牵头单位*"), "text"),
        (("序号", "问题(原文)：", "牵头单位"), "text"),
        (("＃序号", "问题【附后】", "牵头单位"), "text"),
    ],
)
def test_headings_are_known_whatever_their_width_spaces_and_brackets(tmp_path: Path, heads: tuple[str, ...], field: str) -> None:
    found = read(ledgers.plain(tmp_path / "a.xlsx", heads, (1, "甲", "市水务局")))
    assert [one["field"] for one in found.recognised["sheets"][0]["columns"]] == ["outline_number", field, "lead_units"]


def test_two_levels_of_headings_without_merged_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [
        ["序号", "问题", "责任", "", "整改时限"],
        ["", "", "牵头单位", "配合单位", ""],
        ["1", "甲", "市水务局", "市财政局", "2026年6月"],
    ]
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(rows)
    found = read(path)
    assert [(row.text, row.leads, row.supports, row.due) for row in found.rows] == [("甲", ("市水务局",), ("市财政局",), "2026-06-30")]


@pytest.mark.parametrize(
    "written", ["2026年6月30日", "２０２６年６月３０日", "2026.6.30", "2026/06/30", 46203, "46203", "二〇二六年六月三十日", "20260630"]
)
def test_days_are_read_however_they_are_written(tmp_path: Path, written: Any) -> None:
    found = read(ledgers.plain(tmp_path / "a.xlsx", ("问题", "牵头单位", "整改时限"), ("甲", "市水务局", written)))
    assert (found.rows[0].due, found.faults) == ("2026-06-30", [])


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("1.甲；2.乙；3.丙。", ["甲", "乙", "丙。"]),
        ("1、甲\n2、乙", ["甲", "乙"]),
        ("（1）甲。（2）乙。", ["甲。", "乙。"]),
        ("（一）甲；（二）乙", ["甲", "乙"]),
        ("一、甲\n二、乙", ["甲", "乙"]),
        ("①甲②乙", ["甲", "乙"]),
        ("①甲；②乙", ["甲", "乙"]),
        ("拨付1.5万元，整改2处", ["拨付1.5万元，整改2处"]),
        ("先核对，1.甲；2.乙", ["先核对，1.甲；2.乙"]),
        ("甲\f乙", ["甲", "乙"]),
        ("", []),
    ],
)
def test_several_measures_in_one_cell_are_several(words: str, parts: list[str]) -> None:
    assert rules.split_measures(words) == parts


def test_two_columns_of_measures_are_several_measures(tmp_path: Path) -> None:
    heads = ("问题", "整改措施", "具体措施", "牵头单位")
    found = read(ledgers.plain(tmp_path / "a.xlsx", heads, ("甲", "核对", "建账", "市水务局")))
    assert [m.text for m in found.rows[0].measures] == ["核对", "建账"]


def test_a_column_of_stories_is_no_column_of_states(tmp_path: Path) -> None:
    story = "已经召开三次会议研究，逐项制定了方案，正在推进"
    found = read(ledgers.plain(tmp_path / "a.xlsx", ("问题", "牵头单位", "完成情况"), ("甲", "市水务局", story)))
    assert columns(found)["完成情况"] == ("", "sentences")
    assert (found.rows[0].state, found.faults) == ("in_progress", [])


def test_a_column_without_heading_is_named_too(tmp_path: Path) -> None:
    found = read(ledgers.plain(tmp_path / "a.xlsx", ("问题", "牵头单位"), ("甲", "市水务局", "漏了表头")))
    assert columns(found)[""] == ("", "unnamed")


def test_unfamiliar_headings_stop_until_they_are_mapped(tmp_path: Path) -> None:
    path = ledgers.plain(tmp_path / "a.xlsx", ("事", "谁", "何时"), ("甲", "市水务局", "2026年6月"))
    found = read(path)
    assert (found.rows, codes(found)) == ([], [("intake.no_heading_row", "表")])
    mapped = read(path, {"sheets": {"表": {"columns": {"A": "text", "B": "lead_units", "C": "due_text"}}}})
    assert [(row.text, row.leads, row.due) for row in mapped.rows] == [("甲", ("市水务局",), "2026-06-30")]
    assert mapped.faults == []


def test_another_heading_row_can_be_chosen(tmp_path: Path) -> None:
    rows = (("问题", "牵头单位"), ("甲", "市水务局"))
    path = ledgers.plain(tmp_path / "a.xlsx", ("问题", "措施", "单位"), *rows)
    found = read(path, {"sheets": {"表": {"head": 2}}})
    assert [row.text for row in found.rows] == ["甲"]


def test_a_sheet_can_be_left_out(tmp_path: Path) -> None:
    path = ledgers.plain(tmp_path / "a.xlsx", ("问题", "牵头单位"), ("甲", "市水务局"))
    book = openpyxl.load_workbook(path)
    for row in (("问题", "牵头单位"), ("乙", "市水务局")):
        book.create_sheet("旧").append(row) if "旧" not in book.sheetnames else book["旧"].append(row)
    book.save(path)
    assert [row.text for row in read(path).rows] == ["甲", "乙"]
    assert [row.text for row in read(path, {"sheets": {"旧": {"left_out": True}}}).rows] == ["甲"]


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"sheets": {"表": {"columns": {"A": "text", "B": "text"}}}}, "sheets/表/columns/B"),
        ({"sheets": {"表": {"columns": {"A": "nothing"}}}}, "sheets/表/columns/A"),
        ({"sheets": {"表": {"head": "1"}}}, "sheets/表/head"),
        ({"sheets": []}, "sheets"),
        ({"states": {"甲": "fine"}}, "states/甲"),
        ({"units": {"甲": "as:"}}, "units/甲"),
        ([], "/"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused_with_its_place(given: Any, place: str) -> None:
    with pytest.raises(BadInput) as caught:
        rules.LedgerMapping.from_plain(given)
    assert caught.value.params["place"] == place


def test_a_mapping_survives_json() -> None:
    given = {
        "sheets": {"表": {"head": 2, "columns": {"A": "text"}, "left_out": False}},
        "states": {"甲": "closed"},
        "units": {"乙": "leave"},
    }
    assert rules.LedgerMapping.from_plain(given).plain() == given


FORM = rules.Remembered(frozenset({"事", "谁", "何时"}), {"事": "text", "谁": "lead_units", "何时": "due_text"}, {"甲等": "closed"}, {})


def test_a_remembered_form_is_offered_again_even_with_a_column_more(tmp_path: Path) -> None:
    path = ledgers.plain(tmp_path / "a.xlsx", ("事", "谁", "何时", "十一月"), ("甲", "市水务局", "2026年6月", "有进展"))
    book = openpyxl.load_workbook(path)
    sheet: Any = book.active
    sheet["A1"], sheet["B1"] = "问题", "责任单位"
    book.save(path)
    form = rules.Remembered(frozenset({"问题", "责任单位", "何时"}), {"责任单位": "support_units", "何时": "due_text"})
    found = read(path, forms=(FORM, form))
    assert found.recognised["is_remembered"]
    assert columns(found)["责任单位"] == ("support_units", "remembered")
    assert columns(found)["何时"] == ("due_text", "remembered")
    assert columns(found)["十一月"] == ("", "unknown")


def test_another_form_of_the_same_issuer_is_not_read_like_it() -> None:
    assert rules.closest([FORM], frozenset({"问题", "措施", "单位"})).columns == {}
    assert rules.closest([FORM], frozenset({"事", "谁", "何时"})) is FORM


def names(found: checking.Checked) -> dict[str, tuple[str, list[str]]]:
    return {one["name"]: (one["why"], one["suggestions"]) for one in found.recognised["units"]}


def test_names_that_nobody_knows_are_compared_with_those_that_are_known(tmp_path: Path) -> None:
    heads = ("问题", "牵头单位", "配合单位")
    rows = (("甲", "市财正局", "各相关单位"), ("乙", "市住建局", "市体育中心"), ("丙", "市水务局", "云溪市体育中心"))
    found = read(ledgers.plain(tmp_path / "a.xlsx", heads, *rows))
    assert names(found)["市财正局"] == ("alike", ["市财政局"])
    assert names(found)["市住建局"][0] == "short"
    assert names(found)["各相关单位"][0] == "several"
    assert names(found)["市体育中心"][0] == "new"
    assert next((f.code, f.stops) for f in found.faults if f.code.startswith("intake.unit")) == ("intake.unit_alike", True)


@pytest.mark.parametrize(
    ("name", "other", "is_alike"),
    [
        ("市财正局", "云溪市财政局", True),
        ("市住建局", "市住房和城乡建设局", True),
        ("青山镇人民政府", "青云镇人民政府", False),
        ("市第一小学", "市第二小学", False),
        ("市第1中学", "市第10中学", False),
        ("城东街道办事处", "城西街道办事处", False),
        ("云溪水利投资有限公司", "云溪水利投资公司", True),
    ],
)
def test_what_looks_alike_and_what_does_not(name: str, other: str, is_alike: bool) -> None:
    likes = dict(rules.alike(name, [other]))
    assert (likes.get(other, 0) >= 75) is is_alike


def test_answers_about_names_are_followed(tmp_path: Path) -> None:
    path = ledgers.plain(tmp_path / "a.xlsx", ("问题", "牵头单位"), ("甲", "市财正局"))
    assert codes(read(path, {"units": {"市财正局": "as:市财政局"}})) == []
    assert codes(read(path, {"units": {"市财正局": "new"}})) == []
    assert codes(read(path, {"units": {"市财正局": "as:市没有局"}})) == [("intake.no_such_unit", "表!B2")]
    assert codes(read(path, {"units": {"市财正局": "leave"}})) == [("intake.no_single_lead", "表!B2")]


def test_a_name_over_two_steps_ends_somewhere() -> None:
    assert rules.meant_name("甲", {"甲": "as:乙", "乙": "as:丙"}) == "丙"
    assert rules.meant_name("甲", {"甲": "as:乙", "乙": "as:甲"}) == "甲"
    assert rules.meant_name("甲", {"甲": "leave"}) == ""


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("未整改", "registered"),
        ("待整改", "registered"),
        ("滞后", "in_progress"),
        ("已闭环", "closed"),
        ("重新挂号", "reopened"),
        ("甲等", None),
    ],
)
def test_old_words_have_their_states(word: str, state: str | None) -> None:
    assert rules.state_from_word(word) == state


def test_too_many_words_for_a_state_are_one_fault(tmp_path: Path) -> None:
    rows = [(f"问题{n}", "市水务局", f"词{n}") for n in range(70)]
    found = read(ledgers.plain(tmp_path / "a.xlsx", ("问题", "牵头单位", "状态"), *rows))
    assert [f.code for f in found.faults] == ["intake.too_many_states"]


def test_the_class_of_a_column_wins_over_the_deadline(tmp_path: Path) -> None:
    heads = ("问题", "牵头单位", "整改时限", "整改类别")
    rows = (("甲", "市水务局", "2026年6月", "立行立改"), ("乙", "市水务局", "2026年6月", "长期整改"), ("丙", "市水务局", "长期坚持", None))
    found = read(ledgers.plain(tmp_path / "a.xlsx", heads, *rows))
    assert [row.klass for row in found.rows] == ["fix_now", "long_term", "long_term"]


def workbook_of(found: checking.Checked, path: Path) -> Any:
    target = path.with_name("标出.xlsx")
    target.write_bytes(marked.workbook(open_document(path), found.sheets, found.faults, WORDS))
    return openpyxl.load_workbook(target)


def test_the_marked_workbook_has_the_clerks_rows_at_their_places(tmp_path: Path) -> None:
    path = ledgers.messy(tmp_path / "总.xlsx")
    found = read(path)
    sheet = workbook_of(found, path)["总台账"]
    assert (sheet["D5"].value, sheet["H10"].value, sheet["A1"].value) == ("三个项目开工半年仍未拨款", "2026年2月30日", "云溪市整改台账")
    colours = {cell.coordinate for row in sheet.iter_rows(max_col=12) for cell in row if cell.fill.fgColor.rgb in ("FFF8C9C4", "FFFDECB8")}
    assert colours == {"F6", "J8", "H10", "F11", "H11"}
    assert "2026年2月30日" in sheet["H10"].comment.text
    assert (sheet["M3"].value, sheet["M5"].value) == ("办法", None)
    assert sheet["M11"].value.startswith("!")


def test_the_marked_workbook_can_be_corrected_and_handed_in(tmp_path: Path) -> None:
    path = ledgers.messy(tmp_path / "总.xlsx")
    book = workbook_of(read(path), path)
    sheet = book["总台账"]
    sheet["F6"], sheet["J8"], sheet["H10"], sheet["F11"], sheet["H11"] = "市财政局", "整改中", "2026年2月28日", "市水务局", "立行立改"
    book.save(tmp_path / "改.xlsx")
    found = read(tmp_path / "改.xlsx")
    assert (found.faults, len(found.rows)) == ([], 5)
    assert columns(found)["办法"] == ("", "unknown")


def test_of_a_long_ledger_only_the_rows_with_faults_are_shown(tmp_path: Path) -> None:
    rows = [(f"问题{n}", "市水务局" if n != 2500 else None) for n in range(3000)]
    path = ledgers.plain(tmp_path / "a.xlsx", ("问题", "牵头单位"), *rows)
    sheet = workbook_of(read(path), path)["表"]
    assert [[cell.value for cell in row][:2] for row in sheet.iter_rows()] == [["行", "问题"], [2502, "问题2500"]]


def test_sheets_of_one_name_and_cells_merged_over_each_other_are_marked_too(tmp_path: Path) -> None:
    made = ledgers.plain(tmp_path / "a.xlsx", ("问题",), ("甲",))
    grid, merges = [["问题", "牵头单位", "整改时限"], ["甲", "", "尽快"], ["乙", "市水务局", "尽快"]], {(1, 0): (2, 2), (1, 1): (1, 2)}
    document = spreadsheet.document_of(made, [("表", grid, merges), ("表", grid, {})], "text/csv")
    found = checking.check(document, year=2026, known=UNITS)
    book = openpyxl.load_workbook(BytesIO(marked.workbook(document, found.sheets, found.faults, WORDS)))
    assert book.sheetnames == ["表", "表2"]


def test_no_formula_of_a_ledger_becomes_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('问题,牵头单位,整改时限\n"=HYPERLINK(""http://x"")",市水务局,尽快\n', encoding="utf-8")
    book = workbook_of(read(path), path)
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
