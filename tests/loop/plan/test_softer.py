"""Softer words: each comparison by itself, and how often the whole is right on invented pairs."""

from __future__ import annotations

import pytest

from jiandi.loop.plan import rules
from jiandi.loop.plan.rules.softer import softer
from tests.loop.plan import softer_pairs as pairs


def kinds(before: str, after: str) -> set[str]:
    return {one.kind for one in softer(before, after)}


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("完成12座泵站改造", "推进12座泵站改造", "word"),
        ("杜绝公款旅游", "减少公款旅游", "word"),
        ("每月通报", "每季度通报", "word"),
        ("年底前建成管网", "年底前力争建成管网", "hedge"),
        ("补齐档案83份", "补齐档案", "number"),
        ("10个工作日内办结", "30个工作日内办结", "number"),
        ("满意率达到95%", "满意率达到85%", "number"),
        ("按《验收规程》组织验收", "组织验收", "object"),
        ("修订采购、招标、合同制度", "修订采购制度", "object"),
        ("拆除违建", "召开整治会议", "object"),
    ],
)
def test_each_way_of_asking_for_less_is_named(before: str, after: str, kind: str) -> None:
    assert kind in kinds(before, after)


@pytest.mark.parametrize("text", ["", "。", "2026年6月底前完成", "《》", "、、", "１２座"])
def test_the_same_words_are_never_softer(text: str) -> None:
    assert softer(text, text) == ()


def test_a_date_is_no_number() -> None:
    assert softer("2026年6月30日前办结", "2026年5月31日前办结") == ()


def test_the_pairs_written_with_it_are_all_told_apart() -> None:
    assert not [pair for pair in pairs.SOFTER if not softer(*pair)]
    assert not [pair for pair in pairs.NOT_SOFTER if softer(*pair)]


def test_of_the_pairs_in_other_words_none_is_a_false_alarm_and_eight_of_eighteen_are_found() -> None:
    """What docs/use says of it; a change that finds fewer, or cries wolf, is seen here."""
    assert not [pair for pair in pairs.LATER_NOT_SOFTER if softer(*pair)]
    assert sum(bool(softer(*pair)) for pair in pairs.LATER_SOFTER) >= 8


def measure(pk: int = 1, **fields: object) -> dict[str, object]:
    plain = {"id": pk, "number": pk, "text": "拨付资金", "lead": "市水务局", "supports": [], "due": "2026-06-30", "standard": "全部到位"}
    return {**plain, "indicator": "", "target": "", "base": "", "kind": "correct", "horizon": "now", **fields}


def body(*measures: dict[str, object]) -> dict[str, object]:
    return {"findings": [{"id": 1, "number": "XS2026-01-001", "title": "资金滞留", "measures": list(measures)}]}


def test_softer_words_of_text_and_standard_are_weakened() -> None:
    found = rules.difference(body(measure()), body(measure(text="协调拨付资金", standard="基本到位")))
    assert {one["what"] for one in found["weakened"]} == {"words", "standard_words"}
    assert all(one["why"] for one in found["weakened"])


def test_side_by_side_holds_each_measure_once() -> None:
    old = body(measure(1), measure(2), measure(3), measure(4))
    new = body(measure(1), measure(3, due="2026-09-30"), measure(4, lead="市财政局"), measure(5))
    assert [(p.number, p.kind) for p in rules.side_by_side(old, new)] == [
        (1, "same"), (2, "dropped"), (3, "weakened"), (4, "changed"), (5, "added"),
    ]  # fmt: skip


def test_a_measure_whose_finding_left_the_plan_is_not_dropped() -> None:
    other = {"findings": [{"id": 2, "number": "XS2026-01-002", "title": "别的问题", "measures": []}]}
    assert [p.kind for p in rules.side_by_side(body(measure()), other)] == ["left"]
    assert [p.kind for p in rules.side_by_side(body(measure()), body())] == ["dropped"]
