"""What a new office has on its laptop: a running ledger as people keep it, and the letter it came from. All of it is invented."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import docx
import openpyxl
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from jiandi.base import clock

PLACES: Final = ("东溪区", "南塬县", "云溪高新区")
# category, problem, measures (several ones share a cell or have a row each), lead as written, support
PROBLEMS: Final[tuple[tuple[str, str, tuple[str, ...], str, str], ...]] = (
    (
        "落实决策部署",
        "河道清淤工程进度滞后，汛前未完成的河段占四成",
        ("倒排工期，汛前完成剩余河段清淤", "建立周调度制度"),
        "市水务局",
        "市财政局",
    ),
    ("落实决策部署", "农村饮水工程管护缺位，水质检测记录断档", ("补齐管护人员并按月检测",), "水务局", "市卫健委"),
    ("落实决策部署", "产业扶持资金拨付超过规定时限，最长滞留八个月", ("清理滞留资金并拨付到位",), "市财政局", "市农业农村局"),
    ("落实决策部署", "老旧小区改造项目竣工后未移交，公共设施无人维护", ("限期办理移交手续", "明确维护单位并公示"), "市住建局", "市财政局"),
    ("民生保障", "敬老院消防通道堆放杂物，喷淋设备两处失效", ("清理通道、更换喷淋，建立月检制度",), "市民政局", "市消防救援支队"),
    ("民生保障", "困难群众救助资金发放名单与实际享受人数不一致", ("逐户核对名单并补发差额",), "民政局", ""),
    ("民生保障", "乡镇卫生室药品台账缺项，过期药品未及时清退", ("补齐台账并按季抽查",), "市卫健委", "市市场监管局"),
    (
        "民生保障",
        "中小学食堂食材采购未公开比价，供应商三年未更换",
        ("重新组织公开采购", "制定食堂采购管理办法"),
        "市教体局",
        "市市场监管局",
    ),
    ("生态环境", "工业园区雨污管网混接，雨后水体出现异味", ("排查混接点位并分片改造",), "生态环境局", "市住建局"),
    (
        "生态环境",
        "建筑垃圾消纳场未封闭作业，扬尘投诉反复出现",
        ("加装围挡和喷淋设施", "建立投诉二十四小时回访制度"),
        "市城管局",
        "市生态环境局",
    ),
    ("生态环境", "矿山复绿面积低于方案要求，部分苗木枯死未补种", ("补植苗木并验收",), "市自然资源局", "市林草局"),
    ("生态环境", "秸秆综合利用补贴申报材料把关不严，重复申报三起", ("追回重复补贴，修订申报审核细则",), "市农业农村局", "市财政局"),
    ("营商环境", "企业办理施工许可需重复提交材料，平均多跑两次", ("推行一次告知和容缺受理",), "市行政审批局", "市住建局"),
    ("营商环境", "政府采购合同款支付逾期，拖欠中小企业账款六笔", ("签订还款计划并按月支付",), "市财政局", ""),
    ("营商环境", "招商项目承诺事项兑现率低，协议条款缺少违约约定", ("逐项清理承诺事项", "制定协议审查流程"), "市商务局", "市司法局"),
    ("营商环境", "涉企检查频次过高，同一季度多部门重复检查", ("推行联合检查，每年年初公布检查计划",), "市市场监管局", "市应急管理局"),
    ("作风建设", "会议文件压减不实，以白头文件代替正式发文", ("清理白头文件并按月通报",), "市委办公室", ""),
    ("作风建设", "窗口单位服务态度生硬，群众差评整改不闭环", ("开展窗口轮训，差评三日内回访",), "市行政审批局", ""),
    ("作风建设", "值班带班制度执行不严，节假日空岗两次", ("修订值班制度并随机抽查",), "市政府办公室", ""),
    ("作风建设", "公务用车油卡管理混乱，一车多卡未核销", ("清理油卡并实行一车一卡",), "市机关事务局", "市财政局"),
    ("财务管理", "固定资产账实不符，盘点发现一成设备无标签", ("重新盘点并贴标入账",), "市机关事务局", ""),
    ("财务管理", "专项经费挤占挪用，列支与用途无关的费用", ("收回违规支出", "制定专项经费管理办法"), "市财政局", ""),
    ("财务管理", "往来款长期挂账未清理，最长超过五年", ("逐笔核对并销账",), "财政局", ""),
    ("财务管理", "差旅费报销附件不全，超标准住宿三次", ("退缴超标费用并开展培训",), "市财政局、市审计局", ""),
)
WORDS: Final = (
    "已完成",
    "正在推进",
    "已销号",
    "已完成",
    "基本完成",
    "整改中",
    "已完成",
    "长期坚持",
    "正在推进",
    "已完成",
    "已销号",
    "正在推进",
)
DONE: Final = frozenset({"已完成", "已销号"})
TITLE: Final = "云溪市落实市委第三巡察组反馈意见整改工作台账"
THIN: Final = Side(style="thin")
BORDER: Final = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
FIRST_ROW: Final = 6
HEADS: Final = (
    ("序号", ""),
    ("问题类别", ""),
    ("反馈问题", ""),
    ("整改要求", "整改措施"),
    ("整改要求", "整改时限"),
    ("责任落实", "牵头单位"),
    ("责任落实", "配合单位"),
    ("整改情况", "进展情况"),
    ("整改情况", "完成情况"),
    ("备注", ""),
)
# Four items of the letter that the ledger has lost.
LOST: Final = (
    "档案库房温湿度未按规定记录，三年未做安全检查",
    "村级公益岗位人员长期未到岗，考勤由他人代签",
    "公共自行车停放点撤除后未恢复人行道路面",
    "应急物资储备库账目混乱，帐篷和照明设备数量不足",
)


def ledger_rows(today: date) -> list[list[tuple[Any, ...]]]:
    """Problems with one row for each measure that has a row of its own."""
    problems = [(place, one) for one in PROBLEMS for place in PLACES]
    rows: list[list[tuple[Any, ...]]] = []
    for at, (place, (category, text, measures, lead, support)) in enumerate(problems, start=1):
        word = WORDS[at % len(WORDS)]
        due = _due(at, today, word)
        progress = "已按要求整改" if word in DONE else "正在按计划推进，已完成前期摸排"
        apart = len(measures) > 1 and at % 3 == 0
        cells = measures if apart else ("\n".join(f"{n}.{m}" for n, m in enumerate(measures, 1)) if len(measures) > 1 else measures[0],)
        rows.append([(at, category, f"{place}{text}。", cell, due, lead, support, progress, word, "") for cell in cells])
    return rows


def _due(at: int, today: date, word: str) -> str:
    if word == "长期坚持":
        return "立行立改，长期坚持"
    if word in DONE:
        day = today - timedelta(days=40 + at)
    else:
        day = today + timedelta(days=(-12, 2, 7, -3, 30, 75, 9)[at % 7])
    return f"{day.year}年{day.month}月底前" if at % 5 == 0 and (word in DONE or day > today) else f"{day.year}.{day.month}.{day.day}"


def ledger(folder: Path) -> Path:
    """Title, a note, a heading on two levels, merged cells, measures that share a cell, a row of totals."""
    today = clock.today()
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "整改台账"
    sheet["A1"] = TITLE
    sheet.merge_cells("A1:J1")
    sheet["A1"].font, sheet["A1"].alignment = Font(size=18, bold=True), Alignment(horizontal="center")
    sheet["A2"] = f"填报单位：市委巡察整改工作领导小组办公室    填报时间：{today.year}年{today.month}月{today.day}日"
    sheet.merge_cells("A2:J2")
    _heads(sheet)
    rows = ledger_rows(today)
    last = _body(sheet, rows)
    tally = {word: sum(some[0][8] == word for some in rows) for word in dict.fromkeys(WORDS)}
    # The office has forgotten to take two problems out of the overdue.
    told = "、".join(f"{word}{n}个" for word, n in tally.items())
    sheet.cell(last, 1, f"合计：共{len(rows)}个问题，其中{told}，逾期{_late(rows, today) + 2}个。")
    sheet.merge_cells(start_row=last, start_column=1, end_row=last, end_column=10)
    for place, width in enumerate((6, 12, 34, 34, 14, 14, 14, 24, 12, 8), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    path = folder / "云溪市整改台账（最新）.xlsx"
    book.save(path)
    return path


def _heads(sheet: Any) -> None:
    for place, (group, name) in enumerate(HEADS, start=1):
        sheet.cell(4, place, group if place == 1 or HEADS[place - 2][0] != group else None)
        if name:
            sheet.cell(5, place, name)
        else:
            sheet.merge_cells(start_row=4, start_column=place, end_row=5, end_column=place)
    for first, end in (("D4", "E4"), ("F4", "G4"), ("H4", "I4")):
        sheet.merge_cells(f"{first}:{end}")


def _body(sheet: Any, rows: list[list[tuple[Any, ...]]]) -> int:
    at = FIRST_ROW
    category, since = "", at
    for some in rows:
        start = at
        for line in some:
            for place, value in enumerate(line, start=1):
                is_upper = at == start or place == 4
                sheet.cell(at, place, value if is_upper and not (place == 2 and value == category) else None).border = BORDER
            at += 1
        if len(some) > 1:
            for place in (1, 3, 5, 6, 7, 8, 9, 10):
                sheet.merge_cells(start_row=start, start_column=place, end_row=at - 1, end_column=place)
        if some[0][1] != category:
            if start - since > 1:
                sheet.merge_cells(start_row=since, start_column=2, end_row=start - 1, end_column=2)
            category, since = some[0][1], start
    sheet.merge_cells(start_row=since, start_column=2, end_row=at - 1, end_column=2)
    return at


def _late(rows: list[list[tuple[Any, ...]]], today: date) -> int:
    late = 0
    for some in rows:
        parts = some[0][4].split(".")
        late += some[0][8] not in (*DONE, "基本完成") and len(parts) == 3 and date(*map(int, parts)) < today
    return late


def letter(folder: Path) -> Path:
    """The feedback: problems of the ledger in the letter's own words, and four that nobody took up."""
    document = docx.Document()
    for line in letter_lines():
        document.add_paragraph(line)
    path = folder / "市委第三巡察组反馈意见.docx"
    document.save(str(path))
    return path


def letter_lines() -> list[str]:
    lines = ["市委第三巡察组关于巡察云溪市的反馈意见", "一、巡察发现的主要问题"]
    there = [f"{place}{_in_the_letter(at, text)}" for at, (_c, text, *_) in enumerate(PROBLEMS[::3]) for place in PLACES[:2]]
    items = [*there[:4], LOST[0], *there[4:9], LOST[1], LOST[2], *there[9:], LOST[3]]
    numerals = "一二三四五六七八九十"
    for at, text in enumerate(items, start=1):
        number = numerals[at - 1] if at <= 10 else "十" + numerals[at - 11] if at < 20 else "二十" + (numerals[at - 21] if at > 20 else "")
        lines.append(f"（{number}）{text}。")
    return [*lines, "二、意见建议", "市委要切实扛起整改主体责任，按期报送整改情况。"]


def _in_the_letter(at: int, text: str) -> str:
    """The office has copied some problems, shortened others, and left out what stood before."""
    first, _comma, rest = text.partition("，")
    return (text, f"{first}的问题较为突出，{rest}", f"在有关工作中，{text}，群众有反映")[at % 3]


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    print(ledger(target), letter(target), sep="\n")
