"""After approval only an approved change alters a measure; what it drops or weakens is listed for the leading group."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.interfaces.desk import waiting
from jiandi.loop.plan import actions, queries
from jiandi.record.ledger import plans, write
from jiandi.record.ledger.models import Measure, PlanChange, PlanVersion
from jiandi.record.trail.actor import SYSTEM
from tests.cast import Cast
from tests.loop.plan.plan_makers import add, approve, approved, due, submit, whole


def ask(cast: Cast, measure: Measure, name: str = "liaison", **changes: Any) -> PlanChange:
    measure.refresh_from_db()
    given = {"reason": "工程量核减", "version": measure.version, **changes}
    return actions.ask_change(actor=cast.actor(name), measure_id=measure.pk, **given)


def test_an_asked_change_alters_nothing_before_its_version_is_approved(cast: Cast) -> None:
    first, _second = approved(cast)
    before = (first.text, first.due)
    ask(cast, first, text="推进项目账目核对", due_text=due(90))
    first.refresh_from_db()
    assert (first.text, first.due) == before
    plan = submit(cast)
    first.refresh_from_db()
    assert (first.text, first.due) == before
    approve(cast, plan)
    first.refresh_from_db()
    assert (first.text, first.due) == ("推进项目账目核对", date.fromisoformat(due(90)))


def test_the_first_date_never_changes_and_the_finding_ends_with_its_latest_measure(cast: Cast) -> None:
    first, _second = approved(cast)
    agreed = first.first_due
    cast.finding.refresh_from_db()
    once = cast.finding.first_due
    ask(cast, first, due_text=due(90))
    approve(cast, submit(cast))
    first.refresh_from_db()
    cast.finding.refresh_from_db()
    assert (first.first_due, cast.finding.first_due) == (agreed, once)
    assert first.due == cast.finding.due == date.fromisoformat(due(90))


def test_lead_standard_and_target_change_the_same_way(cast: Cast) -> None:
    first, _second = approved(cast)
    ask(cast, first, lead_id=cast.helper.pk, standard="账实相符", target_value="80")
    approve(cast, submit(cast))
    first.refresh_from_db()
    assert (first.lead_id, first.standard, first.target_value) == (cast.helper.pk, "账实相符", Decimal(80))


def test_a_version_shows_what_a_change_weakens_and_drops_for_the_group(cast: Cast) -> None:
    first, _second = approved(cast)
    extra = add(cast, "核对往来账目")
    approve(cast, submit(cast))
    ask(cast, first, text="推进126个项目账目核对")
    ask(cast, extra, drop=True, reason="与第一项重复")
    plan = submit(cast)
    assert [one["number"] for one in plan.difference["dropped"]] == [extra.number]
    assert [one["what"] for one in plan.difference["weakened"]] == ["words"]
    assert plans.weakened(cast.actor("member"), cast.round) == []
    approve(cast, plan)
    extra.refresh_from_db()
    assert extra.state == "dropped"
    found = plans.weakened(cast.actor("member"), cast.round)
    assert {(one.what, one.reason) for one in found} == {("dropped", "与第一项重复"), ("words", "工程量核减")}
    assert any("weakened" in w.url for w in waiting.for_actor(cast.actor("member"), cast.round.pk))
    assert plans.weakened(cast.actor("outsider"), cast.round) == []


def test_the_first_approved_version_weakens_nothing(cast: Cast) -> None:
    made = whole(cast)
    plan = submit(cast)
    actions.return_plan(actor=cast.actor("clerk"), plan_id=plan.pk, opinion="时限过紧", version=plan.version)
    measure = Measure.objects.get(pk=made[0].pk)
    actions.change_measure(actor=cast.actor("liaison"), measure_id=measure.pk, version=measure.version, text="推进项目账目核对")
    approve(cast, submit(cast))
    assert plans.weakened(cast.actor("member"), cast.round) == []


@pytest.mark.parametrize("field", ["text", "due_text", "lead_id", "standard", "target_value"])
def test_no_other_action_alters_an_approved_measure(cast: Cast, field: str) -> None:
    first, _second = approved(cast)
    value = {"text": "推进", "due_text": due(99), "lead_id": cast.helper.pk, "standard": "基本到位", "target_value": 1}[field]
    with pytest.raises(RuleBroken, match=r"measure\.approved"):
        actions.change_measure(actor=cast.actor("liaison"), measure_id=first.pk, version=first.version, **{field: value})


def test_a_measure_that_also_serves_a_finding_under_way_keeps_its_standard_when_the_other_comes_back(cast: Cast) -> None:
    first, _second = approved(cast)
    write.change(first, {"state": "done", "done_on": clock.today()}, actor=SYSTEM, verb="accept")
    with pytest.raises(RuleBroken):
        actions.change_measure(
            actor=cast.actor("liaison"), measure_id=first.pk, version=first.version, standard="更严的标准", why_again="未核实"
        )


def test_only_the_lead_asks_and_says_why(cast: Cast) -> None:
    first, _second = approved(cast)
    for name in ("clerk", "verifier"):
        with pytest.raises(NotAllowed):
            ask(cast, first, name, text="推进")
    with pytest.raises(NotFound):
        ask(cast, first, "outsider", text="推进")
    with pytest.raises(BadInput, match="reason"):
        ask(cast, first, text="推进", reason="  ")
    with pytest.raises(BadInput, match="nothing"):
        ask(cast, first, text=first.text)
    with pytest.raises(Conflict):
        ask(cast, first, text="推进", version=77)
    with pytest.raises(BadInput):
        ask(cast, first, text=" ")


def test_a_measure_has_one_open_change_and_a_draft_none(cast: Cast) -> None:
    first, _second = approved(cast)
    change = ask(cast, first, text="推进")
    with pytest.raises(RuleBroken, match="open"):
        ask(cast, first, text="研究")
    actions.take_back_change(actor=cast.actor("liaison"), change_id=change.pk, version=change.version)
    ask(cast, first, text="研究")
    with pytest.raises(RuleBroken, match="state"):
        ask(cast, add(cast, "核对往来账目"), text="研究")


def test_a_later_date_is_refused_once_the_measure_is_overdue(cast: Cast) -> None:
    first, _second = approved(cast)
    with clock.at(clock.now() + timedelta(days=50)), pytest.raises(RuleBroken, match="overdue"):
        ask(cast, first, due_text="2028年6月底前")


def test_what_the_plan_needs_is_not_dropped(cast: Cast) -> None:
    first, _second = approved(cast)
    with pytest.raises(RuleBroken) as refused:
        ask(cast, first, drop=True)
    assert {u.code for u in refused.value.unmet} == {"now"}


def test_nothing_is_asked_or_taken_back_while_the_plan_is_under_review(cast: Cast) -> None:
    first, second = approved(cast)
    change = ask(cast, first, text="推进")
    submit(cast)
    with pytest.raises(RuleBroken, match="under_review"):
        ask(cast, second, text="研究")
    with pytest.raises(RuleBroken, match="under_review"):
        actions.take_back_change(actor=cast.actor("liaison"), change_id=change.pk, version=change.version)


def test_a_measure_claimed_meanwhile_stops_the_approval(cast: Cast) -> None:
    first, _second = approved(cast)
    ask(cast, first, text="推进")
    plan = submit(cast)
    write.change(Measure.objects.get(pk=first.pk), {"state": "claimed"}, actor=SYSTEM, verb="claim")
    with pytest.raises(RuleBroken, match="overtaken"):
        approve(cast, plan)
    assert PlanVersion.objects.get(pk=plan.pk).state == "submitted"


def test_a_returned_change_stays_asked_and_goes_with_the_next_version(cast: Cast) -> None:
    first, _second = approved(cast)
    change = ask(cast, first, text="推进126个项目账目核对")
    plan = submit(cast)
    actions.return_plan(actor=cast.actor("clerk"), plan_id=plan.pk, opinion="理由不足", version=plan.version)
    approve(cast, submit(cast))
    change.refresh_from_db()
    assert (change.state, change.plan.number if change.plan else 0) == ("applied", 3)
    assert [c.pk for c in queries.changes_of(PlanVersion.objects.get(number=3))] == [change.pk]


def test_who_asked_for_the_change_does_not_approve_it(cast: Cast) -> None:
    first, _second = approved(cast)
    change = ask(cast, first, text="推进")
    PlanChange.objects.filter(pk=change.pk).update(asked_by=f"user:{cast.people['clerk'].pk}")
    plan = submit(cast)
    with pytest.raises(RuleBroken, match="person"):
        approve(cast, plan)
    approve(cast, plan, "director")


def test_a_duty_and_an_old_date_change_with_the_plan(cast: Cast) -> None:
    """The date of an old ledger may lie before the feedback: what was first agreed stays, and stops no later change."""
    first, _second = approved(cast)
    early = cast.round.feedback_on - timedelta(days=30)
    Measure.objects.filter(pk=first.pk).update(first_due=early, not_before=None)
    ask(cast, first, due_text="长期坚持")
    approve(cast, submit(cast))
    first.refresh_from_db()
    assert (first.first_due, first.not_before, first.recurs) == (early, None, "standing")
    assert first.recurs_from is not None
