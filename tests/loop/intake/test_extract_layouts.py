"""Layouts of plans, notices and minutes, and what holds for any text. All texts are invented."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiandi.loop.intake.extract import Extraction, Item, extract
from jiandi.loop.intake.readers.model import ReadDocument, lines_of

PLAN = """青禾县粮食局党组巡察反馈问题整改方案
一、整改任务
（一）关于库存账实不符的问题（牵头单位：仓储股；完成时限：2024年6月底前）
整改措施：
1.逐仓核对实物。
2.完善出入库登记制度，2024年5月底前印发。
（二）学习制度执行不严的问题
责任单位：机关党支部
整改时限：立行立改
整改措施：
1.制定年度学习计划。
2.每季度集中研讨一次。
"""
NUMBERED_LABELS = """第二轮巡察反馈问题整改任务分解表
问题一：产业规划滞后
整改措施1：编制产业规划。
责任单位：产业股
完成时限：2024年7月
整改措施2：建立评估机制。
责任单位：项目股
完成时限：长期坚持
"""
ORDER = """青禾县应急局隐患整改通知书
青禾县宏远化工有限公司：
2024年4月12日，我局对你单位进行检查，发现存在下列问题：
1.仓库未设置报警装置。
2.应急预案未修订。
现责令你单位于2024年5月31日前整改完毕。
"""
DIVISION = """青禾县营商环境重点任务分工方案
〔2024〕8号
一、提升效能
1．上线20个高频事项。责任单位：县行政审批局牵头，县公安局、县人社局等部门配合。
2．压缩办理时限。（县市场监管局牵头，县税务局配合，2024年6月底前完成）
3．落实惠企政策。〔牵头单位：县发改局，配合单位：县财政局，时限：每季度末前〕
"""
LETTER = """关于巡察青禾县供销社的反馈意见
县委巡察组对县供销联合社开展了巡察。现反馈如下。
一、巡察发现的主要问题
一是基层社恢复停在挂牌。二是化肥储备不足。
二、意见建议
1.恢复基层社经营场所。
2.补齐储备短板。
请于收到本反馈意见之日起10个工作日内报送整改方案，3个月内报送整改情况。
"""
TABLE = """青禾县财政局整改台账
| 序号 | 存在问题 | 整改措施 | 牵头单位 | 整改期限 |
| --- | --- | --- | --- | --- |
| 1 | 往来款长期挂账 | 1.逐笔清理；2.定期对账 | 核算中心 | 2024年6月底 |
"""
PIECES = st.sampled_from(
    [
        "一、",
        "（一）",
        "1.",
        "一是",
        "①",
        "关于",
        "问题",
        "整改措施：",
        "责任单位：",
        "牵头",
        "（",
        "）",
        "“",
        "”",
        "2024年6月底前",
        "\n",
        "。",
        "；",
        "，",
        "\t",
        "|",
        "要",
        "序号",
        "15日内",
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=80).map("".join)


def read(text: str) -> Extraction:
    return extract(ReadDocument(text, lines_of(text)))


def acts(text: str) -> dict[str, Item]:
    return {item.text[:6]: item for item in read(text).items if item.type in ("measure", "directive")}


def test_owners_and_term_of_a_heading_hold_for_what_stands_under_it() -> None:
    found = acts(PLAN)
    assert (found["逐仓核对实物"].lead, found["逐仓核对实物"].deadline) == (("仓储股",), "2024-06-30")
    assert found["完善出入库登"].deadline == "2024-05-31"


def test_field_lines_may_stand_before_the_measures() -> None:
    found = acts(PLAN)
    assert (found["制定年度学习"].lead, found["制定年度学习"].deadline) == (("机关党支部",), "立行立改")


def test_a_field_line_after_a_further_measure_is_for_that_one() -> None:
    found = acts(NUMBERED_LABELS)
    assert (found["编制产业规划"].lead, found["编制产业规划"].deadline) == (("产业股",), "2024-07-31")
    assert (found["建立评估机制"].lead, found["建立评估机制"].deadline) == (("项目股",), "长期坚持")


def test_a_lead_in_says_that_problems_follow() -> None:
    assert [(item.type, item.deadline) for item in read(ORDER).items] == [("finding", None), ("finding", None), ("directive", "2024-05-31")]


def test_fields_and_brackets_after_a_task_are_its_owners_and_term() -> None:
    found = list(acts(DIVISION).values())
    assert [item.lead for item in found] == [("县行政审批局",), ("县市场监管局",), ("县发改局",)]
    assert [item.support for item in found] == [("县公安局", "县人社局"), ("县税务局",), ("县财政局",)]
    assert [item.deadline for item in found] == [None, "2024-06-30", "每季度末前"]


def test_two_terms_in_one_sentence_are_two_tasks() -> None:
    found = [item for item in read(LETTER).items if item.type == "directive"]
    assert [item.deadline for item in found] == [None, None, "10个工作日内", "3个月内"]
    assert found[2].term is not None
    assert found[2].term.relative is not None
    assert found[2].term.relative.since == "receipt"


def test_numbered_acts_in_one_cell_are_acts_of_their_own() -> None:
    assert [(item.type, item.text) for item in read(TABLE).items] == [
        ("finding", "往来款长期挂账"),
        ("measure", "逐笔清理"),
        ("measure", "定期对账"),
    ]


def test_what_is_read_from_prose_is_less_sure_and_says_why() -> None:
    labelled = acts(DIVISION)["落实惠企政策"]
    told = next(
        item
        for item in read("青禾县人民政府关于渡口的意见\n〔2024〕1号\n一、任务\n（一）改造渡口。县水务局要于6月底前改造渡口3处。\n").items
    )
    assert (told.lead, labelled.doubts) == (("县水务局",), ())
    assert told.confidence < 0.8 < labelled.confidence
    assert len(told.doubts) == 2


@pytest.mark.parametrize("text", [PLAN, NUMBERED_LABELS, ORDER, DIVISION, LETTER, TABLE])
def test_every_line_is_an_item_a_heading_or_rest(text: str) -> None:
    nothing_is_lost(text)


def nothing_is_lost(text: str) -> None:
    document = ReadDocument(text, lines_of(text))
    found = extract(document)
    spans = [(one.start, one.end) for some in (found.items, found.outline, found.rest) for one in some]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(item.text == text[item.start : item.end] for item in found.items)
    for line in document.lines:
        says_something = any(not letter.isspace() and letter not in "。；，,;：:" for letter in text[line.start : line.end])
        assert not says_something or any(start < line.end and line.start < end for start, end in spans)


@settings(max_examples=80, deadline=None)
@given(TEXTS)
def test_no_line_of_any_text_is_lost(text: str) -> None:
    nothing_is_lost(text)


def work(text: str) -> int:
    """Calls made while reading, which no other program on the machine changes."""
    count = 0

    def counted(_frame: Any, event: str, _arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    document = ReadDocument(text, lines_of(text))
    sys.setprofile(counted)
    try:
        extract(document)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "part",
    [
        PLAN,
        DIVISION,
        TABLE,
        "整改措施：加强管理\n",
        "责任单位：办公室\n",
        "检查重点：\n1.渡口。\n",
        "一是加强管理；二是完善制度；",
        "（（甲）（乙）",
        "1.一是（1）①第一，加强；",
        "1.各站要于6月底前完成整改。\n",
        "关于台账不清的问题。\n",
    ],
)
def test_work_grows_with_the_length_and_no_faster(part: str) -> None:
    begin = part * max(20, 1000 // len(part))
    assert work(begin * 4) < 4.8 * work(begin)
