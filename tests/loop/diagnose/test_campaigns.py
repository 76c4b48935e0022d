"""Campaigns: who may send, remind and close them, and each move that is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.base.jobs.registry import kinds
from jiandi.loop.diagnose import actions, jobs, queries, rules
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Answer, AskedUnit, Campaign, Finding, Reminder
from jiandi.record.policy import roles
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import TrailEntry
from tests.builders import as_actor, give, make_answer, make_campaign, make_finding, make_round, make_unit, make_user
from tests.cast import Cast

LONG = timedelta(days=20)


def question(finding: Finding, scope: str = "team", text: str = "你单位是否也有项目资金拨付滞后？") -> rules.NewQuestion:
    return rules.NewQuestion(finding.pk, scope, text)


def start(cast: Cast, name: str = "clerk", **fields: Any) -> Campaign:
    given = {
        "title": "资金拨付举一反三",
        "questions": [question(cast.finding)],
        "unit_ids": [cast.stranger.pk, cast.helper.pk],
        "due": clock.today() + LONG,
        **fields,
    }
    return actions.start_campaign(actor=given.pop("actor", None) or cast.actor(name), round_id=cast.round.pk, **given)


def department(field: str) -> tuple[Unit, Any]:
    unit = make_unit("市主管局", field=field)
    user = make_user()
    give(user, unit, roles.DEPARTMENT)
    return unit, as_actor(user)


def test_a_campaign_asks_each_unit_each_question_once(cast: Cast) -> None:
    other = make_finding(cast.round, cast.bureau)
    asked = [question(cast.finding), question(cast.finding, "members"), question(other)]
    campaign = start(cast, questions=asked, unit_ids=[cast.stranger.pk, cast.helper.pk, cast.stranger.pk])
    assert campaign.answers.count() == 6
    assert [q.scope for q in campaign.questions.all()] == ["team", "members", "team"]
    assert set(campaign.asked.values_list("unit__name", flat=True)) == {"市财政局", "市档案馆"}
    told = TrailEntry.objects.get(thing="campaign", thing_id=campaign.pk, verb="ask")
    assert "拨付滞后" in told.body


def test_where_it_is_known_nobody_is_asked(cast: Cast) -> None:
    other = make_finding(cast.round, cast.helper)
    campaign = start(cast, questions=[question(cast.finding), question(other)], unit_ids=[cast.bureau.pk, cast.helper.pk])
    assert set(campaign.answers.values_list("unit__name", "question__finding")) == {("市水务局", other.pk), ("市财政局", cast.finding.pk)}
    with pytest.raises(BadInput, match=r"campaign\.units"):
        start(cast, unit_ids=[cast.bureau.pk], reason="再查")


@pytest.mark.parametrize("name", ["liaison", "head", "verifier", "supervisor"])
def test_only_the_office_or_a_department_asks_around(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        start(cast, name)


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"title": " "}, "campaign.title"),
    ({"questions": []}, "campaign.no_findings"),
    ({"unit_ids": []}, "campaign.no_units"),
    ({"unit_ids": [999_999]}, "campaign.units"),
    ({"due": clock.today() - timedelta(days=1)}, "campaign.due"),
)


@pytest.mark.parametrize(("fields", "code"), WRONG, ids=[code for _fields, code in WRONG])
def test_a_campaign_needs_a_name_findings_units_and_a_day_to_come(cast: Cast, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(BadInput) as told:
        start(cast, **fields)
    assert told.value.code == code
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("fields", [{"text": " "}, {"scope": "village"}])
def test_a_question_needs_words_and_a_scope(cast: Cast, fields: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        start(cast, questions=[question(cast.finding, **fields)])


def test_a_finding_is_asked_once_in_a_scope(cast: Cast) -> None:
    with pytest.raises(BadInput, match=r"campaign\.twice"):
        start(cast, questions=[question(cast.finding), question(cast.finding, text="再问一次？")])


def test_a_withdrawn_or_foreign_finding_is_not_asked_about(cast: Cast) -> None:
    foreign = make_finding(make_round(cast.city), cast.bureau)
    with pytest.raises(NotFound):
        start(cast, questions=[question(foreign)])
    write.change(cast.finding, {"state": "withdrawn"}, actor=SYSTEM, verb="withdraw")
    with pytest.raises(RuleBroken, match=r"campaign\.state"):
        start(cast)


def test_a_department_asks_and_closes_in_its_own_line_only(cast: Cast) -> None:
    bureau, actor = department("水利")
    inside, below = make_unit("青禾县水利局", field="水利"), make_unit("水利站", bureau)
    finding = make_finding(cast.round, cast.bureau)
    write.attach([type(finding.parties.first())(finding=finding, unit=bureau, part="verifier")])  # type: ignore[misc]
    asked = [question(finding)]
    with pytest.raises(BadInput, match=r"campaign\.units"):
        start(cast, actor=actor, questions=asked, unit_ids=[cast.stranger.pk])
    campaign = start(cast, actor=actor, questions=asked, unit_ids=[inside.pk, below.pk])
    assert campaign.line == bureau
    for answer in campaign.answers.all():
        actions.excuse_answer(actor=actor, answer_id=answer.pk, reason="无此业务", version=1)
    _other, stranger = department("教育")
    with pytest.raises((NotAllowed, NotFound)):
        actions.close_campaign(actor=stranger, campaign_id=campaign.pk, version=1)
    assert actions.close_campaign(actor=actor, campaign_id=campaign.pk, version=campaign.version).state == "closed"


def test_a_department_neither_closes_nor_excuses_in_the_offices_campaign(cast: Cast) -> None:
    campaign = start(cast)
    answer = campaign.answers.first()
    actor = cast.actor("department")
    with pytest.raises((NotAllowed, NotFound)):
        actions.excuse_answer(actor=actor, answer_id=answer.pk, reason="无此业务", version=1)  # type: ignore[union-attr]
    with pytest.raises(NotAllowed):
        actions.close_campaign(actor=actor, campaign_id=campaign.pk, version=campaign.version)


def test_what_the_preview_warns_of_asks_for_a_reason(cast: Cast) -> None:
    start(cast)
    with pytest.raises(RuleBroken) as told:
        start(cast, due=clock.today())
    assert {u.code for u in told.value.unmet} == {"notice", "duplicate"}
    again = start(cast, due=clock.today(), reason="上级临时要求")
    assert again.reason == "上级临时要求"


def test_the_cap_on_running_campaigns_warns(cast: Cast) -> None:
    for _ in range(3):
        make_campaign(make_finding(cast.round, cast.bureau))
    with pytest.raises(RuleBroken) as told:
        start(cast)
    assert [u.code for u in told.value.unmet] == ["cap"]


def test_the_same_words_about_another_finding_are_a_duplicate_while_they_run(cast: Cast) -> None:
    start(cast, unit_ids=[cast.helper.pk])
    other = make_finding(cast.round, cast.bureau)
    asking = queries.asking(cast.actor("clerk"), cast.round, [question(other, text="你单位是否也有项目 资金拨付滞后？")], [cast.helper.pk])
    again = queries.burden(asking, clock.today() + LONG).again
    assert [(a.units, a.is_same_text) for a in again] == [(1, True)]
    elsewhere = queries.asking(cast.actor("clerk"), cast.round, [question(other)], [cast.stranger.pk])
    assert not queries.burden(elsewhere, clock.today() + LONG).again


def test_a_unit_sends_on_to_units_directly_below_it(cast: Cast) -> None:
    below, deeper = make_unit("档案科", cast.stranger), None
    deeper = make_unit("档案站", below)
    campaign = start(cast)
    asked = AskedUnit.objects.get(campaign=campaign, unit=cast.stranger)
    actor = cast.actor("outsider")
    for wrong in ([], [deeper.pk], [cast.helper.pk]):
        with pytest.raises(BadInput):
            actions.send_on(actor=actor, asked_id=asked.pk, unit_ids=wrong)
    [sent] = actions.send_on(actor=actor, asked_id=asked.pk, unit_ids=[below.pk])
    assert (sent.sent_by, sent.answers.count()) == (cast.stranger, 1)
    with pytest.raises(BadInput):
        actions.send_on(actor=actor, asked_id=asked.pk, unit_ids=[below.pk])
    with pytest.raises(NotFound):
        actions.send_on(actor=cast.actor("helper"), asked_id=asked.pk, unit_ids=[below.pk])


def test_the_silent_are_reminded_once_a_day_with_all_their_cells(cast: Cast) -> None:
    campaign = start(cast, questions=[question(cast.finding), question(cast.finding, "fields")])
    made = actions.remind(actor=cast.actor("clerk"), campaign_id=campaign.pk)
    assert [(r.unit_id, r.cells) for r in made] == [(cast.helper.pk, 2), (cast.stranger.pk, 2)]
    with pytest.raises(RuleBroken, match="reminded"):
        actions.remind(actor=cast.actor("clerk"), campaign_id=campaign.pk)
    with pytest.raises(NotAllowed):
        actions.remind(actor=cast.actor("supervisor"), campaign_id=campaign.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        write.create(Reminder(round=cast.round, unit=cast.helper, on=clock.today(), cells=1, due=campaign.due), actor=SYSTEM, verb="remind")


def test_the_daily_reminder_goes_to_those_whose_day_is_near_and_who_heard_nothing(cast: Cast) -> None:
    campaign = start(cast, unit_ids=[cast.helper.pk])
    assert "diagnose.remind_silent" in kinds()
    run: Any = None
    assert jobs.remind_silent(run) == {"reminded": 0}
    with clock.at(clock.start_of(campaign.due - timedelta(days=1))):
        assert jobs.remind_silent(run) == {"reminded": 1}
        assert jobs.remind_silent(run) == {"reminded": 0}


def test_a_campaign_closes_only_with_every_cell_answered_or_excused(cast: Cast) -> None:
    campaign = start(cast)
    clerk = cast.actor("clerk")
    first, second = campaign.answers.order_by("pk")
    actions.excuse_answer(actor=clerk, answer_id=first.pk, reason="无此业务", version=1)
    with pytest.raises(RuleBroken):
        actions.close_campaign(actor=clerk, campaign_id=campaign.pk, version=campaign.version)
    with pytest.raises(DatabaseError), transaction.atomic():
        write.change(campaign, {"state": "closed"}, actor=SYSTEM, verb="close")
    campaign.refresh_from_db()
    actions.excuse_unit(actor=clerk, asked_id=second.asked_id, reason="无此业务")
    with pytest.raises(RuleBroken, match="none_open"):
        actions.excuse_unit(actor=clerk, asked_id=second.asked_id, reason="无此业务")
    with pytest.raises(NotFound):
        actions.close_campaign(actor=cast.actor("auditor"), campaign_id=campaign.pk, version=1)
    with pytest.raises(NotAllowed):
        actions.close_campaign(actor=cast.actor("head"), campaign_id=campaign.pk, version=campaign.version)
    with pytest.raises(Conflict):
        actions.close_campaign(actor=clerk, campaign_id=campaign.pk, version=5)
    assert actions.close_campaign(actor=clerk, campaign_id=campaign.pk, version=campaign.version).state == "closed"


def closed(cast: Cast) -> Campaign:
    campaign = start(cast)
    for answer in campaign.answers.all():
        actions.excuse_answer(actor=cast.actor("clerk"), answer_id=answer.pk, reason="无此业务", version=1)
    return actions.close_campaign(actor=cast.actor("clerk"), campaign_id=campaign.pk, version=campaign.version)


def test_nothing_moves_in_a_closed_campaign(cast: Cast) -> None:
    below = make_unit("档案科", cast.stranger)
    campaign = closed(cast)
    clerk = cast.actor("clerk")
    asked = AskedUnit.objects.get(campaign=campaign, unit=cast.stranger)
    for move in (
        lambda: actions.close_campaign(actor=clerk, campaign_id=campaign.pk, version=campaign.version),
        lambda: actions.remind(actor=clerk, campaign_id=campaign.pk),
        lambda: actions.send_on(actor=cast.actor("outsider"), asked_id=asked.pk, unit_ids=[below.pk]),
        lambda: actions.give_answers(actor=cast.actor("outsider"), asked_id=asked.pk, given=[]),
        lambda: actions.keep_drafts(actor=cast.actor("outsider"), asked_id=asked.pk, given=[]),
    ):
        with pytest.raises(RuleBroken):
            move()


def test_the_database_refuses_a_new_or_reopened_cell_of_a_closed_campaign(cast: Cast) -> None:
    campaign = closed(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        make_answer(cast.finding, cast.audit, campaign=campaign)
    old = campaign.answers.first()
    assert old is not None
    with pytest.raises(DatabaseError), transaction.atomic():
        write.change(old, {"state": "asked"}, actor=SYSTEM, verb="ask")
    assert Answer.objects.filter(campaign=campaign, state="asked").count() == 0
