"""Forms as superiors prescribe them, in three quite different layouts, written by script."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

_THIN = Side(style="thin")
BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
TITLE = Font(name="方正小标宋简体", size=18)
HEAD = PatternFill("solid", fgColor="DDEBF7")
SECOND = "填表说明"


def _boxed(sheet: Any, area: str) -> None:
    for line in sheet[area]:
        for cell in line:
            cell.border, cell.alignment = BOX, MIDDLE


def _notes(book: Any) -> None:
    """A second sheet that must come back as it was."""
    sheet = book.create_sheet(SECOND)
    sheet["A1"] = "本表由市专项办统一制发，请于每月25日前报送。"
    sheet["A1"].font = Font(bold=True, color="C00000")


def content(book: Any) -> bytes:
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def summary() -> bytes:
    """One page, figures scattered in merged cells."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "情况统计表"
    for area in ("A1:H1", "B2:D2", "F2:H2", "A4:B5", "C4:D5", "E4:F5", "G4:H5", "A6:B6", "C6:D6", "E6:F6", "G6:H6", "B8:H8", "B9:H9"):
        sheet.merge_cells(area)
    words = {
        "A1": "巡察整改情况统计表", "A2": "填报单位", "E2": "填报日期", "A4": "反馈问题总数", "C4": "已完成整改", "E4": "其中立行立改", "G4": "整改完成率",
        "A7": "逾期", "C7": "未完成", "E7": "校验", "A8": "轮次名称", "A9": "填报人",
    }  # fmt: skip
    for cell, word in words.items():
        sheet[cell] = word
    _boxed(sheet, "A2:H2")
    _boxed(sheet, "A4:H9")
    sheet["F7"] = "=A6-C6-D7"
    sheet["A1"].font, sheet["A1"].alignment = TITLE, MIDDLE
    sheet["A6"].number_format = "0"
    sheet["F2"].number_format = 'yyyy"年"m"月"d"日"'
    sheet.row_dimensions[1].height = 36
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.print_area = "A1:H9"
    sheet.oddFooter.center.text = "第 &P 页"
    _notes(book)
    return content(book)


def monthly_list(room: int = 3) -> bytes:
    """A list of problems with heading rows on two levels, room for a few, and a totals row below."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "问题清单"
    sheet.merge_cells("A1:I1")
    sheet["A1"], sheet["A1"].font, sheet["A1"].alignment = "整改问题月报清单", TITLE, MIDDLE
    sheet.merge_cells("A2:I2")
    sheet["A2"] = "统计月份："
    upper = {"A3": "序号", "B3": "问题", "D3": "责任", "F3": "整改", "I3": "得分"}
    lower = {"B4": "存在问题", "C4": "类别", "D4": "牵头单位", "E4": "分管领导", "F4": "整改措施", "G4": "完成时限", "H4": "完成情况"}
    for cell, word in {**upper, **lower}.items():
        sheet[cell] = word
        sheet[cell].fill = HEAD
    for area in ("A3:A4", "B3:C3", "D3:E3", "F3:H3", "I3:I4"):
        sheet.merge_cells(area)
    first, last = 5, 4 + room
    for row in range(first, last + 1):
        sheet.cell(row, 1, row - 4)
        sheet.cell(row, 9, f'=IF(B{row}="",0,1)')
        sheet.row_dimensions[row].height = 48
        sheet.cell(row, 7).number_format = "yyyy-mm-dd"
    total = last + 1
    sheet.merge_cells(start_row=total, end_row=total, start_column=1, end_column=8)
    sheet.cell(total, 1, "合计")
    sheet.cell(total, 9, f"=SUM(I{first}:I{last})")
    sheet.cell(total, 9).font = Font(bold=True)
    sheet.cell(total + 1, 1, "审核人：")
    _boxed(sheet, f"A3:I{total}")
    for letter, width in zip("ABCDEFGHI", (6, 34, 12, 16, 14, 34, 13, 12, 8), strict=True):
        sheet.column_dimensions[letter].width = width
    words = DataValidation(type="list", formula1='"是,否"')
    words.add(f"H{first}:H{last}")
    sheet.add_data_validation(words)
    sheet.conditional_formatting.add(f"I{first}:I{last}", CellIsRule(operator="equal", formula=["1"], fill=HEAD))
    sheet.print_title_rows, sheet.print_area = "3:4", f"A1:I{total + 1}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.freeze_panes = "A5"
    book.defined_names["合计数"] = DefinedName("合计数", attr_text=f"问题清单!$I${total}")
    other = book.create_sheet("汇总")
    other["A1"], other["B1"] = "问题数", f"=问题清单!I{total}"
    _notes(book)
    return content(book)


def matrix(units: tuple[str, ...]) -> bytes:
    """A row per unit that the superior names, figures across, a totals row with formulas."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "分单位统计"
    sheet.merge_cells("A1:G1")
    sheet["A1"], sheet["A1"].font, sheet["A1"].alignment = "各责任单位整改进度一览表", TITLE, MIDDLE
    for column, word in enumerate(("序号", "责任单位", "问题总数", "已完成", "未完成", "逾期", "完成率"), start=1):
        sheet.cell(3, column, word).fill = HEAD
    for row, name in enumerate(units, start=4):
        sheet.cell(row, 1, row - 3)
        sheet.cell(row, 2, name)
    total = 4 + len(units)
    sheet.cell(total, 2, "合计")
    for letter in "CDEF":
        sheet[f"{letter}{total}"] = f"=SUM({letter}4:{letter}{total - 1})"
    sheet[f"G{total}"] = f"=IF(C{total}=0,0,D{total}/C{total})"
    sheet[f"G{total}"].number_format = "0%"
    _boxed(sheet, f"A3:G{total}")
    sheet.column_dimensions["B"].width = 22
    _notes(book)
    return content(book)
