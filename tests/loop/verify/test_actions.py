"""What others find: claims judged, findings accepted or returned, effects seen, the chain walked; and who may not."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.verify import actions
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Check, Claim, Closing, MeasurePart
from jiandi.record.policy import roles
from tests.builders import as_actor, give, make_user
from tests.cast import Cast
from tests.loop.verify.way import YES, Case, begin


@pytest.fixture
def case(cast: Cast) -> Case:
    return begin(cast)


def codes(refused: pytest.ExceptionInfo[RuleBroken]) -> set[str]:
    return {u.code for u in refused.value.unmet}


class TestClaims:
    def test_another_person_accepts_and_the_measure_is_done(self, case: Case) -> None:
        claim = case.claim()
        check = case.accept_claim(claim)
        case.measure.refresh_from_db()
        claim.refresh_from_db()
        assert (case.measure.state, case.measure.done_on, claim.state) == ("done", clock.today(), "accepted")
        assert (check.kind, check.verdict, check.unit_id) == ("done", "passed", case.cast.audit.pk)
        assert case.finding.is_done
        assert not case.finding.is_well

    def test_claimant_cannot_accept_own_claim_even_with_the_duty(self, case: Case) -> None:
        claim = case.claim()
        give(case.cast.people["liaison"], case.cast.audit, roles.VERIFIER)
        with pytest.raises(RuleBroken) as refused:
            case.accept_claim(claim, "liaison")
        assert codes(refused) == {"independence.part", "independence.unit"}

    def test_a_verifier_with_a_duty_in_the_lead_unit_cannot_accept(self, case: Case) -> None:
        claim = case.claim()
        give(case.cast.people["verifier"], case.cast.bureau, roles.LIAISON)
        with pytest.raises(RuleBroken) as refused:
            case.accept_claim(claim)
        assert codes(refused) == {"independence.unit"}

    def test_done_and_well_are_different_people_by_the_database_too(self, case: Case) -> None:
        claim = case.claim()
        case.accept_claim(claim)
        holder = case.cast.actor("verifier").holder
        with pytest.raises(IntegrityError), transaction.atomic():
            write.attach([MeasurePart(measure=case.measure, holder=holder, part="well")])

    @pytest.mark.parametrize(
        ("who", "error"), [("clerk", NotAllowed), ("head", NotAllowed), ("supervisor", NotAllowed), ("outsider", NotFound)]
    )
    def test_only_verifiers_judge(self, case: Case, who: str, error: type[Exception]) -> None:
        claim = case.claim()
        with pytest.raises(error):
            case.accept_claim(claim, who)
        with pytest.raises(error):
            actions.return_claim(actor=case.cast.actor(who), claim_id=claim.pk, reason="incomplete", text="", version=claim.version)

    def test_verdict_and_method_are_asked_for(self, case: Case) -> None:
        claim = case.claim()
        with pytest.raises(RuleBroken) as refused:
            case.accept_claim(claim, verdict="", method="")
        assert codes(refused) == {"verdict", "method"}
        with pytest.raises(BadInput):
            case.accept_claim(claim, method="felt")

    def test_a_stale_or_judged_claim_is_not_judged_again(self, case: Case) -> None:
        claim = case.claim()
        case.accept_claim(claim)
        with pytest.raises(Conflict):
            case.accept_claim(claim, "verifier2")
        with pytest.raises(RuleBroken):
            case.accept_claim(claim, "verifier2", version=claim.version + 1)

    def test_a_claim_goes_back_with_a_neutral_reason(self, case: Case) -> None:
        claim = case.claim()
        with pytest.raises(RuleBroken) as refused:
            actions.return_claim(actor=case.cast.actor("verifier"), claim_id=claim.pk, reason="perfunctory", text="", version=claim.version)
        assert codes(refused) == {"reason"}
        check = actions.return_claim(
            actor=case.cast.actor("verifier"), claim_id=claim.pk, reason="incomplete", text="缺到账回单", version=claim.version
        )
        case.measure.refresh_from_db()
        claim.refresh_from_db()
        assert (case.measure.state, claim.state, claim.reason, check.verdict) == ("in_progress", "returned", "incomplete", "returned")


class TestFindings:
    def test_accepting_opens_the_closing_chain(self, case: Case) -> None:
        case.submit()
        check = case.accept()
        closing = Closing.objects.get(finding=case.finding, verb="close")
        assert case.finding.state == "verified"
        assert [s["code"] for s in closing.chain] == ["office", "group"]
        assert check.answers["verdicts"] == {str(case.measure.number): "met"}

    def test_each_standard_and_each_question_is_answered(self, case: Case) -> None:
        case.submit()
        for more, code in (
            ({"verdicts": {}}, "unjudged"),
            ({"verdicts": {case.measure.number: "not_met"}}, "not_met"),
            ({"questions": {}}, "questions"),
            ({"questions": {**YES, "thorough": False}}, "answered_no"),
        ):
            with pytest.raises(RuleBroken) as refused:
                case.accept(**more)
            assert codes(refused) == {code}

    def test_only_a_verifier_accepts_on_the_version_seen(self, case: Case) -> None:
        case.submit()
        with pytest.raises(NotAllowed):
            case.accept("director")
        with pytest.raises(NotFound):
            case.accept("outsider")
        with pytest.raises(Conflict):
            case.accept(version=1)

    def test_a_finding_goes_back_and_the_done_claim_falls_back(self, case: Case) -> None:
        found = case.submit()
        with pytest.raises(RuleBroken) as refused:
            actions.return_finding(
                actor=case.cast.actor("verifier"), finding_id=found.pk, reason="x", measure_numbers=[], text="", version=found.version
            )
        assert codes(refused) == {"reason", "which"}
        actions.return_finding(
            actor=case.cast.actor("verifier"),
            finding_id=found.pk,
            reason="below_standard",
            measure_numbers=[case.measure.number],
            text="一笔未到账",
            version=found.version,
        )
        case.measure.refresh_from_db()
        assert (case.finding.state, case.measure.state, case.finding.is_done) == ("in_progress", "in_progress", False)
        assert Claim.objects.get(kind="done").state == "fell_back"

    def test_a_step_of_the_chain_may_return_and_the_closing_stops(self, case: Case) -> None:
        case.verify()
        actions.return_finding(
            actor=case.cast.actor("director"),
            finding_id=case.finding.pk,
            reason="incomplete",
            measure_numbers=[case.measure.number],
            text="",
            version=case.finding.version,
        )
        assert case.closing.state == "stopped"

    def test_the_unit_does_not_return_its_own_finding(self, case: Case) -> None:
        found = case.submit()
        with pytest.raises(NotAllowed):
            actions.return_finding(
                actor=case.cast.actor("head"), finding_id=found.pk, reason="incomplete", measure_numbers=[1], text="", version=found.version
            )

    def test_an_opened_check_is_noted_once_by_a_verifier(self, case: Case) -> None:
        case.submit()
        with pytest.raises(NotAllowed):
            actions.open_check(actor=case.cast.actor("head"), finding_id=case.finding.pk)
        number = actions.open_check(actor=case.cast.actor("department"), finding_id=case.finding.pk).trail_number
        other = make_user("other")
        give(other, case.cast.audit, roles.DEPARTMENT)
        assert actions.open_check(actor=as_actor(other), finding_id=case.finding.pk).trail_number == number


class TestEffect:
    def test_a_third_person_sees_it_work(self, case: Case) -> None:
        case.close()
        case.effect(passed=True)
        assert (case.finding.effect_state, case.finding.is_well, case.finding.state) == ("passed", True, "closed")
        parts = set(MeasurePart.objects.filter(measure=case.measure).values_list("part", flat=True))
        assert parts == {"doing", "done", "well"}

    def test_who_verified_done_cannot_verify_well(self, case: Case) -> None:
        case.close()
        with pytest.raises(RuleBroken) as refused:
            case.effect(passed=True, who="verifier")
        assert codes(refused) == {"independence.part"}

    def test_a_failed_check_reopens_by_itself(self, case: Case) -> None:
        case.close()
        case.effect(passed=False, text="又有两笔滞留", failed_measures=[case.measure.number])
        case.measure.refresh_from_db()
        assert (case.finding.state, case.measure.state, case.finding.closed_on) == ("reopened", "failed", None)
        assert (case.finding.is_done, case.finding.is_well) == (False, False)
        assert Check.objects.get(kind="effect").reason == "no_effect"

    def test_a_failed_check_before_closing_sends_it_back(self, case: Case) -> None:
        case.verify()
        case.effect(passed=False, text="又有两笔滞留")
        assert case.finding.state == "in_progress"

    def test_nobody_but_the_verifiers_sees_it_work(self, case: Case) -> None:
        case.close()
        for who, error in (("head", NotAllowed), ("clerk", NotAllowed), ("supervisor", NotAllowed), ("outsider", NotFound)):
            with pytest.raises(error):
                case.effect(passed=True, who=who)

    def test_it_is_looked_at_once_it_is_done_with_words_and_method(self, case: Case) -> None:
        with pytest.raises(RuleBroken, match="not_done"):
            case.effect(passed=True)
        case.close()
        with pytest.raises(BadInput):
            case.effect(passed=True, text=" ")
        with pytest.raises(BadInput):
            case.effect(passed=True, method="")
        with pytest.raises(Conflict):
            case.effect(passed=True, version=1)
        case.effect(passed=True)
        with pytest.raises(RuleBroken, match="passed"):
            case.effect(passed=True)

    def test_the_office_schedules_a_day_to_come_and_a_measure(self, case: Case) -> None:
        case.verify()
        found = case.schedule()
        assert (found.effect_state, found.effect_measure) == ("due", "sample")
        with pytest.raises(NotAllowed):
            case.schedule("verifier")
        with pytest.raises(BadInput, match="past"):
            case.schedule(days=-1)
        with pytest.raises(BadInput, match="measure"):
            case.schedule(measure="none")
        with pytest.raises(Conflict):
            case.schedule(version=1)
