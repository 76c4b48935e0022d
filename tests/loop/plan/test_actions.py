"""Plans: who writes measures, what stops a plan, what approving does, and that a frozen body stays."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.plan import actions, queries
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Finding, FindingParty, Measure, PlanVersion
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_cause, make_finding, make_item, make_letter, make_unit
from tests.cast import Cast


def due(days: int = 40) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def add(cast: Cast, text: str = "逐个项目核对账目并拨付资金", **fields: Any) -> Measure:
    given = {"finding_id": cast.finding.pk, "lead_id": cast.bureau.pk, "due_text": due(), **fields}
    return actions.add_measure(actor=given.pop("actor", None) or cast.actor("liaison"), text=text, **given)


def whole(cast: Cast) -> list[Measure]:
    """A plan that nothing stands in the way of."""
    make_cause(cast.finding)
    return [add(cast), add(cast, "修订项目资金拨付管理办法，明确拨付时限", due_text=due(60))]


def submit(cast: Cast, name: str = "head") -> PlanVersion:
    return actions.submit_plan(actor=cast.actor(name), round_id=cast.round.pk, unit_id=cast.bureau.pk)


def approve(cast: Cast, plan: PlanVersion, name: str = "clerk") -> PlanVersion:
    return actions.approve_plan(actor=cast.actor(name), plan_id=plan.pk, opinion="同意", version=plan.version)


def codes(error: pytest.ExceptionInfo[RuleBroken]) -> set[str]:
    return {u.code for u in error.value.unmet}


def test_text_lead_and_date_are_enough_for_a_measure(cast: Cast) -> None:
    measure = add(cast, "修订项目资金拨付管理办法")
    assert (measure.kind, measure.horizon, measure.rule_verb, measure.method) == ("prevent", "lasting", "revise", "read")
    assert (measure.state, measure.number, measure.first_due) == ("draft", 1, measure.due)


def test_what_is_chosen_wins_over_what_is_suggested(cast: Cast) -> None:
    measure = add(
        cast, "修订办法", kind="reform", method="redone", rule_verb="", base_value="3", target_value=0, support_ids=[cast.helper.pk]
    )
    assert (measure.kind, measure.method, measure.rule_verb) == ("reform", "redone", "")
    assert [measure.base_value, measure.target_value] == [Decimal(3), Decimal(0)]
    assert [s.unit_id for s in measure.supports.all()] == [cast.helper.pk]


@pytest.mark.parametrize("text", ["2027年2月30日", "2027年13月", "尽快", "", "6个月内"])
def test_a_date_that_cannot_be_read_is_refused_and_named(cast: Cast, text: str) -> None:
    with pytest.raises(BadInput) as refused:
        add(cast, due_text=text)
    assert text in refused.value.sentence()


def test_a_date_before_the_feedback_is_refused(cast: Cast) -> None:
    with pytest.raises(BadInput, match="before_feedback"):
        add(cast, due_text="2020年6月底前")


def test_a_recurring_duty_keeps_its_period_and_gets_the_days_of_its_class(cast: Cast) -> None:
    measure = add(cast, "每季度核对一次账目", due_text="每季度末")
    assert (measure.recurs, measure.horizon) == ("quarterly", "lasting")
    assert measure.due == cast.round.feedback_on + timedelta(days=180)


@pytest.mark.parametrize("name", ["helper", "clerk", "verifier", "member"])
def test_only_the_lead_unit_writes_measures(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        add(cast, actor=cast.actor(name))


def test_a_stranger_does_not_learn_that_the_finding_exists(cast: Cast) -> None:
    with pytest.raises(NotFound):
        add(cast, actor=cast.actor("outsider"))


def test_a_measure_is_not_led_by_a_unit_without_a_part(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="foreign_lead"):
        add(cast, lead_id=cast.stranger.pk)


def test_a_measure_serves_only_findings_of_its_lead(cast: Cast) -> None:
    other = make_finding(cast.round, cast.stranger, supports=(cast.bureau,))
    with pytest.raises((NotAllowed, RuleBroken)):
        add(cast, finding_ids=[other.pk])


def test_a_measure_that_serves_two_findings_is_one_measure(cast: Cast) -> None:
    other = make_finding(cast.round, cast.bureau)
    measure = add(cast, finding_ids=[other.pk])
    assert measure.serves.count() == 2
    assert Measure.objects.count() == 1


def test_a_draft_changes_and_a_stale_hand_loses(cast: Cast) -> None:
    measure = add(cast)
    changed = actions.change_measure(actor=cast.actor("liaison"), measure_id=measure.pk, version=1, text="逐笔核对", due_text=due(20))
    assert (changed.text, changed.first_due) == ("逐笔核对", clock.today() + timedelta(days=20))
    with pytest.raises(Conflict):
        actions.change_measure(actor=cast.actor("liaison"), measure_id=measure.pk, version=1, text="x")


def test_an_approved_measure_does_not_change(cast: Cast) -> None:
    measure = whole(cast)[0]
    approve(cast, submit(cast))
    measure.refresh_from_db()
    with pytest.raises(RuleBroken, match=r"measure\.approved"):
        actions.change_measure(actor=cast.actor("liaison"), measure_id=measure.pk, version=measure.version, due_text=due(300))


def test_a_unit_drops_its_draft_with_a_reason(cast: Cast) -> None:
    measure = add(cast)
    with pytest.raises(RuleBroken):
        actions.drop_measure(actor=cast.actor("liaison"), measure_id=measure.pk, reason=" ", version=1)
    measure.refresh_from_db()
    dropped = actions.drop_measure(actor=cast.actor("liaison"), measure_id=measure.pk, reason="重复", version=measure.version)
    assert dropped.state == "dropped"


def test_an_approved_measure_is_dropped_by_an_approved_change_alone(cast: Cast) -> None:
    first, extra = whole(cast)[0], add(cast, "核对往来账目")
    approve(cast, submit(cast))
    for measure in (first, extra):
        measure.refresh_from_db()
    for name in ("head", "liaison"):
        with pytest.raises(RuleBroken, match=r"measure\.approved"):
            actions.drop_measure(actor=cast.actor(name), measure_id=extra.pk, reason="重复", version=extra.version)
    with pytest.raises(NotAllowed):
        actions.drop_measure(actor=cast.actor("director"), measure_id=first.pk, reason="重复", version=first.version)


def test_an_incomplete_plan_is_refused_with_every_reason(cast: Cast) -> None:
    letter = make_letter(cast.round)
    make_item(letter, "未办事项", unit=cast.bureau)
    make_item(letter, "别人的事项", unit=cast.stranger)
    make_finding(cast.round, cast.bureau, standard="")
    add(cast)
    with pytest.raises(RuleBroken) as refused:
        submit(cast)
    assert codes(refused) == {"letter_item", "cause", "now", "lasting", "prevent"}
    assert [u.params["item"] for u in refused.value.unmet if u.code == "letter_item"] == ["未办事项"]


@pytest.mark.parametrize("name", ["liaison", "clerk", "helper"])
def test_only_the_head_hands_in(cast: Cast, name: str) -> None:
    whole(cast)
    with pytest.raises((NotAllowed, NotFound)):
        submit(cast, name)


def test_a_plan_without_anything_new_is_not_handed_in(cast: Cast) -> None:
    whole(cast)
    approve(cast, submit(cast))
    with pytest.raises(RuleBroken, match="nothing_new"):
        submit(cast)


def test_a_plan_under_review_is_locked_until_taken_back(cast: Cast) -> None:
    whole(cast)
    plan = submit(cast)
    for change in (lambda: add(cast), lambda: submit(cast)):
        with pytest.raises(RuleBroken, match="under_review"):
            change()
    actions.take_back_plan(actor=cast.actor("head"), plan_id=plan.pk, version=plan.version)
    assert add(cast).number == 3


def test_approving_moves_measures_and_finding_and_gives_parts(cast: Cast) -> None:
    finding = make_finding(cast.round, cast.bureau, due=None)
    below = make_unit("水务局工程科", cast.bureau)
    make_cause(finding)
    ids: dict[str, Any] = {"finding_id": finding.pk}
    add(cast, **ids, due_text=due(50), standard="", lead_id=below.pk, support_ids=[cast.stranger.pk])
    add(cast, "修订管理办法", **ids, due_text=due(30))
    add(cast, "每月核对", **ids, due_text="每月10日前")
    whole(cast)
    plan = approve(cast, submit(cast))
    finding.refresh_from_db()
    latest = clock.today() + timedelta(days=50)
    assert (plan.state, finding.state, finding.due, finding.first_due) == ("approved", "planned", latest, latest)
    assert {m.state for m in finding.measures.all()} == {"planned"}
    assert all(m.standard for m in finding.measures.all())
    parts = set(FindingParty.objects.filter(finding=finding).values_list("part", "unit_id"))
    assert {("support", cast.stranger.pk), ("share", below.pk)} <= parts


def test_approving_never_moves_the_first_date(cast: Cast) -> None:
    first = cast.finding.first_due
    whole(cast)
    approve(cast, submit(cast))
    cast.finding.refresh_from_db()
    assert (cast.finding.first_due, cast.finding.due) == (first, first)


def test_a_leading_group_member_may_approve_and_the_unit_may_not(cast: Cast) -> None:
    whole(cast)
    plan = submit(cast)
    for name in ("head", "supervisor"):
        with pytest.raises(NotAllowed):
            approve(cast, plan, name)
    assert approve(cast, plan, "member").state == "approved"


def test_a_stale_approval_loses(cast: Cast) -> None:
    whole(cast)
    plan = submit(cast)
    with pytest.raises(Conflict):
        actions.approve_plan(actor=cast.actor("clerk"), plan_id=plan.pk, opinion="", version=9)


def test_what_changed_after_handing_in_is_not_approved(cast: Cast) -> None:
    whole(cast)
    plan = submit(cast)
    write.change(cast.finding, {"standard": "别的标准"}, actor=SYSTEM, verb="edit")
    with pytest.raises(RuleBroken, match="changed_since"):
        approve(cast, plan)
    assert PlanVersion.objects.get(pk=plan.pk).state == "submitted"


def test_returning_needs_an_opinion_and_the_next_version_shows_its_differences(cast: Cast) -> None:
    first, second = whole(cast)
    plan = submit(cast)
    with pytest.raises(RuleBroken):
        actions.return_plan(actor=cast.actor("clerk"), plan_id=plan.pk, opinion="", version=plan.version)
    plan.refresh_from_db()
    actions.return_plan(actor=cast.actor("clerk"), plan_id=plan.pk, opinion="请补充", version=plan.version)
    first.refresh_from_db()
    second.refresh_from_db()
    actions.change_measure(actor=cast.actor("liaison"), measure_id=second.pk, version=second.version, due_text=due(90))
    actions.drop_measure(actor=cast.actor("liaison"), measure_id=first.pk, reason="合并", version=first.version)
    third = add(cast, "核对三个项目账目")
    found = submit(cast)
    assert found.number == 2
    assert [m["number"] for m in found.difference["added"]] == [third.number]
    assert [m["number"] for m in found.difference["dropped"]] == [first.number]
    assert [(m["number"], m["what"]) for m in found.difference["weakened"]] == [(second.number, "due")]


def test_a_frozen_body_stays_what_it_was(cast: Cast) -> None:
    measure = whole(cast)[0]
    plan = approve(cast, submit(cast))
    frozen = PlanVersion.objects.get(pk=plan.pk)
    before = frozen.body
    measure.refresh_from_db()
    write.change(measure, {"text": "改过的措施"}, actor=SYSTEM, verb="edit")
    frozen.refresh_from_db()
    assert frozen.body == before
    assert queries.is_intact(frozen)
    assert queries.body(frozen)["findings"][0]["measures"][0]["text"] == "逐个项目核对账目并拨付资金"


def test_an_altered_body_is_noticed_and_not_shown(cast: Cast) -> None:
    whole(cast)
    plan = submit(cast)
    PlanVersion.objects.filter(pk=plan.pk).update(body=plan.body.replace("拨付", "拔付", 1))
    plan.refresh_from_db()
    assert not queries.is_intact(plan)
    with pytest.raises(RuleBroken, match="altered"):
        queries.body(plan)


def test_after_reopening_the_old_measure_says_why_it_did_not_hold(cast: Cast) -> None:
    measure = whole(cast)[0]
    approve(cast, submit(cast))
    finding = Finding.objects.get(pk=cast.finding.pk)
    write.change(finding, {"state": "reopened"}, actor=SYSTEM, verb="reopen")
    with pytest.raises(RuleBroken) as refused:
        submit(cast)
    assert codes(refused) == {"again"}
    measure.refresh_from_db()
    why = {"why_again": "未盯住季度核对"}
    actions.change_measure(actor=cast.actor("liaison"), measure_id=measure.pk, version=measure.version, **why)
    assert approve(cast, submit(cast)).number == 2


def test_new_measures_of_a_running_finding_go_into_the_next_version(cast: Cast) -> None:
    whole(cast)
    approve(cast, submit(cast))
    extra = add(cast, "追缴多付款项")
    plan = submit(cast)
    assert [m["number"] for m in plan.difference["added"]] == [extra.number]
    assert not plan.difference["dropped"]
    approve(cast, plan)
    extra.refresh_from_db()
    assert extra.state == "planned"


def test_a_flagged_finding_needs_a_second_why(cast: Cast) -> None:
    whole(cast)
    write.change(cast.finding, {"is_recurring": True}, actor=SYSTEM, verb="edit")
    with pytest.raises(RuleBroken) as refused:
        submit(cast)
    assert codes(refused) == {"cause_depth"}


def test_the_plan_of_the_round_waits_for_every_item_of_the_letter(cast: Cast) -> None:
    item = make_item(make_letter(cast.round), "未办事项")
    with pytest.raises(RuleBroken) as refused:
        actions.submit_round_plan(actor=cast.actor("clerk"), round_id=cast.round.pk)
    assert codes(refused) == {"letter_item", "no_plan"}
    write.change(item, {"state": "covered"}, actor=SYSTEM, verb="cover")
    whole(cast)
    approve(cast, submit(cast))
    with pytest.raises(NotAllowed):
        actions.submit_round_plan(actor=cast.actor("head"), round_id=cast.round.pk)
    plan = actions.submit_round_plan(actor=cast.actor("clerk"), round_id=cast.round.pk)
    assert plan.unit_id is None
    assert [p["unit"] for p in queries.body(plan)["plans"]] == ["市水务局"]
    with pytest.raises(NotAllowed):
        approve(cast, plan, "clerk")
    assert approve(cast, plan, "member").state == "approved"


def test_standard_and_effect_measure_belong_to_the_plan(cast: Cast) -> None:
    actor, pk = cast.actor("liaison"), cast.finding.pk
    found = actions.set_standard(actor=actor, finding_id=pk, standard="全部到账", version=1)
    found = actions.set_effect_measure(actor=actor, finding_id=pk, effect_measure="target", version=found.version)
    assert (found.standard, found.effect_measure) == ("全部到账", "target")
    with pytest.raises(BadInput):
        actions.set_effect_measure(actor=actor, finding_id=pk, effect_measure="guess", version=found.version)
    with pytest.raises(NotAllowed):
        actions.set_standard(actor=cast.actor("helper"), finding_id=pk, standard="x", version=found.version)
    whole(cast)
    approve(cast, submit(cast))
    found.refresh_from_db()
    with pytest.raises(RuleBroken, match=r"plan\.approved"):
        actions.set_effect_measure(actor=actor, finding_id=pk, effect_measure="none", version=found.version)


def test_only_classes_that_allow_it_are_excused(cast: Cast) -> None:
    actor = cast.actor("liaison")
    with pytest.raises(RuleBroken, match="no_excuse"):
        actions.set_excuse(actor=actor, finding_id=cast.finding.pk, excuse="一次性问题", version=1)
    now = make_finding(cast.round, cast.bureau, klass="fix_now")
    make_cause(now)
    add(cast, finding_id=now.pk)
    actions.set_excuse(actor=actor, finding_id=now.pk, excuse="一次性问题", version=now.version)
    whole(cast)
    assert submit(cast).state == "submitted"


def test_dates_are_read_with_the_year_of_the_feedback(cast: Cast) -> None:
    write.change(cast.round, {"feedback_on": date(2026, 3, 2)}, actor=SYSTEM, verb="change")
    assert add(cast, due_text="6月底前").due == date(2026, 6, 30)
