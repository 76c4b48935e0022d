"""What units answer: drafts, all or none, findings made, proof, nothing on members."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.base.jobs import worker
from jiandi.loop.diagnose import actions, queries, rules
from jiandi.record.ledger import load, write
from jiandi.record.ledger.models import Answer, AskedUnit, Campaign, EvidenceUse, Finding, FindingLink
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import TrailEntry
from tests.builders import make_finding
from tests.cast import Cast

NO = "查阅2025年全部拨款凭证一百二十份，走访三个项目现场，由财务科核对，未发现超期。"


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    """Two units, three questions: the members, the team, its fields."""
    other = make_finding(cast.round, cast.bureau)
    questions = [
        rules.NewQuestion(cast.finding.pk, "members", "是否逐人对照？"),
        rules.NewQuestion(cast.finding.pk, "team", "班子是否也有？"),
        rules.NewQuestion(other.pk, "fields", "分管领域是否也有？"),
    ]
    return actions.start_campaign(
        actor=cast.actor("clerk"),
        round_id=cast.round.pk,
        title="举一反三",
        questions=questions,
        unit_ids=[cast.stranger.pk, cast.helper.pk],
        due=clock.today() + timedelta(days=20),
    )


def cells(cast: Cast, campaign: Campaign, unit: Any = None) -> list[Answer]:
    return list(Answer.objects.filter(campaign=campaign, unit=unit or cast.stranger).order_by("question__number"))


def yes(cell: Answer, **fields: Any) -> rules.Given:
    given = {"word": "yes", "matter": "两笔拨款超期。", "post": "财务科科长", "text": NO, **fields}
    return rules.Given(cell.pk, cell.version, **given)


def counted(cell: Answer, **fields: Any) -> rules.Given:
    return rules.Given(cell.pk, cell.version, **{"done_count": 7, "of_count": 7, "done_on": clock.today(), **fields})


def give(cast: Cast, given: list[rules.Given], asked_id: int, name: str = "outsider") -> list[Answer]:
    return actions.give_answers(actor=cast.actor(name), asked_id=asked_id, given=given)


def test_a_unit_sees_its_sheet_though_not_the_finding(cast: Cast, campaign: Campaign) -> None:
    actor = cast.actor("outsider")
    [sheet] = queries.my_sheets(actor)
    assert (sheet.unit, sheet.open) == ("市档案馆", 3)
    assert not Finding.objects.visible_to(actor).filter(pk=cast.finding.pk).exists()
    with pytest.raises(NotFound):
        queries.sheet(actor, cells(cast, campaign, cast.helper)[0].asked_id)


def test_opening_stamps_the_moment_once(cast: Cast, campaign: Campaign) -> None:
    asked_id = cells(cast, campaign)[0].asked_id
    first = actions.open_sheet(actor=cast.actor("outsider"), asked_id=asked_id).opened_at
    with clock.at(clock.now() + timedelta(hours=1)):
        assert actions.open_sheet(actor=cast.actor("outsider"), asked_id=asked_id).opened_at == first
    with pytest.raises(NotAllowed):
        actions.open_sheet(actor=cast.actor("clerk"), asked_id=asked_id)


def test_a_yes_becomes_a_finding_of_the_unit_linked_to_the_asked_one(cast: Cast, campaign: Campaign) -> None:
    _members, team, fields = cells(cast, campaign)
    first, second = give(cast, [yes(team), yes(fields, word="other", title="另有形式")], team.asked_id)
    made, also = first.made_finding, second.made_finding
    assert made is not None
    assert also is not None
    assert (made.source, made.lead, made.found_in, made.title) == ("self", cast.stranger, cast.stranger, "两笔拨款超期")
    assert also.title == "另有形式"
    link = FindingLink.objects.get(finding=made)
    assert (link.other, link.kind, link.said_by_id) == (cast.finding, "extended", cast.people["outsider"].pk)
    said = TrailEntry.objects.get(thing="answer", thing_id=first.pk, verb="answer")
    assert said.actor_id == cast.people["outsider"].pk


@pytest.mark.parametrize("fields", [{"word": "no", "register": True}, {"word": "yes", "register": False}])
def test_a_no_or_an_unregistered_yes_makes_no_finding(cast: Cast, campaign: Campaign, fields: dict[str, Any]) -> None:
    cell = cells(cast, campaign)[1]
    [given] = give(cast, [yes(cell, **fields)], cell.asked_id)
    assert (given.state, given.made_finding_id) == ("answered", None)


@pytest.mark.parametrize("fields", [{"word": ""}, {"text": " "}, {"matter": ""}, {"post": ""}, {"word": "counted"}])
def test_an_answer_says_what_which_post_and_how_it_was_checked(cast: Cast, campaign: Campaign, fields: dict[str, str]) -> None:
    cell = cells(cast, campaign)[1]
    with pytest.raises(RuleBroken):
        give(cast, [yes(cell, **fields)], cell.asked_id)


def test_answers_are_taken_all_or_none(cast: Cast, campaign: Campaign) -> None:
    members, team, _fields = cells(cast, campaign)
    with pytest.raises(RuleBroken):
        give(cast, [yes(team), counted(members, done_count=9)], team.asked_id)
    assert {c.state for c in cells(cast, campaign)} == {"asked"}
    assert Finding.objects.filter(found_in=cast.stranger).count() == 0


def test_an_unknown_word_and_nothing_at_all_are_refused(cast: Cast, campaign: Campaign) -> None:
    cell = cells(cast, campaign)[1]
    with pytest.raises(BadInput):
        give(cast, [yes(cell, word="perhaps")], cell.asked_id)
    with pytest.raises(BadInput):
        give(cast, [], cell.asked_id)


def test_one_unit_does_not_answer_for_another(cast: Cast, campaign: Campaign) -> None:
    mine, theirs = cells(cast, campaign)[1], cells(cast, campaign, cast.helper)[1]
    with pytest.raises(NotFound):
        give(cast, [yes(mine)], mine.asked_id, "helper")
    with pytest.raises(NotFound):
        give(cast, [yes(theirs)], mine.asked_id)
    with pytest.raises(NotAllowed):
        give(cast, [yes(mine)], mine.asked_id, "clerk")


def test_an_answer_is_given_once_and_on_the_version_one_saw(cast: Cast, campaign: Campaign) -> None:
    cell = cells(cast, campaign)[1]
    with pytest.raises(Conflict):
        give(cast, [replace(yes(cell), version=7)], cell.asked_id)
    [given] = give(cast, [yes(cell, register=False)], cell.asked_id)
    with pytest.raises(RuleBroken):
        give(cast, [yes(given)], cell.asked_id)


def test_on_members_only_counts_and_the_day_are_kept(cast: Cast, campaign: Campaign) -> None:
    members = cells(cast, campaign)[0]
    with pytest.raises(RuleBroken):
        give(cast, [counted(members, text="某同志存在")], members.asked_id)
    with pytest.raises(RuleBroken):
        give(cast, [counted(members, done_on=clock.today() + timedelta(days=1))], members.asked_id)
    with pytest.raises(RuleBroken, match="no_file"):
        actions.add_proof(actor=cast.actor("outsider"), answer_id=members.pk, title="个人检查材料", chunks=[b"x"], file_name="a.txt")
    actions.keep_drafts(actor=cast.actor("outsider"), asked_id=members.asked_id, given=[counted(members, text="某同志存在")])
    members.refresh_from_db()
    assert (members.text, members.done_count) == ("", 7)
    [given] = give(cast, [counted(members)], members.asked_id)
    assert (given.word, given.done_count, given.of_count, given.text) == ("counted", 7, 7, "")


@pytest.mark.parametrize(
    "fields",
    [
        {"word": "counted", "text": "某同志", "state": "asked"},
        {"word": "counted", "done_count": 8, "of_count": 7, "state": "answered"},
        {"word": "counted", "done_count": 7, "of_count": 7, "state": "answered"},
        {"word": "no", "state": "answered"},
        {"state": "excused"},
    ],
)
def test_the_database_refuses_what_an_answer_cannot_be(cast: Cast, campaign: Campaign, fields: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        write.change(cells(cast, campaign)[0], fields, actor=SYSTEM, verb="answer")


def test_a_draft_is_kept_and_answers_nothing(cast: Cast, campaign: Campaign) -> None:
    _members, team, fields = cells(cast, campaign)
    actor = cast.actor("outsider")
    actions.keep_drafts(actor=actor, asked_id=team.asked_id, given=[yes(team, post=""), rules.Given(fields.pk, 1)])
    team.refresh_from_db()
    fields.refresh_from_db()
    assert (team.state, team.word, team.matter, team.version, fields.version) == ("asked", "yes", "两笔拨款超期。", 2, 1)
    actions.keep_drafts(actor=actor, asked_id=team.asked_id, given=[yes(team, post="")])
    team.refresh_from_db()
    assert team.version == 2, "nothing changed, so nothing is written"
    with pytest.raises(NotAllowed):
        actions.keep_drafts(actor=cast.actor("clerk"), asked_id=team.asked_id, given=[yes(team)])


def test_words_of_an_earlier_answer_are_noticed_and_the_first_one_is_not(cast: Cast, campaign: Campaign) -> None:
    mine, theirs = cells(cast, campaign)[1], cells(cast, campaign, cast.helper)[1]
    [first] = give(cast, [yes(mine, word="no")], mine.asked_id)
    [second] = give(cast, [yes(theirs, word="no", text=NO.replace("一百二十", "八十"))], theirs.asked_id, "helper")
    assert [worker.run_pending() > 0, actions.compare_answers(first.asked_id), actions.compare_answers(second.asked_id)] == [True, 0, 0]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.like_id, second.like_id) == (None, first.pk)
    assert second.likeness is not None
    assert second.likeness >= 85


def test_proof_goes_to_the_store_and_is_seen_with_the_answer(cast: Cast, campaign: Campaign) -> None:
    cell = cells(cast, campaign)[1]
    actor = cast.actor("outsider")
    proof = actions.add_proof(actor=actor, answer_id=cell.pk, title="核对表", chunks=["核对".encode()], file_name="核对表.txt")
    assert EvidenceUse.objects.get(evidence=proof).answer == cell
    assert load.evidence(actor, proof.pk) == load.evidence(cast.actor("clerk"), proof.pk) == proof
    with pytest.raises(NotFound):
        load.evidence(cast.actor("helper"), proof.pk)
    with pytest.raises(BadInput):
        actions.add_proof(actor=actor, answer_id=cell.pk, title="无")
    with pytest.raises(NotAllowed):
        actions.add_proof(actor=cast.actor("clerk"), answer_id=cell.pk, title="核对表", held_offline="档案室")
    [given] = give(cast, [yes(cell)], cell.asked_id)
    assert EvidenceUse.objects.filter(evidence=proof, finding=given.made_finding).exists()


def test_the_office_excuses_with_a_reason(cast: Cast, campaign: Campaign) -> None:
    cell = cells(cast, campaign)[1]
    with pytest.raises(RuleBroken):
        actions.excuse_answer(actor=cast.actor("clerk"), answer_id=cell.pk, reason="", version=1)
    with pytest.raises(NotAllowed):
        actions.excuse_answer(actor=cast.actor("outsider"), answer_id=cell.pk, reason="无此业务", version=1)
    assert actions.excuse_answer(actor=cast.actor("clerk"), answer_id=cell.pk, reason="无此业务", version=1).state == "excused"
    assert len(actions.excuse_unit(actor=cast.actor("clerk"), asked_id=cell.asked_id, reason="已撤并")) == 2
    assert not AskedUnit.objects.filter(pk=cell.asked_id, answers__state="asked").exists()
