"""Stage goals, recurring duties, funds, effect measures: who writes them, what is refused by action and by database."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.plan import actions, queries
from jiandi.record.ledger import write
from jiandi.record.ledger.models import KeptCycle, Measure, PlanPart, StageGoal
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_cause, make_measure, put_under
from tests.cast import Cast


def day(days: int) -> date:
    return clock.today() + timedelta(days=days)


def goal(cast: Cast, measure: Measure, name: str = "liaison", **given: Any) -> StageGoal:
    fields = {"text": "首批资金到账", "due": day(10), "version": measure.version, **given}
    return actions.set_goal(actor=cast.actor(name), measure_id=measure.pk, **fields)


def planned(cast: Cast, **fields: Any) -> Measure:
    measure = make_measure(cast.finding, not_before=cast.round.feedback_on, **fields)
    write.change(measure, {"state": "planned"}, actor=SYSTEM, verb="approve")
    return measure


def test_a_goal_is_set_on_a_draft_and_dropped(cast: Cast) -> None:
    measure = make_measure(cast.finding)
    made = goal(cast, measure)
    assert queries.goals_of([measure])[measure.pk] == [made]
    actions.drop_goal(actor=cast.actor("liaison"), goal_id=made.pk, version=made.version)
    assert queries.goals_of([measure]) == {}


@pytest.mark.parametrize("name", ["helper", "clerk", "verifier", "supervisor"])
def test_only_the_lead_sets_goals(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        goal(cast, make_measure(cast.finding), name)


def test_a_stranger_finds_neither_measure_nor_goal(cast: Cast) -> None:
    measure = make_measure(cast.finding)
    made = goal(cast, measure)
    with pytest.raises(NotFound):
        goal(cast, measure, "outsider")
    with pytest.raises(NotFound):
        actions.meet_goal(actor=cast.actor("outsider"), goal_id=made.pk, met_on=day(0), version=1)
    with pytest.raises(NotFound):
        actions.drop_goal(actor=cast.actor("outsider"), goal_id=made.pk, version=1)


@pytest.mark.parametrize("given", [{"text": "  "}, {"due": None}, {"due": date(2020, 1, 1)}, {"due": date(2999, 1, 1)}])
def test_a_goal_lies_between_feedback_and_the_date_of_its_measure(cast: Cast, given: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        goal(cast, make_measure(cast.finding), **given)


def test_a_goal_of_that_day_or_on_an_approved_measure_is_refused_and_a_stale_hand_loses(cast: Cast) -> None:
    measure = make_measure(cast.finding)
    goal(cast, measure)
    with pytest.raises(Conflict):
        goal(cast, measure)
    measure.refresh_from_db()
    with pytest.raises(RuleBroken, match="doubled"):
        goal(cast, measure)
    with pytest.raises(RuleBroken, match=r"measure\.approved"):
        goal(cast, planned(cast))


def test_the_lead_says_that_a_goal_was_met_once_and_only_after_approval(cast: Cast) -> None:
    measure = make_measure(cast.finding)
    made = goal(cast, measure)

    def meet(version: int, on: date | None = None, name: str = "liaison") -> StageGoal:
        return actions.meet_goal(actor=cast.actor(name), goal_id=made.pk, met_on=on or day(0), version=version)

    with pytest.raises(RuleBroken, match="not_approved"):
        meet(1)
    measure.refresh_from_db()
    write.change(measure, {"state": "planned"}, actor=SYSTEM, verb="approve")
    with pytest.raises(NotAllowed):
        meet(1, name="helper")
    with pytest.raises(BadInput):
        meet(1, day(1))
    with pytest.raises(Conflict):
        meet(9)
    assert meet(1).met_on == day(0)
    with pytest.raises(RuleBroken, match="met"):
        meet(2)
    with pytest.raises(RuleBroken):
        actions.drop_goal(actor=cast.actor("liaison"), goal_id=made.pk, version=2)


def test_a_duty_is_kept_cycle_by_cycle_and_once(cast: Cast) -> None:
    measure = planned(cast, recurs="weekly", recurs_from=day(-20))
    duty = queries.duties_of(cast.round, [measure])[measure.pk]
    assert len(duty.missed) >= 2

    def keep(due: date | None, name: str = "liaison", **given: Any) -> Measure:
        fields = {"kept_on": day(0), "text": "核对本周账目", **given}
        return actions.keep_cycle(actor=cast.actor(name), measure_id=measure.pk, due=due, **fields)

    keep(duty.missed[-1])
    after = queries.duties_of(cast.round, [measure])[measure.pk]
    assert (after.in_a_row, after.missed) == (0, duty.missed[:-1])
    for wrong in (duty.missed[-1], None, day(3000), duty.missed[0] + timedelta(days=1)):
        with pytest.raises(BadInput):
            keep(wrong)
    with pytest.raises(BadInput):
        keep(duty.missed[0], kept_on=day(1))
    with pytest.raises(BadInput):
        keep(duty.missed[0], text=" ")
    with pytest.raises(NotAllowed):
        keep(duty.missed[0], name="helper")
    with pytest.raises(NotFound):
        keep(duty.missed[0], name="outsider")


def test_a_measure_that_does_not_recur_or_is_a_draft_has_no_cycles(cast: Cast) -> None:
    for measure in (planned(cast), make_measure(cast.finding, recurs="weekly")):
        with pytest.raises(RuleBroken, match=r"duty\.none"):
            actions.keep_cycle(actor=cast.actor("liaison"), measure_id=measure.pk, due=day(0), kept_on=day(0), text="x")


def test_missed_duties_are_listed_for_those_who_see_them(cast: Cast) -> None:
    measure = planned(cast, recurs="weekly", recurs_from=day(-20))
    found = queries.missed(cast.actor("clerk"), cast.round.pk)
    assert [(one.measure, one.finding, one.reopens) for one in found] == [(measure, cast.finding, True)]
    assert queries.missed(cast.actor("outsider"), cast.round.pk) == []
    assert queries.missed(cast.actor("clerk"), cast.round.pk, [cast.helper]) == []


def add(cast: Cast, **fields: Any) -> Measure:
    given = {"finding_id": cast.finding.pk, "lead_id": cast.bureau.pk, "due_text": day(40).isoformat(), **fields}
    return actions.add_measure(actor=cast.actor("liaison"), text="逐个项目核对账目", **given)


def test_funds_only_where_the_regime_has_them(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="no_funds"):
        add(cast, funds_planned="3")
    put_under(cast.round, "safety")
    measure = add(cast, funds_planned="3.50", funds_source="本级财政")
    assert (measure.funds_planned, measure.funds_source) == (Decimal("3.50"), "本级财政")
    for wrong in ("-1", "x"):
        with pytest.raises(BadInput):
            add(cast, funds_planned=wrong)


def test_what_was_paid_is_written_by_a_part_after_approval(cast: Cast) -> None:
    measure = planned(cast, funds_planned=Decimal(3))

    def pay(paid: object, name: str = "liaison", version: int = measure.version) -> Measure:
        return actions.pay_funds(actor=cast.actor(name), measure_id=measure.pk, paid=paid, version=version)

    for wrong in ("", "-1", "NaN"):
        with pytest.raises(BadInput):
            pay(wrong)
    with pytest.raises(NotAllowed):
        pay("1", "clerk")
    with pytest.raises(NotFound):
        pay("1", "outsider")
    with pytest.raises(Conflict):
        pay("1", version=77)
    assert pay("2.5").funds_paid == Decimal("2.5")
    other = planned(cast)
    with pytest.raises(RuleBroken, match="no_plan_of_funds"):
        actions.pay_funds(actor=cast.actor("liaison"), measure_id=other.pk, paid="1", version=other.version)


def test_an_effect_measure_of_its_own_only_where_the_regime_asks(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="no_effect"):
        add(cast, effect_measure="target")


def test_a_post_is_suggested_from_the_head_of_the_lead(cast: Cast) -> None:
    post = add(cast).post
    assert post is not None
    assert post.unit == cast.bureau


def test_two_leads_are_refused(cast: Cast) -> None:
    with pytest.raises(BadInput, match="two_leads"):
        add(cast, lead_id=[cast.bureau.pk, cast.helper.pk])
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.filter(pk=make_measure(cast.finding).pk).update(lead=None)


def test_a_chosen_duty_begins_with_its_date_and_none_forgets_it(cast: Cast) -> None:
    measure = add(cast, recurs="monthly")
    assert measure.recurs_from == measure.due
    changed = actions.change_measure(actor=cast.actor("liaison"), measure_id=measure.pk, version=1, recurs="")
    assert changed.recurs_from is None


@pytest.mark.parametrize(
    "fields",
    [
        {"due": date(2020, 1, 1)},
        {"first_due": date(2020, 1, 1)},
        {"recurs": "", "recurs_from": date(2026, 1, 1)},
        {"funds_planned": Decimal(-1)},
        {"funds_paid": Decimal(1)},
        {"funds_planned": Decimal(1), "funds_paid": Decimal(-1)},
    ],
)
def test_the_database_refuses_measures_that_cannot_be(cast: Cast, fields: dict[str, Any]) -> None:
    measure = make_measure(cast.finding, not_before=cast.round.feedback_on)
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"due": date(2020, 1, 1)},
        {"met_on": date(2020, 1, 1)},
        {"met_on": date(2999, 1, 1), "is_dropped": True},
    ],
)
def test_the_database_refuses_goals_that_cannot_be(cast: Cast, fields: dict[str, Any]) -> None:
    made = goal(cast, make_measure(cast.finding))
    with pytest.raises(IntegrityError), transaction.atomic():
        StageGoal.objects.filter(pk=made.pk).update(**fields)


def test_the_database_refuses_two_goals_of_a_day(cast: Cast) -> None:
    measure = make_measure(cast.finding)
    goal(cast, measure)
    row = StageGoal(measure=measure, text="另一个", due=day(10), not_before=cast.round.feedback_on)
    with pytest.raises(IntegrityError), transaction.atomic():
        write.create(row, actor=SYSTEM, verb="set_goal")


def test_the_database_refuses_a_cycle_kept_twice_or_without_words(cast: Cast) -> None:
    measure = planned(cast, recurs="weekly", recurs_from=day(-20))
    fields = {"measure": measure, "due": day(-3), "kept_on": day(0), "holder": "user:1"}
    write.create(KeptCycle(text="核对", **fields), actor=SYSTEM, verb="keep_cycle")
    for text, due in (("核对", day(-3)), ("", day(-4))):
        with pytest.raises(IntegrityError), transaction.atomic():
            write.create(KeptCycle(**{**fields, "due": due}, text=text), actor=SYSTEM, verb="keep_cycle")


def test_the_database_refuses_a_second_part_in_a_plan(cast: Cast) -> None:
    whole(cast)
    plan = actions.submit_plan(actor=cast.actor("head"), round_id=cast.round.pk, unit_id=cast.bureau.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        write.attach([PlanPart(plan=plan, holder=cast.actor("head").holder, part="signed", at=clock.now())])


def whole(cast: Cast) -> list[Measure]:
    make_cause(cast.finding)
    return [
        make_measure(cast.finding),
        make_measure(cast.finding, text="修订拨付办法", kind="prevent", horizon="lasting", rule_verb="revise"),
    ]
