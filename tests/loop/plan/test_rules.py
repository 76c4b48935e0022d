"""What a measure gets without typing, and from where; dates, recurring duties, and what changed between two plans."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jiandi.base.errors import BadInput
from jiandi.loop.plan import rules
from jiandi.loop.plan.rules import Known, Terms
from jiandi.record.ledger.models import Measure
from jiandi.record.regimes.planning import Fit

FEEDBACK = date(2026, 3, 2)
TERMS = Terms(FEEDBACK, default_days=180, today=date(2026, 4, 1), fix_now_days=30)
KNOWN = Known("time_limited")


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


FITS = (Fit("体制机制", ("机制",), ("reform", "prevent")), Fit("资金", ("资金",), ("correct",)))


@pytest.mark.parametrize(
    ("text", "known", "field", "value", "source"),
    [
        ("修订拨付办法", KNOWN, "rule_verb", "revise", "text"),
        ("核对账目", Known("time_limited", recurs="monthly"), "horizon", "lasting", "date"),
        ("核对账目", Known("fix_now"), "horizon", "now", "class"),
        ("核对账目", Known("time_limited", category="监管机制", fits=FITS), "kind", "reform", "category"),
        ("核对账目", KNOWN, "kind", "correct", "usual"),
        ("核对账目", Known("time_limited", standard="全部到账"), "standard", "全部到账", "finding"),
        ("核对账目", Known("time_limited", category="工程管理"), "method", "seen", "category"),
        ("核对账目", Known("time_limited", head_post=5), "post", 5, "unit"),
        ("核对账目", Known("time_limited", feedback_on=FEEDBACK, default_days=90), "due", date(2026, 5, 31), "class"),
        (
            "核对账目",
            Known("time_limited", feedback_on=FEEDBACK, default_days=90, phase_end=date(2026, 5, 1)),
            "due",
            date(2026, 5, 1),
            "phase",
        ),
        (
            "核对账目",
            Known("long_term", feedback_on=FEEDBACK, default_days=90, phase_end=date(2026, 5, 1)),
            "due",
            date(2026, 5, 31),
            "class",
        ),
        ("核对账目", Known("time_limited", effect_measure="ask"), "effect_measure", "", "finding"),
        ("核对账目", Known("time_limited", effect_measure="ask", effect_per_measure=True), "effect_measure", "ask", "finding"),
    ],
)
def test_each_default_says_from_where_it_comes(text: str, known: Known, field: str, value: object, source: str) -> None:
    found = rules.defaults_for(text, known)
    assert (getattr(found, field), found.sources[field]) == (value, source)


@pytest.mark.parametrize(
    ("known", "effect", "source"),
    [
        (Known("time_limited", title="群众办事排队时间长"), "ask", "finding"),
        (Known("time_limited", title="违规发放补贴"), "act", "finding"),
        (Known("time_limited", title="项目开工率偏低"), "target", "finding"),
        (Known("time_limited", title="会风不实", category="作风建设"), "ask", "category"),
        (Known("fix_now", title="台账缺页"), "act", "class"),
        (Known("time_limited", title="台账缺页"), "sample", "usual"),
    ],
)
def test_one_of_four_effect_measures_is_suggested(known: Known, effect: str, source: str) -> None:
    assert rules.effect_for(known) == (effect, source)


def test_goals_are_usual_at_the_end_of_the_phase_and_of_each_year() -> None:
    days = rules.goal_days(FEEDBACK, date(2028, 6, 30), date(2026, 9, 2))
    assert days == [date(2026, 9, 2), date(2026, 12, 31), date(2027, 12, 31)]
    assert rules.goal_days(FEEDBACK, date(2026, 4, 1), date(2026, 9, 2)) == []


@pytest.mark.parametrize(
    ("recurs", "since", "ends"),
    [
        ("weekly", date(2026, 3, 4), [date(2026, 3, 8), date(2026, 3, 15)]),
        ("weekly", date(2026, 3, 8), [date(2026, 3, 15), date(2026, 3, 22)]),
        ("monthly", date(2026, 1, 31), [date(2026, 2, 28), date(2026, 3, 31)]),
        ("monthly", date(2026, 11, 15), [date(2026, 11, 30), date(2026, 12, 31)]),
        ("quarterly", date(2026, 3, 31), [date(2026, 6, 30), date(2026, 9, 30)]),
        ("half_yearly", date(2026, 2, 1), [date(2026, 6, 30), date(2026, 12, 31)]),
        ("yearly", date(2026, 2, 1), [date(2026, 12, 31), date(2027, 12, 31)]),
        ("standing", date(2026, 2, 1), [date(2026, 3, 31), date(2026, 6, 30)]),
    ],
)
def test_cycles_end_with_their_weeks_months_and_quarters(recurs: str, since: date, ends: list[date]) -> None:
    duty = rules.duty_of(recurs, since, [], today=ends[1])
    assert (*duty.missed, duty.next_due) == tuple(ends)


def test_cycles_that_were_not_kept_are_missed_and_counted_in_a_row() -> None:
    kept = [date(2026, 2, 28), date(2026, 5, 31)]
    duty = rules.duty_of("monthly", date(2026, 1, 31), kept, today=date(2026, 7, 10))
    assert duty.missed == (date(2026, 3, 31), date(2026, 4, 30), date(2026, 6, 30))
    assert (duty.in_a_row, duty.next_due) == (1, date(2026, 7, 31))


def test_the_day_on_which_a_cycle_ends_is_not_missed_yet() -> None:
    assert rules.duty_of("monthly", date(2026, 1, 31), [], today=date(2026, 2, 28)).missed == ()
    assert rules.duty_of("monthly", date(2026, 1, 31), [], today=date(2026, 3, 1)).missed == (date(2026, 2, 28),)


def test_a_cycle_kept_ahead_leads_to_the_next() -> None:
    duty = rules.duty_of("monthly", date(2026, 1, 31), [date(2026, 2, 28)], today=date(2026, 2, 10))
    assert (duty.missed, duty.next_due) == ((), date(2026, 3, 31))
