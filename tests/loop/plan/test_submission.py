"""The linter at submission: errors stop a plan, warnings stay with the version; who reads what a measure was copied from."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiandi.base import clock
from jiandi.base.errors import RuleBroken
from jiandi.loop.plan import actions, queries
from jiandi.record.accounts import actions as accounts
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Institution, Measure, PlanPart, PlanVersion, Round
from jiandi.record.policy import roles
from jiandi.record.regimes import actions as regimes
from jiandi.record.regimes import queries as regime_queries
from jiandi.record.regimes import schema
from jiandi.record.trail.actor import SYSTEM
from tests.builders import as_actor, give, make_cause, make_finding, make_measure, make_round, make_unit
from tests.cast import Cast

TEXT = "对全局以来的公务接待票据逐张核对，退回超标准费用并向社会公开结果"


def whole(cast: Cast, **fields: Any) -> list[Measure]:
    make_cause(cast.finding)
    prevent = {"kind": "prevent", "horizon": "lasting", "rule_verb": "revise"}
    return [make_measure(cast.finding, **fields), make_measure(cast.finding, text="修订资金拨付办法，每季度抽查", **prevent)]


def submit(cast: Cast, name: str = "head") -> PlanVersion:
    return actions.submit_plan(actor=cast.actor(name), round_id=cast.round.pk, unit_id=cast.bureau.pk)


def weigh(cast: Cast, **levels: str) -> None:
    """The round's regime with other levels of the linter, frozen as its next version."""
    text = schema.seed_texts()["inspection"]
    body = text.split("[lint]")[0] + "[lint]\n" + "".join(f'{code} = "{level}"\n' for code, level in levels.items())
    regime = regime_queries.current("inspection")
    made = regimes.add_version(actor=SYSTEM, text=body, follows=regime.number, reason="试验")
    write.change(cast.round, {"regime_id": made.pk}, actor=SYSTEM, verb="move")
    cast.round.refresh_from_db()


def codes(plan: PlanVersion) -> set[str]:
    return {mark["code"] for mark in plan.marks}


def test_warnings_stop_nobody_and_stay_in_the_version(cast: Cast) -> None:
    whole(cast, text="进一步加强资金管理")
    plan = submit(cast)
    assert {"hollow", "no_effect"} <= codes(plan)
    Measure.objects.update(text="逐笔核对3个项目")
    shown = queries.version_page(cast.actor("clerk"), plan.pk)
    assert any(one.code == "hollow" for one in shown.advice[cast.finding.number])


def test_an_error_of_the_regime_stops_the_plan(cast: Cast) -> None:
    weigh(cast, hollow="error")
    whole(cast, text="进一步加强资金管理")
    with pytest.raises(RuleBroken) as refused:
        submit(cast)
    assert {u.code for u in refused.value.unmet} == {"hollow"}
    assert not PlanVersion.objects.exists()


def test_a_rule_that_is_off_is_not_kept(cast: Cast) -> None:
    weigh(cast, hollow="off", no_effect="off")
    whole(cast, text="进一步加强资金管理")
    assert not {"hollow", "no_effect"} & codes(submit(cast))


def test_who_hands_a_plan_in_does_not_approve_it(cast: Cast) -> None:
    whole(cast)
    give(cast.people["head"], cast.office, roles.CLERK)
    both = as_actor(cast.people["head"])
    plan = actions.submit_plan(actor=both, round_id=cast.round.pk, unit_id=cast.bureau.pk)
    with pytest.raises(RuleBroken, match=r"plan\.person"):
        actions.approve_plan(actor=both, plan_id=plan.pk, opinion="同意", version=plan.version)
    plan.refresh_from_db()
    assert plan.state == "submitted"
    actions.approve_plan(actor=cast.actor("clerk"), plan_id=plan.pk, opinion="同意", version=plan.version)
    assert sorted(PlanPart.objects.values_list("part", flat=True)) == ["made", "signed"]


def test_a_date_before_the_feedback_that_came_from_a_file_stops_the_plan(cast: Cast) -> None:
    whole(cast, due=cast.round.feedback_on - timedelta(days=3))
    with pytest.raises(RuleBroken) as refused:
        submit(cast)
    assert {u.code for u in refused.value.unmet} == {"measure_early"}


def test_approval_holds_the_floor_and_starts_duties(cast: Cast) -> None:
    first, _second = whole(cast, recurs="monthly", recurs_from=clock.today() - timedelta(days=20))
    plan = submit(cast)
    actions.approve_plan(actor=cast.actor("clerk"), plan_id=plan.pk, opinion="", version=plan.version)
    first.refresh_from_db()
    assert (first.not_before, first.recurs_from) == (cast.round.feedback_on, clock.today())


def elsewhere(cast: Cast) -> Measure:
    return make_measure(make_finding(cast.round, cast.stranger), text=TEXT.replace("全局", "全局2023年"))


def said(cast: Cast, name: str, plan: PlanVersion) -> str:
    marks = queries.version_page(cast.actor(name), plan.pk).advice[cast.finding.number]
    return next(one.text for one in marks if one.code == "copied_unit")


def test_a_copy_names_its_source_only_to_those_who_see_it(cast: Cast) -> None:
    elsewhere(cast)
    whole(cast, text=TEXT)
    plan = submit(cast)
    assert cast.stranger.name not in said(cast, "head", plan)
    assert cast.stranger.name in said(cast, "clerk", plan)
    assert cast.stranger.name not in str(plan.marks)


def test_the_original_is_no_copy(cast: Cast) -> None:
    whole(cast, text=TEXT)
    elsewhere(cast)
    assert "copied_unit" not in codes(submit(cast))


def test_what_the_unit_wrote_in_an_earlier_round_is_seen(cast: Cast) -> None:
    before = make_round(cast.city, feedback_on=cast.round.feedback_on - timedelta(days=400))
    make_measure(make_finding(before, cast.bureau), text=TEXT)
    whole(cast, text=TEXT)
    assert "copied_round" in codes(submit(cast))


def test_a_new_rule_where_the_unit_has_one_is_seen(cast: Cast) -> None:
    measure = make_measure(make_finding(cast.round, cast.bureau), text="制定资金拨付管理办法", rule_verb="make")
    write.create(Institution(unit=cast.bureau, title="市水务局资金拨付管理办法"), actor=SYSTEM, verb="add")
    write.change(measure, {"state": "dropped"}, actor=SYSTEM, verb="drop")
    make_cause(cast.finding)
    rule = {"kind": "prevent", "horizon": "lasting", "rule_verb": "make"}
    make_measure(cast.finding, text="制定资金拨付管理办法并每季度抽查", **rule)
    panel = queries.panel(cast.actor("liaison"), cast.finding)
    marks = [one for row in panel.rows for one in row.marks]
    assert [one.code for one in marks] == ["rule_exists"]
    assert "市水务局资金拨付管理办法" in marks[0].text


def test_the_lowest_unit_of_a_branch_does_not_lead_a_common_problem(cast: Cast) -> None:
    station = make_unit("城东水务站", parent=cast.bureau)
    write.change(cast.finding, {"is_common": True}, actor=SYSTEM, verb="flag")
    measure = make_measure(cast.finding, lead=station)
    panel = queries.panel(cast.actor("liaison"), cast.finding)
    assert "lowest_lead" in {one.code for row in panel.rows for one in row.marks if row.measure == measure}
    accounts.add_unit(actor=SYSTEM, name="城东巡查班", parent=station)
    panel = queries.panel(cast.actor("liaison"), cast.finding)
    assert "lowest_lead" not in {one.code for row in panel.rows for one in row.marks}


def test_the_linter_reads_as_much_for_many_findings_as_for_one(cast: Cast) -> None:
    def reads() -> int:
        findings = queries.findings_of_plan(cast.round.pk, cast.bureau.pk)
        measures = queries.measures_by_finding(findings)
        round_ = Round.objects.select_related("regime", "unit").get(pk=cast.round.pk)
        with CaptureQueriesContext(connection) as seen:
            queries.marks_of_plan(round_, findings, measures, None)
        return len(seen)

    whole(cast)
    one = reads()
    for n in range(6):
        make_measure(make_finding(cast.round, cast.bureau), text=f"核对第{n}批账目", rule_verb="make")
    assert reads() <= one + 1


@pytest.mark.long
def test_a_thousand_measures_are_linted_within_a_second(cast: Cast) -> None:
    findings = [make_finding(cast.round, cast.bureau) for _ in range(100)]
    for at in range(1000):
        make_measure(findings[at % 100], text=f"{at}号泵站管护责任逐段落实到人，更换闸门{at}扇并验收，同类泵站一并排查")
    found = queries.findings_of_plan(cast.round.pk, cast.bureau.pk)
    measures = queries.measures_by_finding(found)
    start = time.process_time()
    queries.marks_of_plan(cast.round, found, measures, None)
    assert time.process_time() - start < 1
