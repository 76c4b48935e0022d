"""The closing chain, step by step by different people; on paper; and by one clerk for several posts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jiandi.base import clock
from jiandi.base.errors import Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.execute import actions as execute
from jiandi.loop.verify import actions
from jiandi.record.accounts import actions as accounts
from jiandi.record.accounts.models import Installation
from jiandi.record.ledger import write
from jiandi.record.ledger.models import ClosingStep, Measure
from jiandi.record.policy import roles
from jiandi.record.trail.actor import SYSTEM, Actor
from tests.builders import as_actor, give, make_user
from tests.cast import Cast
from tests.loop.verify.way import YES, Case, begin


@pytest.fixture
def case(cast: Cast) -> Case:
    return begin(cast)


def codes(refused: pytest.ExceptionInfo[RuleBroken]) -> set[str]:
    return {u.code for u in refused.value.unmet}


class TestClosing:
    def test_the_chain_is_signed_step_by_step_and_the_last_step_closes(self, case: Case) -> None:
        case.verify()
        case.schedule()
        with pytest.raises(NotAllowed):
            case.sign("member")
        first = case.sign("director")
        assert (first.step, first.state, case.finding.state) == (1, "running", "verified")
        last = case.sign("member")
        assert (last.state, case.finding.state, case.finding.closed_on) == ("finished", "closed", clock.today())
        assert list(ClosingStep.objects.filter(closing=last).values_list("code", "opinion")) == [("office", "同意"), ("group", "同意")]

    def test_the_last_step_lists_what_is_unmet_and_signs_nothing(self, case: Case) -> None:
        case.verify()
        case.sign("director")
        with pytest.raises(RuleBroken) as refused:
            case.sign("member")
        assert codes(refused) == {"effect_due"}
        assert case.closing.step == 1

    def test_one_person_signs_one_step(self, case: Case) -> None:
        case.verify()
        give(case.cast.people["director"], case.cast.city, roles.GROUP_MEMBER)
        case.sign("director")
        with pytest.raises(RuleBroken) as refused:
            case.sign("director")
        assert codes(refused) == {"closing.twice"}

    def test_the_database_keeps_one_step_for_each_person(self, case: Case) -> None:
        closing = case.verify()
        at = clock.now()
        write.attach([ClosingStep(closing=closing, place=0, code="a", holder="user:1", signed_by="user:1", at=at)])
        with pytest.raises(IntegrityError), transaction.atomic():
            write.attach([ClosingStep(closing=closing, place=1, code="b", holder="user:1", signed_by="user:1", at=at)])

    def test_who_checked_or_handed_in_signs_no_step(self, case: Case) -> None:
        case.verify()
        for who, code in (("verifier", "closing.part"), ("head", "closing.applicant"), ("leader", "closing.applicant")):
            give(case.cast.people[who], case.cast.office, roles.DIRECTOR)
            with pytest.raises(RuleBroken) as refused:
                case.sign(who)
            assert codes(refused) == {code}

    def test_the_office_enters_a_step_taken_on_paper(self, case: Case) -> None:
        case.verify()
        case.schedule()
        case.sign("director")
        with pytest.raises(NotAllowed):
            case.sign("verifier2", document="云领〔2026〕8号")
        case.sign("clerk", opinion="会议同意", document="云领〔2026〕8号")
        assert case.finding.state == "closed"
        step = ClosingStep.objects.get(code="group")
        assert (step.opinion, step.holder[:6], step.signed_by) == ("会议同意 [云领〔2026〕8号]", "paper:", case.cast.actor("clerk").holder)

    def test_one_paper_signs_one_step(self, case: Case) -> None:
        case.verify()
        case.sign("clerk", document="云领〔2026〕8号")
        with pytest.raises(RuleBroken) as refused:
            case.sign("clerk", document="云领〔2026〕8号")
        assert codes(refused) == {"closing.twice"}

    def test_the_authority_above_closes_by_its_document(self, case: Case) -> None:
        case.verify()
        case.schedule()
        write.change(case.finding, {"closing_authority": "above"}, actor=SYSTEM, verb="edit")
        case.sign("director")
        with pytest.raises(RuleBroken, match="above"):
            case.sign("member")
        case.sign("clerk", document="省巡〔2026〕1号")
        assert case.finding.state == "closed"

    def test_a_notice_waits_its_days(self, case: Case) -> None:
        closing = case.verify()
        case.schedule()
        notice = {"code": "notice", "role": "clerk", "kind": "notice", "days": 7, "may_share_person": True}
        file = {"code": "file", "role": "clerk", "kind": "archive", "days": 0, "may_share_person": True}
        write.change(closing, {"chain": [notice, file]}, actor=SYSTEM, verb="edit")
        case.sign("clerk")
        with pytest.raises(RuleBroken, match="notice"):
            case.sign("clerk")
        with clock.at(clock.now() + timedelta(days=7)):
            case.sign("clerk")
        assert case.finding.state == "closed"
        assert set(ClosingStep.objects.filter(closing=closing).values_list("holder", flat=True)) == {""}

    def test_a_notice_at_the_end_is_finished_after_its_days(self, case: Case) -> None:
        closing = case.verify()
        case.schedule()
        notice = {"code": "notice", "role": "clerk", "kind": "notice", "days": 7, "may_share_person": True}
        write.change(closing, {"chain": [notice]}, actor=SYSTEM, verb="edit")
        case.sign("clerk")
        assert case.finding.state == "verified"
        with clock.at(clock.now() + timedelta(days=7)):
            case.sign("clerk")
        assert case.finding.state == "closed"

    def test_a_stale_signature_loses_and_a_finished_chain_takes_none(self, case: Case) -> None:
        closing = case.verify()
        case.schedule()
        case.sign("director")
        with pytest.raises(Conflict):
            case.sign("member", version=closing.version)
        case.sign("member")
        with pytest.raises(RuleBroken, match="over"):
            case.sign("member")
        with pytest.raises(NotFound):
            case.sign("outsider")


class TestSingleClerk:
    """One clerk records all steps; independence is tested between the posts."""

    @pytest.fixture
    def clerk_as(self, case: Case) -> Any:

        write.create(Installation(name="云溪"), actor=SYSTEM, verb="found")
        cast = case.cast

        def act(who: str) -> Actor:
            post = cast.people[who].duties.get().post_id
            return as_actor(cast.people["clerk"], stands_for=post)

        return act

    def test_one_clerk_walks_the_whole_way_for_several_posts(self, case: Case, clerk_as: Any) -> None:
        doer, checker, third = clerk_as("liaison"), clerk_as("verifier"), clerk_as("verifier2")
        execute.add_evidence(actor=doer, measure_id=case.measure.pk, title="凭证", kind="act", chunks=[b"%PDF-1.7\n"], file_name="凭证.pdf")
        version = Measure.objects.get(pk=case.measure.pk).version
        claim = execute.claim_done(actor=doer, measure_id=case.measure.pk, text="已拨付", version=version)
        assert claim.holder == doer.holder == f"post:{doer.stands_for}"
        with pytest.raises(NotAllowed):
            actions.accept_claim(actor=doer, claim_id=claim.pk, verdict="met", method="read", text="", version=claim.version)
        actions.accept_claim(actor=checker, claim_id=claim.pk, verdict="met", method="read", text="", version=claim.version)
        execute.submit_finding(actor=clerk_as("head"), finding_id=case.finding.pk, version=case.finding.version)
        case.sign(clerk_as("leader"))
        actions.accept_finding(
            actor=clerk_as("department"),
            finding_id=case.finding.pk,
            verdicts={case.measure.number: "met"},
            questions=YES,
            method="read",
            text="",
            version=case.finding.version,
        )
        case.schedule()
        with pytest.raises(NotAllowed):
            case.sign(clerk_as("member"))
        case.sign(clerk_as("director"))
        case.sign(clerk_as("member"))
        assert case.finding.state == "closed"
        given: dict[str, Any] = {
            "finding_id": case.finding.pk,
            "passed": True,
            "method": "seen",
            "text": "属实",
            "version": case.finding.version,
        }
        with pytest.raises(RuleBroken):
            actions.record_effect(actor=checker, **given)
        actions.record_effect(actor=third, **given)
        assert case.finding.is_well

    def test_the_same_post_does_not_sign_twice(self, case: Case, clerk_as: Any) -> None:
        case.verify()
        director = clerk_as("director")
        post = case.cast.people["director"].duties.get().post
        person = make_user("stand-in")

        accounts.give_duty(actor=SYSTEM, user=person, post=post, role=roles.GROUP_MEMBER, round_id=None, since=clock.today())
        case.sign(director)
        with pytest.raises(RuleBroken) as refused:
            case.sign(clerk_as("director"))
        assert codes(refused) == {"closing.twice"}
