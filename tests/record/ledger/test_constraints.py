"""What the database itself refuses, whoever writes: the rules that must hold even if all code were wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from jiandi.base import clock
from jiandi.record.ledger.models import (
    Carried,
    Cause,
    CauseWord,
    Check,
    Claim,
    Closing,
    ClosingStep,
    Evidence,
    EvidenceUse,
    Finding,
    FindingLink,
    FindingParty,
    KeptCycle,
    LetterItem,
    Measure,
    MeasureFinding,
    MeasurePart,
    MeasureSupport,
    MeetingRecord,
    OwnMilestone,
    PlanChange,
    PlanPart,
    PlanRemark,
    PlanReview,
    PlanVersion,
    Pledge,
    ProposedProblem,
    RaisedCause,
    Round,
    StageGoal,
)
from tests.builders import make_cause, make_finding, make_item, make_letter, make_measure, make_round
from tests.cast import Cast


class Ground:
    """The rows that the refused ones hang on."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.finding, self.other = cast, cast.finding, make_finding(cast.round, cast.stranger)
        self.measure = make_measure(cast.finding)
        self.elsewhere = make_round(cast.city)
        self.item = make_item(make_letter(cast.round))

    def claim(self, **fields: Any) -> Claim:
        given = {"measure": self.measure, "kind": "done", "holder": "user:1", "unit": self.cast.bureau, "on": clock.today(), **fields}
        return Claim.objects.create(**given)

    def goal(self, **fields: Any) -> StageGoal:
        given = {"measure": self.measure, "text": "首批资金到账", "due": date(2026, 3, 1), "not_before": date(2026, 1, 1), **fields}
        return StageGoal.objects.create(**given)

    def cycle(self, **fields: Any) -> KeptCycle:
        given = {"measure": self.measure, "due": date(2026, 3, 1), "kept_on": date(2026, 3, 1), "text": "核对", "holder": "user:1"}
        return KeptCycle.objects.create(**{**given, **fields})

    def check(self, **fields: Any) -> Check:
        given = {"finding": self.finding, "kind": "accept", "method": "seen", "verdict": "passed", "holder": "u", "on": clock.today()}
        return Check.objects.create(**{**given, **fields})

    def plan(self, **fields: Any) -> PlanVersion:
        given = {"round": self.cast.round, "unit": self.cast.bureau, "number": 1, "body": "{}", "algorithm": "sha256", "digest": "0" * 64}
        return PlanVersion.objects.create(**{**given, "submitted_at": clock.now(), **fields})

    def part(self, plan: PlanVersion, part: str, **fields: Any) -> PlanPart:
        return PlanPart.objects.create(**{"plan": plan, "holder": "user:1", "part": part, "at": clock.now(), **fields})

    def review(self, plan: PlanVersion, **fields: Any) -> PlanReview:
        given = {"plan": plan, "of": self.cast.bureau, "unit": self.cast.audit, "name": "审核方", "due": clock.today()}
        return PlanReview.objects.create(**{**given, **fields})

    def remark(self, review: PlanReview, **fields: Any) -> PlanRemark:
        return PlanRemark.objects.create(**{"review": review, "number": 1, "text": "缺少时限", **fields})

    def change(self, **fields: Any) -> PlanChange:
        given = {"measure": self.measure, "kind": "drop", "reason": "合并", "asked_by": "user:1", "asked_at": clock.now()}
        return PlanChange.objects.create(**{**given, **fields})

    def pledge(self, plan: PlanVersion, **fields: Any) -> Pledge:
        given = {"plan": plan, "signed_on": clock.today(), "added_at": clock.now(), "digest": "0" * 64, "size_bytes": 9}
        return Pledge.objects.create(**{**given, **fields})

    def meeting(self, **fields: Any) -> MeetingRecord:
        given = {"round": self.cast.round, "unit": self.cast.bureau, "kind": "life", "held_on": clock.today()}
        return MeetingRecord.objects.create(**{**given, "expected": 9, "present": 9, "minutes": "6号", **fields})

    def evidence(self, **fields: Any) -> Evidence:
        given = {"title": "凭证", "kind": "act", "unit": self.cast.bureau, "added_by": "user:1", "added_at": clock.now()}
        return Evidence.objects.create(**{**given, **fields})

    def raised(self, **fields: Any) -> RaisedCause:
        cause = Cause.objects.filter(finding=self.finding).first() or make_cause(self.finding)
        given = {"finding": self.finding, "cause": cause, "proposed_by": self.cast.bureau, "text": "评审排队", "proposed_on": clock.today()}
        return RaisedCause.objects.create(**{**given, **fields})

    def forwarded(self, **fields: Any) -> RaisedCause:
        day = clock.today()
        return self.raised(
            **{"state": "forwarded", "unit": self.cast.helper, "sent_text": "评审", "forwarded_on": day, "answer_by": day, **fields}
        )

    def carry(self, **fields: Any) -> Carried:
        given = {"round": self.elsewhere, "finding": self.finding, "basis": "县整改办〔2026〕2号", "on": clock.today(), **fields}
        return Carried.objects.create(**given)

    def propose(self, **fields: Any) -> ProposedProblem:
        given = {"round": self.cast.round, "unit": self.cast.bureau, "title": "台账缺页", "text": "台账缺三页", "basis": "自查"}
        return ProposedProblem.objects.create(**{**given, "on": clock.today(), **fields})

    def step(self, closing: Closing, **fields: Any) -> ClosingStep:
        return ClosingStep.objects.create(closing=closing, code="office", signed_by="user:1", at=clock.now(), **fields)


@pytest.fixture
def ground(cast: Cast) -> Ground:
    return Ground(cast)


def twice(make: Callable[[], object]) -> None:
    make()
    make()


def findings(g: Ground) -> models.QuerySet[Finding]:
    return Finding.objects.filter(pk=g.finding.pk)


def _steps(g: Ground, **second: Any) -> None:
    closing = Closing.objects.create(finding=g.finding, chain=[])
    g.step(closing, place=0, holder="user:1")
    g.step(closing, **second)


def _shown_twice(g: Ground) -> None:
    proof = g.evidence(held_offline="机要室")
    twice(lambda: EvidenceUse.objects.create(evidence=proof, measure=g.measure, used_at=clock.now()))


def _shows_cause_twice(g: Ground) -> None:
    proof, cause = g.evidence(held_offline="机要室"), make_cause(g.finding)
    twice(lambda: EvidenceUse.objects.create(evidence=proof, cause=cause, used_at=clock.now()))


def _below_itself(g: Ground) -> None:
    Cause.objects.filter(pk=make_cause(g.finding).pk).update(parent=models.F("id"))


REFUSED: dict[str, Callable[[Ground], object]] = {
    "finding_number_once": lambda g: findings(g).update(number=g.other.number),
    "finding_has_title": lambda g: findings(g).update(title=""),
    "well_needs_done": lambda g: findings(g).update(is_well=True),
    "one_lead_from_planned_on": lambda g: findings(g).update(state="planned", lead=None),
    "closed_on_a_day": lambda g: findings(g).update(state="closed"),
    "long_term_has_review": lambda g: findings(g).update(state="long_term"),
    "exactly_one_lead": lambda g: FindingParty.objects.create(finding=g.finding, unit=g.cast.stranger, part="lead"),
    "part_once": lambda g: twice(lambda: FindingParty.objects.create(finding=g.finding, unit=g.cast.city, part="share")),
    "link_once": lambda g: twice(lambda: FindingLink.objects.create(finding=g.finding, other=g.other, kind="same")),
    "link_two_findings": lambda g: FindingLink.objects.create(finding=g.finding, other=g.finding, kind="recurs"),
    "same_said_once": lambda g: FindingLink.objects.create(finding=g.other, other=g.finding, kind="same"),
    "link_ended_with_reason": lambda g: FindingLink.objects.create(finding=g.finding, other=g.other, kind="same", state="refused"),
    "measure_number_once": lambda g: (make_measure(g.finding), Measure.objects.update(number=1)),
    "measure_has_text": lambda g: Measure.objects.update(text=""),
    "done_on_a_day": lambda g: Measure.objects.update(state="done"),
    "measure_due_after_feedback": lambda _g: Measure.objects.update(not_before=date(2026, 2, 1), due=date(2026, 1, 1)),
    "only_a_duty_recurs": lambda _g: Measure.objects.update(recurs="", recurs_from=date(2026, 1, 1)),
    "funds_planned_not_negative": lambda _g: Measure.objects.update(funds_planned=-1),
    "funds_paid_were_planned": lambda _g: Measure.objects.update(funds_planned=None, funds_paid=1),
    "serves_once": lambda g: MeasureFinding.objects.create(measure=g.measure, finding=g.finding),
    "serves_numbered_once": lambda g: [
        MeasureFinding.objects.create(measure=m, finding=g.other, number=1) for m in (g.measure, make_measure(g.finding))
    ],
    "carried_once": lambda g: twice(g.carry),
    "carried_with_basis": lambda g: g.carry(basis=""),
    "taken_off_with_reason": lambda g: g.carry(state="taken_off"),
    "proposal_has_words": lambda g: g.propose(basis=""),
    "proposal_made_a_finding": lambda g: g.propose(finding=g.finding),
    "proposal_registered_as": lambda g: g.propose(state="registered"),
    "proposal_refused_with_reason": lambda g: g.propose(state="refused"),
    "support_once": lambda g: twice(lambda: MeasureSupport.objects.create(measure=g.measure, unit=g.cast.helper)),
    "one_part_per_person": lambda g: [
        MeasurePart.objects.create(measure=g.measure, holder="user:1", part=part) for part in ("doing", "done")
    ],
    "one_done_claim_at_a_time": lambda g: twice(lambda: g.claim(state="raised")),
    "said_is_not_accepted": lambda g: g.claim(kind="said", state="accepted"),
    "returned_with_reason": lambda g: g.claim(state="returned"),
    "check_fails_with_reason": lambda g: g.check(verdict="failed"),
    "done_check_has_measure": lambda g: g.check(kind="done"),
    "one_closing_at_a_time": lambda g: twice(lambda: Closing.objects.create(finding=g.finding, chain=[])),
    "closing_step_once": lambda g: _steps(g, place=0, holder="user:2"),
    "one_step_per_person": lambda g: _steps(g, place=1, holder="user:1"),
    "plan_number_once": lambda g: twice(lambda: g.plan(state="returned")),
    "round_plan_number_once": lambda g: twice(lambda: g.plan(unit=None)),
    "one_plan_under_review": lambda g: [g.plan(number=n) for n in (1, 2)],
    "plan_signed_as_asked": lambda g: g.plan(step=1),
    "approved_plan_is_signed": lambda g: g.plan(state="approved", steps=2, step=1),
    "one_part_in_a_plan": lambda g: [g.part(g.plan(), "made"), g.part(PlanVersion.objects.get(), "signed", place=0)],
    "plan_place_signed_once": lambda g: [
        g.part(g.plan(), "signed", place=0),
        g.part(PlanVersion.objects.get(), "signed", place=0, holder="user:2"),
    ],
    "only_signatures_have_places": lambda g: g.part(g.plan(), "made", place=0),
    "unit_reviews_once": lambda g: [g.review(g.plan()), g.review(PlanVersion.objects.get())],
    "nobody_reviews_own_plan": lambda g: g.review(g.plan(), unit=g.cast.bureau),
    "opinion_has_word": lambda g: g.review(g.plan(), state="answered"),
    "objection_says_what": lambda g: g.review(g.plan(), word="object"),
    "remark_number_once": lambda g: [g.remark(g.review(g.plan())), g.remark(PlanReview.objects.get())],
    "remark_has_text": lambda g: g.remark(g.review(g.plan()), text=""),
    "remark_not_taken_has_reason": lambda g: g.remark(g.review(g.plan()), state="not_taken"),
    "one_open_change": lambda g: twice(g.change),
    "change_has_reason": lambda g: g.change(reason=""),
    "change_applied_by_a_plan": lambda g: g.change(state="applied"),
    "one_goal_a_day": lambda g: twice(g.goal),
    "goal_has_text": lambda g: g.goal(text=""),
    "goal_after_feedback": lambda g: g.goal(due=date(2025, 12, 31)),
    "goal_met_after_feedback": lambda g: g.goal(met_on=date(2025, 12, 31)),
    "met_goal_stays": lambda g: g.goal(met_on=date(2026, 1, 2), is_dropped=True),
    "cycle_kept_once": lambda g: twice(g.cycle),
    "kept_cycle_has_text": lambda g: g.cycle(text=""),
    "milestone_once": lambda g: twice(lambda: OwnMilestone.objects.create(measure=g.measure, code="check", on=clock.today())),
    "one_current_pledge": lambda g: [g.pledge(g.plan()), g.pledge(PlanVersion.objects.get())],
    "pledge_has_scan": lambda g: g.pledge(g.plan(), digest=""),
    "meeting_once_a_day": lambda g: twice(g.meeting),
    "meeting_counts_fit": lambda g: g.meeting(present=10),
    "meeting_has_minutes": lambda g: g.meeting(minutes=""),
    "evidence_is_somewhere": lambda g: g.evidence(),
    "evidence_not_empty": lambda g: g.evidence(digest="0" * 64),
    "evidence_state": lambda g: g.evidence(held_offline="机要室", state="burnt"),
    "evidence_returned_with_reason": lambda g: g.evidence(held_offline="机要室", state="returned"),
    "evidence_once": _shown_twice,
    "evidence_once_per_cause": _shows_cause_twice,
    "cause_says_something": lambda g: (make_cause(g.finding), Cause.objects.update(text="")),
    "cause_not_below_itself": _below_itself,
    "cause_word_has_code": lambda _g: CauseWord.objects.create(code=""),
    "one_open_raised_cause": lambda g: twice(g.raised),
    "raised_cause_says_something": lambda g: g.raised(text=""),
    "raised_cause_has_receiver": lambda g: g.forwarded(unit=None),
    "matter_says_something": lambda g: g.raised(state="listed"),
    "matter_raised_by_document": lambda g: g.raised(state="raised", sent_text="编制", raised_on=clock.today()),
    "raised_cause_answered_in_words": lambda g: g.forwarded(state="accepted", answered_on=clock.today()),
    "raised_cause_goes_elsewhere": lambda g: g.forwarded(unit=g.cast.bureau),
    "only_accepted_leads_on": lambda g: g.forwarded(led_to=g.other),
    "evidence_for_something": lambda g: EvidenceUse.objects.create(evidence=g.evidence(held_offline="机要室"), used_at=clock.now()),
    "letter_once_per_round": lambda g: [make_letter(g.cast.round, file_digest="0" * 64) for _ in range(2)],
    "item_span_not_empty": lambda g: LetterItem.objects.update(start=5, end=5),
    "item_dropped_with_reason": lambda g: LetterItem.objects.update(state="dropped", reason=""),
    "item_held_with_number": lambda g: LetterItem.objects.update(state="held"),
}
ELSEWHERE = {
    # the same kinds of rule, tested beside the stage that writes them
    "counter_once": "record/trail/test_race.py",
    "counter_once_without_lead": "record/ledger/test_counters.py",
    "assignment_once": "record/ledger/opening.py refuses it in words",
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_database_refuses(ground: Ground, name: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        REFUSED[name](ground)


def constraints() -> dict[str, str]:
    """Name of a constraint -> the thing it guards."""
    return {c.name: str(m._meta.model_name) for m in apps.get_app_config("ledger").get_models() for c in m._meta.constraints}


@pytest.mark.parametrize("name", [n for n in REFUSED if n in constraints()])
def test_it_is_that_constraint_that_refuses(ground: Ground, name: str) -> None:
    """SQLite names fields, not constraints, for a uniqueness; PostgreSQL names the constraint."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        REFUSED[name](ground)
    assert name in str(refused.value) or "UNIQUE" in str(refused.value)


def test_every_name_tried_is_a_constraint_of_the_ledger() -> None:
    assert set(REFUSED) | set(ELSEWHERE) <= set(constraints())


def test_the_core_of_the_record_is_tried_whole() -> None:
    core = {"finding", "findingparty", "findinglink", "measure", "measurefinding", "measuresupport", "measurepart", "claim", "check",
            "closing", "closingstep", "planversion", "evidence", "evidenceuse", "letter", "letteritem", "cause", "causeword", "raisedcause",
            "planpart", "planreview", "planremark", "planchange", "ownmilestone", "pledge", "meetingrecord", "carried",
            "proposedproblem",
            "stagegoal", "keptcycle"}  # fmt: skip
    assert {name for name, thing in constraints().items() if thing in core} == set(REFUSED)


def test_a_code_of_a_round_is_used_once(cast: Cast) -> None:
    other = Round.objects.get(pk=cast.round.pk)
    other.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.bulk_create([other])
