"""Extraction: the grammar of official documents. All texts, bodies and figures are invented."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from jiandi.loop.intake.extract import Extraction, Item, extract, to_corpus_json
from jiandi.loop.intake.readers import opening
from jiandi.loop.intake.readers.model import ReadDocument, lines_of
from tests.loop.intake import office_files

LETTER = """关于巡察云岭县交通运输局党组的反馈意见

根据县委统一部署，县委巡察组对县交通运输局党组开展了巡察。现将巡察情况反馈如下。
一、巡察发现的主要问题
（一）管护责任落实有差距
一是县道养护缺位，11座桥梁无检测记录。二是路政巡查走形式。
（二）纪律要求抓得不紧
有的干部纪律意识淡薄，有的股室内控缺失；有的工程招标走形式。
二、意见建议
1.压实养护责任，逐桥建立档案。
2.规范招标流程，于2024年8月31日前报送整改方案。
"""
PLAN = """云岭县卫生健康局整改方案

问题1：药品采购台账不完整。
整改目标：台账齐全。
整改措施：一是补录2022年以来采购台账；二是每月核对库存。
牵头单位：药政股
配合单位：财务股、县人民医院
整改时限：2024年9月底前，并长期坚持
进展情况：已完成。

问题2：医疗废物处置不规范。
整改措施：新建暂存间3处，签订处置合同。
责任部门：医政股、县疾控中心
整改时限：立行立改，长期坚持
"""
NOTICE = """中共云岭县水务局党组关于巡察整改进展情况的通报

根据县委统一部署，现将巡察整改进展情况予以公布。
一、关于“水源地保护力度不够，“三禁”标牌缺失”的问题
整改情况：（1）开展专项执法12次。（2）安装隔离网8公里，2025年6月底前完成其余河段。
二、关于供水管网漏损率偏高问题
整改情况：更换老旧管网23公里，漏损率由18%下降到11%。
"""
NEWS = """5月9日，云岭县召开巡察整改推进会。县委副书记出席会议并讲话。

会议指出，整改取得阶段性成效。但也发现在台账管理等方面存在不足和问题。

会议强调，整改是政治任务，各单位要逐条对账销号，确保见底。要加强跟踪督办，防止反弹。

会议要求，一要压实责任，班子成员分工包抓；二要严明纪律；三要建章立制。
"""
OFFICIAL = """云岭县人民政府关于加强渡口安全工作的意见
云政发〔2024〕6号
各乡镇人民政府，县政府各部门：
为加强渡口安全，现提出以下意见。
一、总体要求
坚持人民至上。
二、主要任务
（一）摸清渡口底数。对全县渡口逐一登记。（县交通运输局牵头，县水务局、县应急管理局配合）
（二）改造老旧渡船。拆解超龄渡船，更新救生设备。（县交通运输局、县财政局负责）
（三）开展应急演练。2024年6月底前，各乡镇开展一次演练。2024年9月底前，县应急管理局组织综合演练。
三、工作要求
各乡镇人民政府要落实属地责任。县交通运输局会同有关部门要加强督查。
云岭县人民政府
2024年3月1日
"""
WRAPPED = """云岭县实验中学关于落实安全检
查意见的整改方案
- 1 -
一、存在问题
1. 食堂燃气报警器未年检,部分管道老化锈蚀未及时
更换。
2. 实验室危化品台账登记不全,领用记录存在补签现
象。
3. 宿舍楼疏散指示标志损坏较多,应急照明失效问题
长期未解决。
二、整改措施
(一)针对问题1:①更换报警器24只,②改造管道180米,
由总务处每月检查一次。(责任部门:总务处;完成时间:
2024年5月底)
"""


def read(text: str) -> Extraction:
    return extract(ReadDocument(text, lines_of(text)))


def texts(found: Extraction, type_: str) -> list[str]:
    return [item.text for item in found.items if item.type == type_]


def parent_of(found: Extraction, item: Item) -> Item | None:
    return next((other for other in found.items if other.id == item.parent), None)


def test_letter_gives_findings_by_number_and_by_some_have() -> None:
    found = read(LETTER)
    assert found.kind == "feedback"
    assert texts(found, "finding") == [
        "县道养护缺位，11座桥梁无检测记录",
        "路政巡查走形式",
        "有的干部纪律意识淡薄",
        "有的股室内控缺失",
        "有的工程招标走形式",
    ]
    assert texts(found, "directive") == ["压实养护责任，逐桥建立档案", "规范招标流程，于2024年8月31日前报送整改方案"]
    assert found.items[0].level == ("一", "（一）", "一是")
    assert found.items[-1].deadline == "2024-08-31"


def test_plan_fields_reach_all_measures_of_their_problem() -> None:
    found = read(PLAN)
    first, second, third = (item for item in found.items if item.type == "measure")
    assert (first.text, second.text) == ("补录2022年以来采购台账", "每月核对库存")
    for item in (first, second):
        assert (item.lead, item.support) == (("药政股",), ("财务股", "县人民医院"))
        assert (item.deadline, item.status) == ("2024-09-30", "已完成")
        parent = parent_of(found, item)
        assert parent is not None
        assert parent.text == "药品采购台账不完整"
    assert (third.lead, third.support, third.deadline) == (("医政股",), ("县疾控中心",), "立行立改")


def test_notice_keeps_quotations_whole_and_splits_outcomes() -> None:
    found = read(NOTICE)
    assert found.kind == "progress"
    assert texts(found, "finding") == ["水源地保护力度不够，“三禁”标牌缺失", "供水管网漏损率偏高"]
    assert texts(found, "measure") == ["开展专项执法12次", "安装隔离网8公里，2025年6月底前完成其余河段", "更换老旧管网23公里"]
    assert texts(found, "result") == ["漏损率由18%下降到11%"]
    assert [item.deadline for item in found.items if item.type == "measure"] == [None, "2025-06-30", None]
    assert all(item.parent for item in found.items if item.type != "finding")


def test_news_gives_what_was_asked_for() -> None:
    found = read(NEWS)
    assert texts(found, "finding") == ["在台账管理等方面存在不足和问题"]
    assert texts(found, "directive") == [
        "各单位要逐条对账销号，确保见底",
        "要加强跟踪督办，防止反弹",
        "压实责任，班子成员分工包抓",
        "严明纪律",
        "建章立制",
    ]


def test_official_document_gives_tasks_with_their_units_and_days() -> None:
    found = read(OFFICIAL)
    assert found.kind == "official"
    first, second, third, fourth, *rest = found.items
    assert (first.lead, first.support) == (("县交通运输局",), ("县水务局", "县应急管理局"))
    assert second.lead == ("县交通运输局", "县财政局")
    assert (third.deadline, fourth.deadline) == ("2024-06-30", "2024-09-30")
    assert [item.text for item in rest] == ["各乡镇人民政府要落实属地责任", "县交通运输局会同有关部门要加强督查"]


def test_wrapped_lines_stay_inside_the_span() -> None:
    found = read(WRAPPED)
    assert "领用记录存在补签现\n象" in texts(found, "finding")[1]
    measures = [item for item in found.items if item.type == "measure"]
    assert measures[0].text == "更换报警器24只"
    assert {item.lead for item in measures} == {("总务处",)}
    assert {item.deadline for item in measures} == {"2024-05-31"}
    assert {item.parent for item in measures} == {1}


def test_tabbed_and_flattened_tables_are_read_alike() -> None:
    rows = [
        ["序号", "反馈问题", "整改措施", "责任单位", "完成时限", "备注"],
        ["1", "台账不全", "补齐台账", "办公室", "2024年6月", "已完成"],
        ["2", "宣传不足", "开展宣传4场", "宣传股", "长期坚持", "持续推进"],
    ]
    tabbed = read("整改台账\n" + "\n".join("\t".join(row) for row in rows))
    flat = read("整改台账\n" + "\n".join(cell for row in rows for cell in row))
    for found in (tabbed, flat):
        assert texts(found, "finding") == ["台账不全", "宣传不足"]
        measures = [item for item in found.items if item.type == "measure"]
        assert [(item.lead, item.deadline, item.status, item.parent) for item in measures] == [
            (("办公室",), "2024-06-30", "已完成", 1),
            (("宣传股",), "长期坚持", "持续推进", 3),
        ]


def test_word_tables_and_workbooks_are_read_with_merged_problems(tmp_path: Path) -> None:
    letter = extract(opening.open_document(office_files.letter(tmp_path / "反馈.docx")))
    measures = [item for item in letter.items if item.text in ("清点苗木", "建立电子台账")]
    assert len({item.parent for item in measures}) == 1
    ledger = extract(opening.open_document(office_files.ledger(tmp_path / "台账.xlsx")))
    assert ledger.kind == "ledger"
    assert texts(ledger, "finding") == ["问题1表述", "问题2表述", "问题3表述"]


def test_outline_is_a_tree() -> None:
    outline = read(LETTER).outline
    assert [item.number for item in outline][:3] == ["一", "（一）", "一是"]
    assert outline[1].parent == 0


def test_every_item_says_why() -> None:
    for item in read(OFFICIAL).items:
        assert item.reason
        assert 0 < item.confidence <= 1


def check(text: str) -> None:
    found = read(text)
    numbers = {item.id for item in found.items}
    starts = [item.start for item in found.items]
    assert starts == sorted(starts)
    assert [item.id for item in found.items] == list(range(1, len(starts) + 1))
    for item in found.items:
        assert 0 <= item.start < item.end <= len(text)
        assert item.start < item.head_end <= item.end
        assert item.text == text[item.start : item.end]
        assert item.parent is None or (item.parent in numbers and item.parent != item.id)
    assert len(to_corpus_json(found)["items"]) == len(found.items)


PIECES = st.sampled_from(
    [
        "一、",
        "（一）",
        "1.",
        "（1）",
        "①",
        "②",
        "一是",
        "二是",
        "第一，",
        "一要",
        "二要",
        "问题1：",
        "关于“",
        "”的问题",
        "存在问题",
        "整改措施：",
        "责任单位：",
        "完成时限：",
        "反馈问题：",
        "2024年6月底前",
        "2024年2月30日前",
        "立行立改",
        "（牵头单位：甲局；完成时限：",
        "）",
        "有的",
        "；",
        "。",
        "，",
        "：",
        "会议强调，",
        "要",
        "必须",
        "已完成",
        "序号\t问题\t整改措施\t责任单位",
        "\n",
        "\r\n",
        "\t",
        "同志们：",
        "整改方案",
        "针对问题9",
        "由18%提高到57%",
        "甲局会同乙局研究提出了意见：",
        "截至目前，已完成3个",
        "“",
        "《",
        "希望学校",
        "附件",
        "- 1 -",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=60).map("".join))
def test_any_text_keeps_spans_and_parents(text: str) -> None:
    check(text)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([LETTER, PLAN, NOTICE, NEWS, OFFICIAL, WRAPPED]), st.integers(0, 400), st.integers(0, 60))
def test_documents_with_a_piece_cut_out_keep_spans_and_parents(text: str, at: int, length: int) -> None:
    check(text[:at] + text[at + length :])


AMONG_PROBLEMS = """关于巡察云岭县数据局党组的反馈意见

根据县委统一部署，县委巡察组对县数据局党组开展了巡察。现将巡察情况反馈如下。
一、数据治理方面存在的问题
1.政务数据共享推进缓慢，2个系统未接入共享平台。
2.推进数据归集不力，3类数据长期未更新。
3.应当公开的目录未公开，请示报告制度执行不严。
4.请示报告不及时，要求落实打折扣。
5.要尽快补齐台账，请于6月底前报送。
6.请县数据局逐项说明。
二、整治形式主义方面存在的突出问题
（一）落实总体要求不到位
1.健全机制不及时，4项制度未修订。
三、着力解决突出问题
1.加快系统接入。
"""


def test_numbered_items_under_a_heading_of_problems_are_findings_unless_they_are_orders() -> None:
    found = read(AMONG_PROBLEMS).items
    problems = {item.text[:6] for item in found if item.type == "finding"}
    assert problems == {"政务数据共享", "推进数据归集", "应当公开的目", "请示报告不及", "健全机制不及"}
    assert {item.text[:4] for item in found if item.type == "directive"} == {"要尽快补", "请县数据", "加快系统"}


def test_at_once_in_a_closing_bracket_is_a_deadline_and_no_unit() -> None:
    [found] = [item for item in read("一、整改要求\n（一）重新开展巡查。（各乡镇负责，立行立改）\n").items if item.lead]
    assert (found.lead, found.support, found.deadline_text) == (("各乡镇",), (), "立行立改")
