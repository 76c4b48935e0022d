"""Turns that belong to no stage: who may take them, from where, and what they leave behind."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from jiandi.base import clock
from jiandi.base.errors import Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.record.ledger import counters, turns, write
from jiandi.record.ledger.models import Closing, Finding
from jiandi.record.ledger.turns import Turn
from jiandi.record.trail import queries as trail
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_finding, make_item, make_letter, make_measure
from tests.cast import Cast

REVIEW = date(2030, 1, 1)
WHOLE = Turn(reason="分批拨付", document="督〔2026〕3号", stage_goal="首批到账", next_review=REVIEW)
# verb, a state it leaves, who takes it, who sees the finding but may not, where it leads
TURNS = (
    ("start_at_once", "registered", "clerk", "head", "in_progress"),
    ("call_basically_done", "in_progress", "director", "head", "basically_done"),
    ("make_long_term", "basically_done", "clerk", "supervisor", "long_term"),
    ("hand_over", "planned", "clerk", "verifier", "handed_over"),
    ("withdraw", "submitted", "clerk", "head", "withdrawn"),
    ("restore", "withdrawn", "director", "clerk", "registered"),
    ("reopen", "closed", "supervisor", "verifier", "reopened"),
)
each = pytest.mark.parametrize(("verb", "state", "who", "not_who", "to"), TURNS, ids=[t[0] for t in TURNS])


def put(finding: Finding, state: str, **more: Any) -> Finding:
    fields = {"state": state, "closed_on": clock.today() if state == "closed" else None, **more}
    write.change(finding, fields, actor=SYSTEM, verb="edit")
    return finding


def take(cast: Cast, verb: str, who: str, turn: Turn = WHOLE, **more: Any) -> Finding:
    finding = Finding.objects.get(pk=cast.finding.pk)
    given = {"finding_id": finding.pk, "version": finding.version, **more}
    return turns.take(actor=cast.actor(who), verb=verb, turn=turn, **given)


@each
def test_whose_duty_it_is_takes_it(cast: Cast, verb: str, state: str, who: str, not_who: str, to: str) -> None:
    put(cast.finding, state)
    assert take(cast, verb, who).state == to
    assert trail.history("finding", cast.finding.pk)[-1].actor_id == cast.people[who].pk
    assert counters.rebuild() == 0


@each
def test_others_are_refused_and_strangers_find_nothing(cast: Cast, verb: str, state: str, who: str, not_who: str, to: str) -> None:
    put(cast.finding, state)
    with pytest.raises(NotAllowed):
        take(cast, verb, not_who)
    with pytest.raises(NotFound):
        take(cast, verb, "outsider")
    with pytest.raises(Conflict):
        take(cast, verb, who, version=1)
    assert Finding.objects.get(pk=cast.finding.pk).state == state


@each
def test_nothing_is_taken_without_what_it_asks_for(cast: Cast, verb: str, state: str, who: str, not_who: str, to: str) -> None:
    put(cast.finding, state, standard="", due=None)
    with pytest.raises(RuleBroken) as refused:
        take(cast, verb, who, Turn())
    assert refused.value.unmet


@each
def test_from_another_state_it_is_not_possible(cast: Cast, verb: str, state: str, who: str, not_who: str, to: str) -> None:
    put(cast.finding, "standing" if verb != "reopen" else "planned")
    with pytest.raises(RuleBroken) as refused:
        take(cast, verb, who)
    assert refused.value.code == f"finding.{verb}"


def test_who_withdrew_does_not_restore(cast: Cast) -> None:
    take(cast, "withdraw", "director")
    with pytest.raises(RuleBroken) as refused:
        take(cast, "restore", "director")
    assert [u.code for u in refused.value.unmet] == ["independence.second_person"]


def test_after_a_second_withdrawal_the_last_one_counts(cast: Cast) -> None:
    take(cast, "withdraw", "clerk")
    take(cast, "restore", "director")
    take(cast, "withdraw", "director")
    with pytest.raises(RuleBroken):
        take(cast, "restore", "director")


def test_a_finding_of_a_letter_goes_only_on_the_issuers_document(cast: Cast) -> None:
    item = make_item(make_letter(cast.round))
    finding = make_finding(cast.round, cast.bureau, item=item, source="upper")
    for document, refused in (("", True), ("巡函〔2026〕9号", False)):
        turn = Turn(reason="表述有误", document=document)
        given: Any = {"actor": cast.actor("clerk"), "finding_id": finding.pk, "verb": "withdraw", "turn": turn, "version": 1}
        if refused:
            with pytest.raises(RuleBroken):
                turns.take(**given)
        else:
            assert turns.take(**given).state == "withdrawn"
    assert "巡函〔2026〕9号" in trail.history("finding", finding.pk)[-1].reason


def test_long_term_after_the_due_date_needs_the_superiors_order(cast: Cast) -> None:
    put(cast.finding, "in_progress", due=clock.today() - timedelta(days=1))
    with pytest.raises(RuleBroken) as refused:
        take(cast, "make_long_term", "clerk", Turn(reason="长期", stage_goal="首批", next_review=REVIEW))
    assert [u.code for u in refused.value.unmet] == ["too_late"]
    found = take(cast, "make_long_term", "clerk")
    assert (found.state, found.next_review, found.stage_goal) == ("long_term", REVIEW, "首批到账")


@pytest.mark.parametrize("verb", ["hand_over", "withdraw"])
def test_what_leaves_stops_its_closing(cast: Cast, verb: str) -> None:
    put(cast.finding, "verified")
    closing = write.create(Closing(finding=cast.finding, chain=[]), actor=SYSTEM, verb="begin")
    take(cast, verb, "clerk")
    closing.refresh_from_db()
    assert closing.state == "stopped"


def test_reopening_takes_back_the_day_and_the_effect(cast: Cast) -> None:
    measure = make_measure(cast.finding)
    write.change(measure, {"state": "done", "done_on": clock.today()}, actor=SYSTEM, verb="edit")
    put(cast.finding, "closed", is_done=True, is_well=True, effect_state="passed", effect_due=REVIEW)
    found = take(cast, "reopen", "supervisor")
    assert (found.closed_on, found.effect_state, found.effect_due, found.is_done, found.is_well) == (None, "", None, True, False)
    assert counters.rebuild() == 0


def test_standing_waits_for_two_yearly_reviews(cast: Cast) -> None:
    put(cast.finding, "long_term", next_review=REVIEW)
    with pytest.raises(RuleBroken) as refused:
        take(cast, "make_standing", "member")
    assert [u.code for u in refused.value.unmet] == ["reviews"]
    with pytest.raises(NotAllowed):
        take(cast, "make_standing", "clerk")


@pytest.mark.parametrize("verb", ["close", "plan", "accept", "", "undo_batch"])
def test_no_other_verb_is_a_turn(cast: Cast, verb: str) -> None:
    with pytest.raises(NotFound):
        take(cast, verb, "director")
    with pytest.raises(NotFound):
        turns.offer(actor=cast.actor("director"), finding=cast.finding, verb=verb)


def test_a_form_is_offered_only_to_whom_it_helps(cast: Cast) -> None:
    turns.offer(actor=cast.actor("clerk"), finding=cast.finding, verb="withdraw")
    with pytest.raises(NotAllowed):
        turns.offer(actor=cast.actor("head"), finding=cast.finding, verb="withdraw")
    with pytest.raises(RuleBroken):
        turns.offer(actor=cast.actor("clerk"), finding=cast.finding, verb="reopen")
