"""Signatures before submission: one after the other, each by another person; nothing is submitted or accepted before the last."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.execute import actions as execute
from jiandi.loop.verify import actions
from jiandi.record.ledger import reads, turns, write
from jiandi.record.ledger.models import Closing, ClosingStep
from jiandi.record.policy import roles
from jiandi.record.trail import queries as trail
from jiandi.record.trail.actor import SYSTEM
from tests.builders import as_actor, give, make_measure, make_user, put_under
from tests.cast import Cast
from tests.loop.verify.way import Case, begin


@pytest.fixture
def case(cast: Cast) -> Case:
    return begin(cast)


def codes(refused: pytest.ExceptionInfo[RuleBroken]) -> set[str]:
    return {u.code for u in refused.value.unmet}


def put_in_charge(case: Case, who: str) -> None:
    """Somebody who took a step before becomes the leader in charge of the finding."""
    duty = case.cast.people[who].duties.get()
    write.change(duty, {"role": roles.LEADER}, actor=SYSTEM, verb="edit")
    write.change(case.finding, {"leader_post_id": duty.post_id}, actor=SYSTEM, verb="edit")


class TestInspection:
    """The head signs, then the leader in charge."""

    def test_it_is_submitted_by_the_last_signature_and_not_before(self, case: Case) -> None:
        application = case.apply()
        assert (case.finding.state, application.verb, application.step, application.state) == ("in_progress", "submit", 1, "running")
        with pytest.raises(RuleBroken):
            case.accept()
        with pytest.raises(RuleBroken):
            actions.open_check(actor=case.cast.actor("department"), finding_id=case.finding.pk)
        signed = case.sign("leader", opinion="同意上报")
        assert (case.finding.state, signed.step, signed.state) == ("submitted", 2, "finished")
        holders = [case.cast.actor(who).holder for who in ("head", "leader")]
        assert list(ClosingStep.objects.values_list("code", "holder")) == [("apply", holders[0]), ("superior", holders[1])]
        assert [e.verb for e in trail.history("finding", case.finding.pk)][-2:] == ["sign_submit", "submit_signed"]

    @pytest.mark.parametrize(
        ("who", "error"),
        [("head", NotAllowed), ("liaison", NotAllowed), ("department", NotAllowed), ("member", NotAllowed), ("outsider", NotFound)],
    )
    def test_only_the_leader_in_charge_of_this_finding_signs_second(self, case: Case, who: str, error: type[Exception]) -> None:
        case.apply()
        with pytest.raises(error):
            case.sign(who)
        other = make_user("other-leader")
        give(other, case.cast.city, roles.LEADER)
        with pytest.raises(NotAllowed):
            case.sign(as_actor(other))
        assert case.finding.state == "in_progress"

    def test_only_the_head_signs_first(self, case: Case) -> None:
        case.accept_claim(case.claim())
        for who in ("liaison", "leader", "clerk"):
            with pytest.raises(NotAllowed):
                case.hand_in(who)
        assert not Closing.objects.exists()

    def test_nobody_signs_what_could_not_be_submitted(self, case: Case) -> None:
        write.change(case.finding, {"state": "in_progress"}, actor=SYSTEM, verb="start")
        with pytest.raises(RuleBroken) as refused:
            case.hand_in()
        assert codes(refused) == {"not_done"}
        assert not Closing.objects.exists()

    def test_the_last_signature_looks_again_whether_every_measure_is_done(self, case: Case) -> None:
        case.apply()
        make_measure(case.finding)
        with pytest.raises(RuleBroken) as refused:
            case.sign("leader")
        assert codes(refused) == {"not_done"}
        assert (case.finding.state, case.closing.step) == ("in_progress", 1)

    def test_one_person_signs_one_step(self, case: Case) -> None:
        case.apply()
        put_in_charge(case, "head")
        with pytest.raises(RuleBroken) as refused:
            case.sign("head")
        assert codes(refused) == {"closing.twice"}

    def test_who_checked_signs_nothing_before_submission(self, case: Case) -> None:
        case.apply()
        put_in_charge(case, "verifier")
        with pytest.raises(RuleBroken) as refused:
            case.sign("verifier")
        assert codes(refused) == {"closing.part"}

    def test_who_signed_before_submission_does_not_accept(self, case: Case) -> None:
        case.submit()
        give(case.cast.people["leader"], case.cast.audit, roles.DEPARTMENT)
        with pytest.raises(RuleBroken) as refused:
            case.accept("leader")
        assert codes(refused) == {"accept.applicant"}

    def test_it_is_not_handed_in_twice_and_a_stale_signature_loses(self, case: Case) -> None:
        application = case.apply()
        with pytest.raises(RuleBroken, match="waiting"):
            case.hand_in()
        write.change(application, {"chain": application.chain}, actor=SYSTEM, verb="edit")
        with pytest.raises(Conflict):
            case.sign("leader", version=application.version - 1)

    def test_the_office_enters_the_leaders_signature_from_paper(self, case: Case) -> None:
        case.apply()
        with pytest.raises(NotAllowed):
            case.sign("department", document="云水〔2026〕9号")
        case.sign("clerk", document="云水〔2026〕9号")
        assert case.finding.state == "submitted"
        step = ClosingStep.objects.get(code="superior")
        assert (step.holder[:6], step.signed_by) == ("paper:", case.cast.actor("clerk").holder)
        case.accept()
        case.schedule()
        case.sign("director")
        case.sign("member")
        assert case.finding.state == "closed"

    def test_the_unit_takes_back_what_waits_and_begins_anew(self, case: Case) -> None:
        first = case.apply()
        with pytest.raises(NotAllowed):
            execute.take_back_finding(actor=case.cast.actor("liaison"), finding_id=case.finding.pk, version=case.finding.version)
        execute.take_back_finding(actor=case.cast.actor("head"), finding_id=case.finding.pk, version=case.finding.version)
        first.refresh_from_db()
        assert (first.state, case.finding.state) == ("stopped", "in_progress")
        case.hand_in()
        assert (case.closing.pk > first.pk, case.closing.step) == (True, 1)

    def test_a_submitted_finding_is_taken_back_and_signed_by_all_again(self, case: Case) -> None:
        sent = case.submit()
        execute.take_back_finding(actor=case.cast.actor("head"), finding_id=sent.pk, version=sent.version)
        case.hand_in()
        assert case.finding.state == "in_progress"
        case.sign("leader")
        assert case.finding.state == "submitted"
        assert not reads.checks_open(case.finding)
        actions.open_check(actor=case.cast.actor("department"), finding_id=sent.pk)
        with pytest.raises(RuleBroken) as refused:
            execute.take_back_finding(actor=case.cast.actor("head"), finding_id=sent.pk, version=case.finding.version)
        assert codes(refused) == {"checking"}

    def test_whose_step_it_is_sends_it_back_with_a_reason(self, case: Case) -> None:
        application = case.apply()
        given: dict[str, Any] = {"closing_id": application.pk, "version": application.version}
        with pytest.raises(NotAllowed):
            actions.refuse_closing(actor=case.cast.actor("head"), reason="缺回单", **given)
        with pytest.raises(BadInput):
            actions.refuse_closing(actor=case.cast.actor("leader"), reason=" ", **given)
        found = actions.refuse_closing(actor=case.cast.actor("leader"), reason="缺一份回单", **given)
        assert (found.state, case.finding.state) == ("stopped", "in_progress")
        assert trail.history("finding", case.finding.pk)[-1].reason == "缺一份回单"
        with pytest.raises(RuleBroken, match="over"):
            case.sign("leader")

    def test_after_acceptance_only_the_neutral_return_goes_back(self, case: Case) -> None:
        closing = case.verify()
        with pytest.raises(RuleBroken, match="refuse"):
            actions.refuse_closing(actor=case.cast.actor("director"), closing_id=closing.pk, reason="不同意", version=closing.version)

    def test_what_leaves_stops_its_application(self, case: Case) -> None:
        application = case.apply()
        turn = turns.Turn(reason="移交", document="回执7")
        turns.take(actor=case.cast.actor("clerk"), finding_id=case.finding.pk, verb="hand_over", turn=turn, version=case.finding.version)
        application.refresh_from_db()
        assert application.state == "stopped"


class TestLeader:
    def test_without_a_leader_in_charge_the_office_names_one_who_then_signs(self, case: Case) -> None:
        post = case.finding.leader_post_id
        case.apply()
        write.change(case.finding, {"leader_post_id": None}, actor=SYSTEM, verb="edit")
        with pytest.raises(NotFound):
            case.sign("leader")
        given: dict[str, Any] = {"finding_id": case.finding.pk, "post_id": post, "version": case.finding.version}
        with pytest.raises(NotAllowed):
            actions.name_leader(actor=case.cast.actor("head"), **given)
        with pytest.raises(BadInput):
            actions.name_leader(actor=case.cast.actor("clerk"), **{**given, "post_id": case.cast.people["clerk"].duties.get().post_id})
        with pytest.raises(Conflict):
            actions.name_leader(actor=case.cast.actor("clerk"), **{**given, "version": 1})
        actions.name_leader(actor=case.cast.actor("clerk"), **given)
        case.sign("leader")
        assert case.finding.state == "submitted"


class TestAudit:
    """The liaison reports, then the head signs; a verifier accepts."""

    @pytest.fixture
    def case(self, cast: Cast) -> Case:
        put_under(cast.round, "audit")
        return begin(cast)

    def test_liaison_then_head(self, case: Case) -> None:
        case.accept_claim(case.claim())
        with pytest.raises(NotAllowed):
            case.hand_in("head")
        case.hand_in("liaison")
        assert case.finding.state == "in_progress"
        with pytest.raises(NotAllowed):
            case.sign("liaison")
        case.sign("head")
        assert case.finding.state == "submitted"

    def test_the_one_who_did_the_work_may_report_it_but_signs_no_closing(self, case: Case) -> None:
        case.accept_claim(case.claim())
        case.hand_in("liaison")
        case.sign("head")
        case.accept("verifier2")
        for who, code in (("liaison", {"closing.part", "closing.applicant"}), ("head", {"closing.applicant"})):
            give(case.cast.people[who], case.cast.office, roles.DIRECTOR)
            with pytest.raises(RuleBroken) as refused:
                case.sign(who)
            assert codes(refused) == code

    def test_the_regime_names_who_accepts(self, case: Case) -> None:
        case.accept_claim(case.claim())
        case.hand_in("liaison")
        case.sign("head")
        with pytest.raises(NotAllowed):
            case.accept("department")
        with pytest.raises(NotAllowed):
            actions.open_check(actor=case.cast.actor("department"), finding_id=case.finding.pk)
        case.accept("verifier")
        assert case.finding.state == "verified"


def test_a_regime_that_lets_steps_share_a_person_keeps_no_holder(case: Case) -> None:
    application = case.apply()
    chain = [{**step, "may_share_person": True} for step in application.chain]
    write.change(application, {"chain": chain}, actor=SYSTEM, verb="edit")
    case.sign("leader")
    assert ClosingStep.objects.get(code="superior").holder == ""


def test_one_step_of_the_head_asks_the_database_for_no_chain(cast: Cast) -> None:
    put_under(cast.round, "self_check")
    case = begin(cast)
    write.change(case.measure, {"state": "done", "done_on": clock.today()}, actor=SYSTEM, verb="accept")
    write.change(case.finding, {"state": "in_progress"}, actor=SYSTEM, verb="start")
    head, found = cast.actor("head"), case.finding
    with CaptureQueriesContext(connection) as seen:
        sent = execute.submit_finding(actor=head, finding_id=found.pk, version=found.version)
        assert sent.state == "submitted"
        back = execute.take_back_finding(actor=head, finding_id=found.pk, version=sent.version)
        assert back.state == "in_progress"
    assert not [q["sql"] for q in seen.captured_queries if "ledger_closing" in q["sql"]]
