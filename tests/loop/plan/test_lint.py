"""The linter: what each rule says, what it leaves alone, and how much it weighs."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from jiandi.base.text.words import Word
from jiandi.loop.plan import rules
from jiandi.loop.plan.rules import Case, Draft, Like, Mark
from jiandi.record.regimes.planning import Fit, Lint

ALL = Lint(**{one.name: "warning" for one in fields(Lint)})  # type: ignore[arg-type]


def draft(text: str = "追缴多付的3笔资金并逐项排查同类问题", **given: Any) -> Draft:
    base = {"number": 1, "kind": "correct", "horizon": "now", "due": date(2026, 6, 30), "standard": "全部到账"}
    return Draft(text=text, **{**base, **given})


PREVENT = draft("每季度抽查一次", number=2, kind="prevent")


def case(*measures: Draft, **given: Any) -> Case:
    base: dict[str, Any] = {"number": "XC-1", "effect_measure": "target", "phase_end": date(2026, 9, 2)}
    return Case(measures=measures, **{**base, **given})


def marks(*measures: Draft, **given: Any) -> list[Mark]:
    return rules.lint_finding(case(*measures, **given), ALL)


def codes(*measures: Draft, **given: Any) -> list[str]:
    return [mark.code for mark in marks(*measures, **given)]


def test_every_rule_has_a_level_and_every_level_a_rule() -> None:
    assert {rule.code for rule in rules.RULES} == {one.name for one in fields(Lint)}


def test_a_good_plan_gets_no_mark() -> None:
    assert codes(draft(), PREVENT) == []


def test_no_measures_say_nothing() -> None:
    assert codes() == []


def test_a_rule_that_is_off_is_silent_and_an_error_comes_first() -> None:
    bad = case(draft("进一步加强资金管理", standard=""), PREVENT)
    levels = replace(ALL, hollow="off", no_standard="error")
    assert [(m.code, m.level) for m in rules.lint_finding(bad, levels)] == [("no_standard", "error")]
    assert [m.code for m in rules.lint_finding(bad, replace(ALL, no_standard="error"))] == ["no_standard", "hollow"]


def test_a_sentence_says_what_is_missing_and_why_it_matters() -> None:
    for mark in marks(draft("进一步加强资金管理", standard="")):
        assert ", so " in mark.text or "; " in mark.text


@pytest.mark.parametrize("texts", [["召开会议研究部署"], ["印发通知", "组织学习"]])
def test_only_meetings_and_documents(texts: list[str]) -> None:
    talk = [draft(text, number=n, kind="prevent") for n, text in enumerate(texts, 1)]
    assert "only_talk" in codes(*talk)
    assert "only_talk" not in codes(*talk, draft("追缴3笔资金", number=9))


def test_nothing_prevents_unless_excused_or_not_asked() -> None:
    assert codes(draft()) == ["no_prevent"]
    assert codes(draft(), excuse="一次性事项") == []
    assert codes(draft(), needs_prevent=False) == []


def test_a_measure_inherits_the_standard() -> None:
    assert codes(draft(standard=""), PREVENT) == ["no_standard"]
    assert codes(draft(standard=""), PREVENT, standard="资金到位") == []


def test_a_deadline_after_the_phase_is_marked_unless_it_is_meant() -> None:
    late = draft(due=date(2026, 12, 31))
    assert codes(late, PREVENT) == ["late"]
    assert codes(replace(late, has_goals=True), PREVENT, klass="long_term") == []
    assert codes(replace(late, recurs="standing"), PREVENT) == []
    assert codes(late, PREVENT, phase_end=None) == []
    assert codes(draft(due=date(2026, 9, 2)), PREVENT) == []


FITS = (Fit("体制机制", ("机制",), ("reform", "prevent")), Fit("作风", ("作风",), ("punish", "correct")))


def test_kinds_fit_the_category_and_a_missing_punish_is_never_a_fault() -> None:
    assert codes(draft(), PREVENT, category="监管机制", fits=FITS) == ["kind_missing"]
    assert codes(draft(kind="reform"), PREVENT, category="监管机制", fits=FITS) == []
    assert codes(draft(), PREVENT, category="作风建设", fits=FITS) == []
    assert codes(draft("进一步转变3个窗口作风，检查到位", kind="reform"), PREVENT, category="作风建设", fits=FITS) == ["kind_missing"]
    assert codes(draft(), PREVENT, category="其他", title="监管机制不全", fits=FITS) == []
    assert codes(draft(), PREVENT, category="", title="监管机制不全", fits=FITS) == ["kind_missing"]


def test_a_missing_punish_is_never_a_fault_in_any_regime_row() -> None:
    only = (Fit("作风", ("作风",), ("punish",)),)
    assert codes(draft(), PREVENT, category="作风", fits=only) == []


def test_mending_the_example_alone_is_marked() -> None:
    instance, prevent = draft("追缴该项目多付的3笔资金"), draft("严格执行拨付办法", number=2, kind="prevent")
    assert codes(instance, prevent) == ["instance_only"]
    assert codes(instance, replace(prevent, text="举一反三，对全市项目开展排查")) == []
    assert codes(instance, prevent, is_checked_elsewhere=True) == []
    assert codes(instance, prevent, excuse="一次性事项") == []
    assert codes(draft("核对账目"), prevent) == []


def test_a_rule_made_reaches_beyond_the_example_but_not_for_a_common_problem() -> None:
    instance, rule = draft("追缴该项目多付的3笔资金"), draft("修订拨付办法", number=2, kind="prevent")
    assert codes(instance, rule) == []
    assert codes(instance, rule, is_common=True) == ["instance_only"]


CITY, BUREAU, STATION = "0001", "00010001", "000100010001"


def test_a_lowest_lead_of_a_common_problem_is_marked() -> None:
    low = draft(lead="水务站", lead_path=STATION, is_lowest=True)
    assert codes(low, PREVENT, is_common=True) == ["lowest_lead"]
    assert codes(low, PREVENT) == []
    assert codes(replace(low, is_lowest=False), PREVENT, is_common=True) == []
    above = replace(PREVENT, lead="水务局", lead_path=BUREAU)
    assert codes(low, above, is_common=True) == []


def test_a_lowest_lead_under_a_cause_of_a_higher_unit_is_marked_with_its_owner() -> None:
    low = draft(lead="水务站", lead_path=STATION, is_lowest=True)
    found = marks(low, PREVENT, owners=(("水务站", STATION), ("水务局", BUREAU)))
    assert [(m.code, m.params["owner"]) for m in found] == [("lowest_lead", "水务局")]
    assert codes(low, PREVENT, owners=(("水务站", STATION), ("财政局", "00010002"))) == []


@pytest.mark.parametrize("code", ["copied_unit", "copied_round"])
def test_a_copy_is_marked_without_naming_its_source(code: str) -> None:
    found = marks(draft(likes={code: Like("measure", 7)}), PREVENT)
    assert [m.code for m in found] == [code]
    assert found[0].like == Like("measure", 7)
    assert "{unit}" not in found[0].text
    assert "{round}" not in found[0].text


def test_a_new_rule_where_one_exists_is_marked_only_where_one_is_made() -> None:
    likes = {"rule_exists": Like("rule", 3)}
    assert codes(draft("制定公务用车管理办法", rule_verb="make", likes=likes), PREVENT) == ["rule_exists"]
    assert codes(draft("修订公务用车管理办法", rule_verb="revise", likes=likes), PREVENT) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("制定公务用车管理办法", {1: 7}),
        ("出台《市水务局公务用车管理办法》", {1: 7}),
        ("制定公务接待管理办法", {}),
        ("追缴资金", {}),
    ],
)
def test_a_rule_of_nearly_the_same_title_is_found(text: str, found: dict[int, int]) -> None:
    known = {7: "市水务局公务用车管理办法（试行）", 8: "河道巡查制度", 9: "会议费报销规定"}
    assert rules.rule_exists.existing({1: text}, known) == found


def test_a_copy_is_later_and_figures_do_not_hide_it() -> None:
    text = "对全局2023年以来的公务接待票据逐张核对，退回超标准费用3.2万元并公开结果"
    other = text.replace("2023", "2024").replace("3.2", "8")
    assert rules.copied.copies({10: other}, [(4, text)]) == {10: 4}
    assert rules.copied.copies({3: other}, [(4, text)]) == {}
    assert rules.copied.copies({10: "退回票据"}, [(4, "退回票据")]) == {}
    assert rules.copied.copies({10: "对河道沿线排污口逐个登记造册，封堵12处并恢复岸线植被"}, [(4, text)]) == {}


def test_how_the_effect_is_seen_and_goals_of_what_is_long_term() -> None:
    assert codes(draft(), PREVENT, effect_measure="") == ["no_effect"]
    assert codes(draft(), PREVENT, klass="long_term") == ["no_goal"]


def test_while_typing_only_the_line_is_spoken_of() -> None:
    typed = draft("进一步加强管理", number="", is_typed=True)
    whole = case(draft("切实提高认识", number=1, standard=""), typed, effect_measure="")
    assert [m.code for m in rules.lint_line(whole, ALL)] == ["hollow"]
    talk = draft("召开会议", number="", is_typed=True)
    assert [m.code for m in rules.lint_line(case(talk), ALL)] == ["only_talk"]


def test_a_mark_reads_the_same_after_the_version_kept_it() -> None:
    found = marks(draft(likes={"copied_unit": Like("measure", 7)}), category="监管机制", fits=FITS)
    assert [rules.from_stored(one.as_stored()) for one in found] == found
    kept = next(rules.from_stored(m.as_stored()) for m in found if m.code == "kind_missing")
    assert isinstance(kept.params["kind"], Word)


@pytest.mark.parametrize("text", ["", "\x00\u202e", "进一步" * 5000, "{number}{unit}", "（" * 3000])
def test_hostile_texts_break_nothing(text: str) -> None:
    for mark in marks(draft(text, number=1)):
        assert mark.unmet().sentence()
