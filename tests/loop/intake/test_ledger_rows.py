"""Ledgers: headings found under titles, merged cells filled, faults named by cell."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from jiandi.base.errors import BadInput
from jiandi.loop.intake.readers import headings, ledger, opening
from tests.loop.intake import office_files


def sheet_of(path: Path, *rows: list[object]) -> ledger.Ledger:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "表"
    for row in rows:
        sheet.append(row)
    book.save(str(path))
    return ledger.read_ledgers(opening.open_document(path), year=2024)[0]


def test_two_level_headings_and_merged_category(tmp_path: Path) -> None:
    read = ledger.read_ledgers(opening.open_document(office_files.ledger(tmp_path / "台账.xlsx")))[0]
    assert [row.number for row in read.rows] == [5, 6, 7]
    assert {row.text("category") for row in read.rows} == {"管护责任"}
    first = read.rows[0]
    assert (first.text("text"), first.text("measure")) == ("问题1表述", "措施1")
    assert (first.text("lead_units"), first.text("support_units")) == ("资源股", "林业站")
    assert first.cells["lead_units"].address == "台账!E5"
    assert first.due is not None
    assert str(first.due.last_day) == "2024-06-30"
    assert not first.faults


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("整改时限", "due_text"),
        ("整改期限", "due_text"),
        ("完成时限", "due_text"),
        ("时限", "due_text"),
        ("牵头整改部门", "lead_units"),
        ("主责部门", "lead_units"),
        ("责 任 单 位", "lead_units"),
        ("佐证材料", "evidence"),
        ("证明材料（附后）", "evidence"),
        ("反馈问题", "text"),
        ("具体问题", "detail"),
        ("整改措施", "measure"),
        ("牵头市领导", "leader_post"),
        ("联系人及电话", "contact"),
        ("整改类别", "class"),
        ("下一步打算", "next_step"),
        ("问题清单", "text"),
        ("审计发现问题", "text"),
        ("措施清单", "measure"),
        ("整改要求(措施)", "measure"),
        ("承办单位", "lead_units"),
        ("责任清单", "lead_units"),
        ("被检查单位", "lead_units"),
        ("审计整改期限", "due_text"),
        ("完成时限及要求", "due_text"),
        ("督导单位/验收单位", "check_unit"),
        ("复查结果", "state"),
        ("整改成效", "progress"),
    ],
)
def test_headings_are_known_by_their_synonyms(heading: str, field: str) -> None:
    assert headings.meanings(heading)[:1] == (field,)


def test_lead_and_responsible_side_by_side(tmp_path: Path) -> None:
    read = sheet_of(tmp_path / "a.xlsx", ["问题", "牵头单位", "责任单位", "整改时限"], ["记录不全", "资源股", "林业站", "立行立改"])
    assert (read.rows[0].text("lead_units"), read.rows[0].text("support_units")) == ("资源股", "林业站")


def test_who_was_looked_at_leads_only_where_nobody_else_is_named(tmp_path: Path) -> None:
    alone = sheet_of(tmp_path / "a.xlsx", ["被检查单位", "存在隐患", "整改措施"], ["一号工地", "临边无护栏", "加装"])
    assert alone.rows[0].text("lead_units") == "一号工地"
    beside = sheet_of(tmp_path / "b.xlsx", ["被检查单位", "存在隐患", "整改责任单位"], ["一号工地", "临边无护栏", "建设公司"])
    assert (beside.rows[0].text("lead_units"), beside.rows[0].text("support_units")) == ("建设公司", "")


def test_specific_problem_beside_the_letters_problem(tmp_path: Path) -> None:
    read = sheet_of(tmp_path / "a.xlsx", ["反馈问题", "具体问题", "整改措施"], ["管护不力", "12个站无值班记录", "排班"])
    assert (read.rows[0].text("title"), read.rows[0].text("text")) == ("管护不力", "12个站无值班记录")


def test_doubled_heading_names_both_cells(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        sheet_of(tmp_path / "a.xlsx", ["问题", "牵头单位", "主责单位"], ["甲", "乙", "丙"])
    assert caught.value.code == "intake.heading_doubled"
    assert "表!B1" in caught.value.sentence()
    assert "表!C1" in caught.value.sentence()


def test_missing_problem_column_names_the_heading_row(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        sheet_of(tmp_path / "a.xlsx", ["题目"], ["序号", "整改措施", "责任单位"], ["1", "甲", "乙"])
    assert caught.value.code == "intake.heading_missing"
    assert "表!A2" in caught.value.sentence()


def test_no_heading_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        sheet_of(tmp_path / "a.xlsx", ["甲", "乙"], ["丙", "丁"])
    assert caught.value.code == "intake.no_heading_row"


def test_faults_name_cell_and_remedy(tmp_path: Path) -> None:
    read = sheet_of(
        tmp_path / "a.xlsx",
        ["序号", "问题", "牵头单位", "整改时限"],
        [1, "记录不全", None, "2024年2月30日"],
        [2, None, "资源股", "尽快"],
        [3, "长" * 4100, "资源股", 45473],
    )
    codes = [[fault.code for fault in row.faults] for row in read.rows]
    assert codes == [["intake.no_lead", "intake.no_such_day"], ["intake.no_text_in_row", "intake.no_deadline"], ["intake.too_long"]]
    assert read.rows[0].faults[1].sentence().startswith("表!D2: 2024年2月30日")
    assert str(read.rows[2].due and read.rows[2].due.last_day) == "2024-06-30"


def test_ten_thousand_rows_are_read_without_a_loss(tmp_path: Path) -> None:
    rows = ledger.read_ledgers(opening.open_document(office_files.ledger(tmp_path / "大.xlsx", rows=10_000)))[0].rows
    assert len(rows) == 10_000
    assert len({row.text("text") for row in rows}) == 10_000
