"""What a cell is for, guessed from the words beside it. A guess is offered, never taken without a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from jiandi.loop.report.rules.grids import Sheet
from jiandi.loop.report.rules.spots import ALL, FIGURES, Spot, Where, address

_Words = tuple[tuple[str, str], ...]
# The first pattern that fits wins, so what is narrower stands before what is wider.
_VALUES: _Words = (
    (r"(填报|报送|填表|上报)单位|单位名称|^单位$|(单位|部门).{0,2}[（(]盖章", "unit_name"),
    (r"被(巡视|巡察|督察|审计|检查|监督).{0,4}(单位|党组织|地区|对象)", "inspected_unit"),
    (r"(轮次|批次|巡察名称|巡视名称|项目名称|检查名称)", "round_title"),
    (r"(巡视|巡察|督察|审计|检查)(组|机关|单位)|反馈单位", "issuer"),
    (r"反馈(时间|日期)", "feedback_on"),
    (r"截至|(填报|填表|报送|统计|上报)(时间|日期)|^日期$|数据时点", "as_of"),
    (r"(填报|统计|报送)(月份|周期)|所属(月份|期)", "month_words"),
    (r"(填报|填表|制表|经办|联系)人", "asked_by"),
)
_FIGURES: _Words = (
    (r"(完成|整改)率|完成.{0,4}(比例|占比)|整改到位率|办结率", "completion_rate"),
    (r"部署率", "said_rate"),
    (r"落实率", "done_rate"),
    (r"见效率", "well_rate"),
    (r"按(期|时).{0,4}率", "on_time_rate"),
    (r"逾期|超期|到期未", "overdue"),
    (r"(已|完成).{0,4}措施|措施.{0,6}(完成|落实)", "measures_done"),
    (r"措施", "measures"),
    (r"(出台|制定|修订|完善|建立).{0,6}制度|制度.{0,4}数", "institutions"),
    (r"销号", "closed"),
    (r"未(完成|整改|办结|销)|正在整改|尚未", "not_complete"),
    (r"(已|完成).{0,4}(整改|办结|完成)|整改(完成|到位)|办结|^已完成|^完成", "complete"),
    (r"已部署", "said"),
    (r"已落实", "done"),
    (r"已见效", "well"),
    (r"(问题|反馈).{0,6}(总|合计|数|个)|总数|合计|小计|个数|问题$|总计", "total"),
)
_CLASSES: _Words = (
    (r"立行立改|立即整改|即知即改", "fix_now"),
    (r"限期|集中整改期|近期", "time_limited"),
    (r"长期|持续", "long_term"),
)
_STATES: _Words = ((r"基本完成", "basically_done"), (r"(待|正在)核验", "submitted"), (r"移交", "handed_over"), (r"核减|撤销", "withdrawn"))
_SOURCES: _Words = ((r"中央", "central"), (r"自查|自纠", "self"))
_COLUMNS: _Words = (
    (r"^序号$|^编?号$", "serial"),
    (r"问题编号|台账号", "number"),
    (r"(具体|主要)?表现", "manifestation"),
    (r"问题(内容|描述|表述|清单)?$|反馈(的)?问题|存在(的)?问题|反馈意见", "text"),
    (r"类别|类型|领域|方面", "category"),
    (r"原因", "cause"),
    (r"措施|举措", "measures"),
    (r"牵头|责任(单位|部门)|整改单位|承办", "lead"),
    (r"配合|协办", "supports"),
    (r"(分管|责任|牵头)领导|责任人", "leader_post"),
    (r"(完成|整改|办理)?时限|期限|截止", "due"),
    (r"完成(时间|日期)|销号(时间|日期)", "completed_on"),
    (r"目标|标准|成效要求", "standard"),
    (r"进展|进度|整改情况|落实情况", "progress"),
    (r"状态|是否(完成|销号|整改)|完成情况", "state"),
    (r"佐证|证明材料|附件", "evidence"),
    (r"制度|长效机制", "institutions"),
    (r"成效|成果|结果", "result"),
    (r"备注|说明", "remarks"),
)
_NAMES = re.compile(r"单位|部门|地区|县|区$|乡镇|街道")


@dataclass(frozen=True)
class Guess:
    """What a cell probably holds, with the label that says so; ``kind`` empty: nothing found."""

    kind: str = ""
    what: str = ""
    where: Where = ALL
    label: str = ""


def guess(sheet: Sheet, row: int, column: int, units: Mapping[str, int] | None = None) -> Guess:
    """From the labels left of and above the cell; in a crossed table both say something."""
    left, above = sheet.labels(row, column)
    near = [*left[:2], *above[:2]]
    where = Where(
        klass=_first(near, _CLASSES),
        state=_first(near, _STATES),
        source=_first(near, _SOURCES),
        unit_id=next((units[word] for word in near if units and word in units), 0),
    )
    for label in near:
        if where == ALL and (value := _found(label, _VALUES)):
            return Guess("value", value, label=label)
        if figure := _found(label, _FIGURES):
            return Guess("count", figure, where, label)
    label = next(iter(near), "")
    return Guess("count", "total", where, label) if where != ALL else Guess()


def columns(sheet: Sheet, row: int, known: Mapping[str, str]) -> list[tuple[str, str]]:
    """For each column of a list that begins in ``row``: its letter's field, from the words above; empty where none fits."""
    return [(address(1, at)[:-1], column_field(sheet.heading(row, at), known)) for at in range(1, sheet.columns + 1)]


def column_field(heading: str, known: Mapping[str, str]) -> str:
    """``known``: headings of the regime's own ledger and their fields."""
    plain = re.sub(r"\s+", "", heading)
    return known.get(plain) or _found(plain, _COLUMNS)


def unit_column(heading: str) -> str:
    """The same for a list of units: the names of the units, or a figure."""
    plain = re.sub(r"\s+", "", heading)
    if figure := _found(plain, _FIGURES):
        return figure
    return "serial" if re.fullmatch(r"序号", plain) else "unit" if _NAMES.search(plain) else ""


def list_of(sheet: Sheet, spot: Spot, units: Mapping[str, int]) -> str:
    """Which list a stretch of rows looks like."""
    names = [sheet.text(row, column) for row in range(spot.row, min(spot.last_row, spot.row + 30) + 1) for column in (1, 2)]
    if any(name in units for name in names):
        return "named"
    heads = [unit_column(sheet.heading(spot.row, column)) for column in range(1, sheet.columns + 1)]
    first = next((one for one in heads if one != "serial"), "")
    return "units" if first == "unit" and len({*heads} & {*FIGURES}) > 1 else "findings"


def _first(labels: list[str], words: _Words) -> str:
    return next((found for label in labels if (found := _found(label, words))), "")


def _found(label: str, words: _Words) -> str:
    plain = re.sub(r"\s+", "", label)
    return next((code for pattern, code in words if re.search(pattern, plain)), "")
