"""Ledgers as offices keep them, made on the spot; every body, place and figure is invented."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl

HEADS = (
    ("序号", "问题类别", "反馈问题", "具体问题", "整改措施", "责任", None, "整改时限", "整改进展", "完成情况", "佐证材料", "经办"),
    (None, None, None, None, None, "牵头单位", "配合单位", None, None, None, None, None),
)
ROWS: tuple[tuple[Any, ...], ...] = (
    (1, "资金管理", "专项资金拨付滞后", "三个项目开工半年仍未拨款", "1.逐个项目核对账目；2.拨付到位；3.制定拨付办法。",
     "市水务局", "市财政局", "２０２６年６月底前", "已核对两个项目", "整改中", "台账", "甲"),
    (2, None, "专项资金拨付滞后", "部分票据缺附件", "补齐附件", "市财正局", "市水务局", "立行立改", None, "已销号", None, None),
    ("二、日常管理",),
    (1, "日常管理", "巡查流于形式", "十二条河流巡查记录雷同", "（1）重新巡查；（2）抽查记录。", "市水务局", "各相关单位", "2026.12.31", None, "甲等", None, None),
    (2, None, None, None, "建立抽查制度", "市档案馆", None, "长期坚持", None, "持续推进", None, None),
    (3, "日常管理", "台账不全", "药品台账缺三个月", "补齐", "市体育中心", None, "2026年2月30日", None, "未整改", None, None),
    (4, "日常管理", "值守缺位", None, "排班", None, None, "尽快", None, "整改中", None, None),
)  # fmt: skip


def messy(path: Path, rows: tuple[tuple[Any, ...], ...] = ROWS) -> Path:
    """Title and note above, headings on two levels, cells merged down, a line between the rows, serials that begin again."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "总台账"
    sheet.append(["云溪市整改台账"])
    sheet.merge_cells("A1:L1")
    sheet.append(["填报单位：市整改办　　填报时间：2026年1月"])
    for row in (*HEADS, *rows):
        sheet.append(list(row))
    sheet.append(["合计", None, len(rows)])
    for column in "ABCDEHIJKL":
        sheet.merge_cells(f"{column}3:{column}4")
    sheet.merge_cells("F3:G3")
    if rows is ROWS:
        for place in ("B5:B6", "A7:L7", "B8:B9", "C8:C9", "D8:D9"):
            sheet.merge_cells(place)
    notes = book.create_sheet("填表说明")
    notes.append(["一、本表每月五日前报送。"])
    book.save(str(path))
    return path


def plain(path: Path, heads: tuple[Any, ...], *rows: tuple[Any, ...]) -> Path:
    """One sheet with these headings and rows."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "表"
    for row in (heads, *rows):
        sheet.append(list(row))
    book.save(str(path))
    return path
