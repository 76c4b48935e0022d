"""Causes, campaigns and answers: who may write them, and when they are refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.diagnose import actions, queries
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Answer, Campaign, Cause, Finding, FindingLink, PlanVersion
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import TrailEntry
from tests.builders import make_cause, make_finding, make_unit
from tests.cast import Cast


def add(cast: Cast, name: str = "liaison", **fields: Any) -> Cause:
    finding = Finding.objects.get(pk=fields.pop("finding_id", cast.finding.pk))
    given = {"dimension": "mechanism", "leaf": "no_control", "text": "拨付没有时限", "version": finding.version, **fields}
    return actions.add_cause(actor=cast.actor(name), finding_id=finding.pk, **given)


def start(cast: Cast, name: str = "clerk", **fields: Any) -> Campaign:
    given = {
        "question": "你单位是否也有项目资金拨付滞后？",
        "unit_ids": [cast.stranger.pk, cast.helper.pk],
        "due": clock.today() + timedelta(days=10),
        **fields,
    }
    return actions.start_campaign(actor=cast.actor(name), finding_id=cast.finding.pk, **given)


def answer_of(campaign: Campaign, unit: Any) -> Answer:
    return Answer.objects.get(campaign=campaign, unit=unit)


def give(cast: Cast, answer: Answer, name: str = "outsider", **fields: Any) -> Answer:
    given = {"word": "yes", "text": "查了2025年全部拨款，两笔超期。由财务科核对。", "version": answer.version, "register": True, **fields}
    return actions.give_answer(actor=cast.actor(name), answer_id=answer.pk, **given)


def test_a_cause_belongs_to_the_lead_unless_somebody_else_is_named(cast: Cast) -> None:
    assert add(cast).unit_id == cast.bureau.pk
    assert add(cast, unit_id=cast.helper.pk).unit_id == cast.helper.pk


def test_a_cause_is_not_put_on_a_unit_without_a_part(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="foreign_unit"):
        add(cast, unit_id=cast.stranger.pk)


def test_a_cause_of_a_unit_below_the_lead_is_accepted(cast: Cast) -> None:
    below = make_unit("工程科", cast.bureau)
    assert add(cast, unit_id=below.pk).unit_id == below.pk


@pytest.mark.parametrize("name", ["helper", "clerk", "verifier", "supervisor"])
def test_only_the_lead_unit_writes_causes(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        add(cast, name)


def test_a_stranger_sees_no_finding(cast: Cast) -> None:
    with pytest.raises(NotFound):
        add(cast, "outsider")


@pytest.mark.parametrize(("dimension", "leaf"), [("mechanism", "nonsense"), ("attitude", "no_control"), ("nowhere", "no_control")])
def test_a_kind_outside_the_list_is_refused(cast: Cast, dimension: str, leaf: str) -> None:
    with pytest.raises(BadInput):
        add(cast, dimension=dimension, leaf=leaf)


def test_a_cause_without_text_is_refused(cast: Cast) -> None:
    with pytest.raises(BadInput):
        add(cast, text="  ")


def test_a_cause_is_decided_on_the_version_one_saw(cast: Cast) -> None:
    with pytest.raises(Conflict):
        add(cast, version=9)


def test_a_why_hangs_below_a_cause_of_the_same_finding_only(cast: Cast) -> None:
    top = add(cast)
    assert add(cast, parent_id=top.pk, question="为什么没有时限？").parent_id == top.pk
    other = make_cause(make_finding(cast.round, cast.bureau))
    with pytest.raises(NotFound):
        add(cast, parent_id=other.pk)


@pytest.mark.parametrize("state", ["submitted", "verified", "withdrawn"])
def test_causes_are_not_written_while_somebody_verifies_or_after_the_end(cast: Cast, state: str) -> None:
    write.change(cast.finding, {"state": state}, actor=SYSTEM, verb="move")
    with pytest.raises(RuleBroken, match=r"cause\.state"):
        add(cast)


def test_causes_rest_while_the_plan_is_under_review(cast: Cast) -> None:
    plan = PlanVersion(round=cast.round, unit=cast.bureau, number=1, body="{}", algorithm="sha256", digest="", submitted_at=clock.now())
    write.create(plan, actor=SYSTEM, verb="submit")
    with pytest.raises(RuleBroken, match="under_review"):
        add(cast)


def test_a_cause_is_said_better_and_a_stale_hand_loses(cast: Cast) -> None:
    cause = add(cast)
    given: dict[str, Any] = {"cause_id": cause.pk, "dimension": "means", "leaf": "no_people", "text": "财务科仅一人", "version": 1}
    changed = actions.change_cause(actor=cast.actor("head"), **given)
    assert (changed.leaf, changed.version) == ("no_people", 2)
    with pytest.raises(Conflict):
        actions.change_cause(actor=cast.actor("head"), **given)
    with pytest.raises(NotAllowed):
        actions.change_cause(actor=cast.actor("helper"), **{**given, "version": 2})


def test_a_cause_is_dropped_with_a_reason_from_the_bottom_up(cast: Cast) -> None:
    top = add(cast)
    below = add(cast, parent_id=top.pk)
    head = cast.actor("head")
    with pytest.raises(RuleBroken, match="no_reason"):
        actions.drop_cause(actor=head, cause_id=below.pk, reason="", version=1)
    with pytest.raises(RuleBroken, match="has_children"):
        actions.drop_cause(actor=head, cause_id=top.pk, reason="重复", version=1)
    actions.drop_cause(actor=head, cause_id=below.pk, reason="重复", version=1)
    assert actions.drop_cause(actor=head, cause_id=top.pk, reason="重复", version=1).is_dropped
    with pytest.raises(NotFound):
        actions.drop_cause(actor=head, cause_id=top.pk, reason="重复", version=2)


def test_a_planned_finding_keeps_one_cause(cast: Cast) -> None:
    cause = add(cast)
    write.change(cast.finding, {"state": "planned"}, actor=SYSTEM, verb="plan")
    with pytest.raises(RuleBroken, match="last"):
        actions.drop_cause(actor=cast.actor("head"), cause_id=cause.pk, reason="重复", version=1)


def test_a_campaign_asks_each_chosen_unit_once(cast: Cast) -> None:
    campaign = start(cast, unit_ids=[cast.stranger.pk, cast.helper.pk, cast.stranger.pk])
    assert {a.unit_id for a in campaign.answers.all()} == {cast.stranger.pk, cast.helper.pk}


@pytest.mark.parametrize("name", ["liaison", "head", "verifier", "supervisor"])
def test_only_the_office_or_a_department_asks_around(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        start(cast, name)


def test_a_campaign_needs_a_question_units_and_a_day_to_come(cast: Cast) -> None:
    wrong: list[dict[str, Any]] = [
        {"question": " "},
        {"unit_ids": []},
        {"unit_ids": [cast.bureau.pk]},
        {"unit_ids": [987654]},
        {"due": clock.today() - timedelta(days=1)},
    ]
    for fields in wrong:
        with pytest.raises(BadInput):
            start(cast, **fields)
    assert not Campaign.objects.exists()


def test_a_withdrawn_finding_is_not_asked_about(cast: Cast) -> None:
    write.change(cast.finding, {"state": "withdrawn"}, actor=SYSTEM, verb="withdraw")
    with pytest.raises(RuleBroken):
        start(cast)


def test_a_unit_sees_its_own_question_though_not_the_finding(cast: Cast) -> None:
    start(cast)
    mine = queries.my_answers(cast.actor("outsider"))
    assert [(a.unit, a.question) for a in mine] == [("市档案馆", "你单位是否也有项目资金拨付滞后？")]
    assert not Finding.objects.visible_to(cast.actor("outsider")).exists()
    assert queries.my_answers(cast.actor("liaison")) == []
    assert queries.my_answers(cast.actor("clerk")) == []


def test_opening_stamps_the_moment_once(cast: Cast) -> None:
    answer = answer_of(start(cast), cast.stranger)
    first = actions.open_answer(actor=cast.actor("outsider"), answer_id=answer.pk)
    again = actions.open_answer(actor=cast.actor("outsider"), answer_id=answer.pk)
    assert first.opened_at == again.opened_at is not None
    assert again.version == 2
    with pytest.raises(NotFound):
        actions.open_answer(actor=cast.actor("head"), answer_id=answer.pk)


def test_a_yes_becomes_a_finding_of_the_unit_linked_to_the_asked_one(cast: Cast) -> None:
    answer = give(cast, answer_of(start(cast), cast.stranger))
    made = answer.made_finding
    assert made is not None
    assert (made.source, made.lead_id, made.state, made.title) == ("self", cast.stranger.pk, "registered", "查了2025年全部拨款，两笔超期")
    link = FindingLink.objects.get()
    assert (link.finding_id, link.other_id, link.kind) == (made.pk, cast.finding.pk, "extended")
    said = TrailEntry.objects.filter(thing="answer", thing_id=answer.pk, verb="answer").get()
    assert said.actor_id == cast.people["outsider"].pk


@pytest.mark.parametrize(("word", "register"), [("no", True), ("yes", False), ("partly", False)])
def test_a_no_or_an_unregistered_yes_makes_no_finding(cast: Cast, word: str, register: bool) -> None:
    answer = give(cast, answer_of(start(cast), cast.stranger), word=word, register=register)
    assert (answer.state, answer.made_finding_id) == ("answered", None)


@pytest.mark.parametrize("fields", [{"word": ""}, {"text": " "}])
def test_an_answer_needs_a_word_and_how_it_was_checked(cast: Cast, fields: dict[str, str]) -> None:
    with pytest.raises(RuleBroken):
        give(cast, answer_of(start(cast), cast.stranger), **fields)


def test_an_unknown_word_is_refused(cast: Cast) -> None:
    with pytest.raises(BadInput):
        give(cast, answer_of(start(cast), cast.stranger), word="perhaps")


def test_one_unit_does_not_answer_for_another(cast: Cast) -> None:
    answer = answer_of(start(cast), cast.stranger)
    with pytest.raises(NotFound):
        give(cast, answer, "helper")
    with pytest.raises(NotAllowed):
        give(cast, answer, "clerk")


def test_an_answer_is_given_once_and_on_the_version_one_saw(cast: Cast) -> None:
    answer = answer_of(start(cast), cast.stranger)
    with pytest.raises(Conflict):
        give(cast, answer, version=7)
    given = give(cast, answer)
    with pytest.raises(RuleBroken):
        give(cast, answer, version=given.version)


def test_the_office_excuses_with_a_reason(cast: Cast) -> None:
    answer = answer_of(start(cast), cast.stranger)
    with pytest.raises(RuleBroken):
        actions.excuse_answer(actor=cast.actor("clerk"), answer_id=answer.pk, reason="", version=1)
    with pytest.raises(NotAllowed):
        actions.excuse_answer(actor=cast.actor("outsider"), answer_id=answer.pk, reason="无此业务", version=1)
    assert actions.excuse_answer(actor=cast.actor("clerk"), answer_id=answer.pk, reason="无此业务", version=1).state == "excused"


def test_a_campaign_closes_when_nobody_is_silent_and_then_takes_no_answer(cast: Cast) -> None:
    campaign = start(cast)
    clerk = cast.actor("clerk")
    give(cast, answer_of(campaign, cast.stranger), word="no")
    with pytest.raises(RuleBroken):
        actions.close_campaign(actor=clerk, campaign_id=campaign.pk, version=1)
    late = answer_of(campaign, cast.helper)
    actions.excuse_answer(actor=clerk, answer_id=late.pk, reason="无此业务", version=1)
    with pytest.raises(NotFound):
        actions.close_campaign(actor=cast.actor("auditor"), campaign_id=campaign.pk, version=1)
    with pytest.raises(NotAllowed):
        actions.close_campaign(actor=cast.actor("head"), campaign_id=campaign.pk, version=1)
    with pytest.raises(Conflict):
        actions.close_campaign(actor=clerk, campaign_id=campaign.pk, version=5)
    assert actions.close_campaign(actor=clerk, campaign_id=campaign.pk, version=1).state == "closed"
    with pytest.raises(RuleBroken):
        give(cast, late, "helper", version=2)
