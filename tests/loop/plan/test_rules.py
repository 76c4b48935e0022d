"""What a measure gets without typing, what the linter says, and what changed between two plans."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jiandi.base.errors import BadInput
from jiandi.loop.plan import rules
from jiandi.loop.plan.rules import Draft, Known, Terms
from jiandi.record.ledger.models import Measure

FEEDBACK = date(2026, 3, 2)
TERMS = Terms(FEEDBACK, default_days=180, today=date(2026, 4, 1), fix_now_days=30)
KNOWN = Known("time_limited")


def draft(text: str = "追缴多付的3笔资金", **fields: Any) -> Draft:
    given = {"number": 1, "kind": "correct", "horizon": "now", "due": date(2026, 6, 30), "standard": "全部到账", **fields}
    return Draft(text=text, **given)


@pytest.mark.parametrize(
    ("text", "kind", "horizon", "rule_verb"),
    [
        ("制定项目资金拨付管理办法", "prevent", "lasting", "make"),
        ("修订完善公务用车管理制度", "prevent", "lasting", "revise"),
        ("废止与上位法不符的管理规定", "prevent", "lasting", "abolish"),
        ("严格执行会议审批制度", "prevent", "lasting", "enforce"),
        ("对违规人员立案查处", "punish", "now", ""),
        ("举一反三开展自查", "prevent", "now", ""),
        ("建设资金监管信息系统", "reform", "now", ""),
        ("追缴多付款项", "correct", "now", ""),
    ],
)
def test_words_suggest_kind_horizon_and_rule(text: str, kind: str, horizon: str, rule_verb: str) -> None:
    found = rules.defaults_for(text, KNOWN)
    assert (found.kind, found.horizon, found.rule_verb) == (kind, horizon, rule_verb)


def test_a_recurring_duty_enforces_something_lasting() -> None:
    found = rules.defaults_for("核对账目", Known("time_limited", due_recurs=True))
    assert (found.horizon, found.rule_verb) == ("lasting", "enforce")


def test_work_on_site_is_looked_at_on_site() -> None:
    assert rules.defaults_for("拆除违规设施", KNOWN).method == "seen"
    assert rules.defaults_for("核对账目", KNOWN).method == "read"


def test_suggestions_are_choices_of_the_record() -> None:
    assert list(rules.KINDS) == [code for code, _ in Measure.KINDS]
    assert list(rules.HORIZONS) == [code for code, _ in Measure.HORIZONS]


@pytest.mark.parametrize(
    ("text", "day", "recurs"),
    [
        ("6月底前", date(2026, 6, 30), ""),
        ("2026年底前，并长期坚持", date(2026, 12, 31), "standing"),
        ("立行立改", date(2026, 4, 1), ""),
        ("长期坚持", date(2026, 8, 29), "standing"),
        ("每年2月底前", date(2026, 8, 29), "yearly"),
    ],
)
def test_a_deadline_comes_to_its_last_day(text: str, day: date, recurs: str) -> None:
    found = rules.read_due(text, TERMS)
    assert (found.last_day, found.recurs, found.text) == (day, recurs, text)


def test_once_the_days_of_the_class_are_over_they_count_from_today() -> None:
    late = Terms(FEEDBACK, 180, today=date(2026, 12, 1), fix_now_days=30)
    assert rules.read_due("立行立改", late).last_day == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026年2月30日", "impossible"),
        ("尽快", "unread"),
        ("2025年底前", "before_feedback"),
        ("1月底前", "before_feedback"),
        (" ", "missing"),
    ],
)
def test_a_deadline_that_says_nothing_is_refused(text: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        rules.read_due(text, TERMS)
    assert refused.value.code == f"measure.due_{code}"


@pytest.mark.parametrize("text", ["召开专题会议研究部署", "印发通知，传达学习文件精神", "组织学习上级要求"])
def test_meetings_and_documents_are_talk(text: str) -> None:
    assert rules.is_talk(text)


@pytest.mark.parametrize("text", ["追缴多付款项", "召开专题会议，清退超发补贴", "修订管理办法"])
def test_an_act_is_not_talk(text: str) -> None:
    assert not rules.is_talk(text)


@pytest.mark.parametrize("text", ["进一步加强资金管理", "切实提高思想认识，不断强化责任", "全面落实主体责任"])
def test_a_text_without_object_and_number_is_hollow(text: str) -> None:
    assert rules.is_hollow(text)


@pytest.mark.parametrize("text", ["进一步加强资金管理，清退3笔超发补贴", "全面落实主体责任，每季度抽查一次", "核对账目"])
def test_a_text_with_an_act_or_number_is_not_hollow(text: str) -> None:
    assert not rules.is_hollow(text)


def codes(m: Draft, **fields: Any) -> list[str]:
    given = {"finding_standard": "", "klass": "time_limited", "phase_end": date(2026, 9, 2), **fields}
    return [u.code for u in rules.lint_measure(m, **given)]


def test_a_good_measure_gets_no_advice() -> None:
    assert codes(draft()) == []


def test_a_measure_without_any_standard_is_marked() -> None:
    assert codes(draft(standard="")) == ["no_standard"]
    assert codes(draft(standard=""), finding_standard="资金到位") == []


def test_a_deadline_after_the_concentrated_phase_is_marked_unless_it_is_meant() -> None:
    late = draft(due=date(2026, 12, 31))
    assert codes(late) == ["late"]
    assert codes(late, klass="long_term") == []
    assert codes(draft(due=date(2026, 12, 31), recurs="standing")) == []
    assert codes(late, phase_end=None) == []


def test_measures_together_must_act_and_prevent() -> None:
    talk = draft("召开会议研究部署")
    assert [u.code for u in rules.lint_finding([talk], number="1")] == ["only_talk", "no_prevent"]
    assert [u.code for u in rules.lint_finding([talk, draft(kind="prevent")], number="1")] == []
    assert rules.lint_finding([draft()], number="1", needs_prevent=False) == []
    assert rules.lint_finding([], number="1") == []


def test_advice_on_a_line_speaks_of_its_text_alone() -> None:
    assert [u.code for u in rules.lint_text("召开会议进一步加强管理")] == ["hollow", "talk"]
    assert rules.lint_text("追缴3笔资金") == []


def test_coverage_counts_kinds_by_horizon() -> None:
    strip = rules.coverage([("correct", "now"), ("prevent", "lasting"), ("prevent", "lasting")])
    assert {(c.kind, c.horizon): c.count for _word, cells in strip for c in cells if c.count} == {
        ("correct", "now"): 1,
        ("prevent", "lasting"): 2,
    }
    assert [len(cells) for _word, cells in strip] == [4, 4]


def measure(pk: int, **fields: Any) -> dict[str, Any]:
    return {"id": pk, "number": pk, "text": f"措施{pk}", "due": "2026-06-30", "base": "", "target": "", "standard": "到位", **fields}


def body(*findings: tuple[int, list[dict[str, Any]]]) -> dict[str, Any]:
    return {"findings": [{"id": pk, "number": f"N-{pk}", "title": "题", "measures": list(ms)} for pk, ms in findings]}


def numbers(lines: list[dict[str, Any]]) -> list[int]:
    return [line["number"] for line in lines]


def test_everything_in_a_first_plan_is_added() -> None:
    found = rules.difference(None, body((1, [measure(1), measure(2)])))
    assert (numbers(found["added"]), found["dropped"], found["weakened"], found["left"]) == ([1, 2], [], [], [])


def test_what_is_gone_from_a_finding_that_stays_was_dropped() -> None:
    found = rules.difference(body((1, [measure(1), measure(2)])), body((1, [measure(2), measure(3)])))
    assert (numbers(found["added"]), numbers(found["dropped"])) == ([3], [1])


def test_measures_of_a_finding_that_left_were_not_dropped() -> None:
    found = rules.difference(body((1, [measure(1)]), (2, [measure(2)])), body((2, [measure(2)])))
    assert found["dropped"] == []
    assert [line["finding"] for line in found["left"]] == ["N-1"]


def test_a_measure_for_two_findings_is_listed_once() -> None:
    found = rules.difference(None, body((1, [measure(1)]), (2, [measure(1)])))
    assert numbers(found["added"]) == [1]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ({}, {"due": "2026-07-01"}, "due"),
        ({"target": "100"}, {"target": "80"}, "target"),
        ({"target": "100"}, {"target": ""}, "target"),
        ({"base": "30", "target": "0"}, {"base": "30", "target": "5"}, "target"),
        ({}, {"standard": ""}, "standard"),
    ],
)
def test_a_later_date_or_a_lower_target_is_weaker(old: dict[str, str], new: dict[str, str], what: str) -> None:
    found = rules.difference(body((1, [measure(1, **old)])), body((1, [measure(1, **new)])))
    assert [line["what"] for line in found["weakened"]] == [what]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({}, {"due": "2026-05-01"}),
        ({"target": "80"}, {"target": "100"}),
        ({"base": "30", "target": "5"}, {"base": "30", "target": "0"}),
        ({"target": "100"}, {"target": "100.0"}),
    ],
)
def test_an_earlier_date_or_a_higher_target_is_not_weaker(old: dict[str, str], new: dict[str, str]) -> None:
    found = rules.difference(body((1, [measure(1, **old)])), body((1, [measure(1, **new)])))
    assert found["weakened"] == []


def test_a_duty_that_only_recurs_does_not_set_the_day_of_the_finding() -> None:
    early, late = date(2026, 6, 30), date(2027, 6, 30)
    assert rules.latest_due([(early, ""), (late, "yearly")]) == early
    assert rules.latest_due([(late, "yearly")]) == late
    assert rules.latest_due([]) is None
