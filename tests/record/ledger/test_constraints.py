"""What the database itself refuses, whoever writes: the rules that must hold even if all code were wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from jiandi.base import clock
from jiandi.record.ledger.models import (
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
    LetterItem,
    Measure,
    MeasureFinding,
    MeasurePart,
    MeasureSupport,
    PlanVersion,
    RaisedCause,
    Round,
)
from tests.builders import make_cause, make_finding, make_item, make_letter, make_measure
from tests.cast import Cast


class Ground:
    """The rows that the refused ones hang on."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.finding, self.other = cast, cast.finding, make_finding(cast.round, cast.stranger)
        self.measure = make_measure(cast.finding)
        self.item = make_item(make_letter(cast.round))

    def claim(self, **fields: Any) -> Claim:
        given = {"measure": self.measure, "kind": "done", "holder": "user:1", "unit": self.cast.bureau, "on": clock.today(), **fields}
        return Claim.objects.create(**given)

    def check(self, **fields: Any) -> Check:
        given = {"finding": self.finding, "kind": "accept", "method": "seen", "verdict": "passed", "holder": "u", "on": clock.today()}
        return Check.objects.create(**{**given, **fields})

    def plan(self, **fields: Any) -> PlanVersion:
        given = {"round": self.cast.round, "unit": self.cast.bureau, "number": 1, "body": "{}", "algorithm": "sha256", "digest": "0" * 64}
        return PlanVersion.objects.create(**{**given, "submitted_at": clock.now(), **fields})

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
    "link_two_findings": lambda g: FindingLink.objects.create(finding=g.finding, other=g.finding, kind="same"),
    "measure_number_once": lambda g: (make_measure(g.finding), Measure.objects.update(number=1)),
    "measure_has_text": lambda g: Measure.objects.update(text=""),
    "done_on_a_day": lambda g: Measure.objects.update(state="done"),
    "serves_once": lambda g: MeasureFinding.objects.create(measure=g.measure, finding=g.finding),
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
    "evidence_is_somewhere": lambda g: g.evidence(),
    "evidence_not_empty": lambda g: g.evidence(digest="0" * 64),
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
            "closing", "closingstep", "planversion", "evidence", "evidenceuse", "letter", "letteritem", "cause", "causeword", "raisedcause"}  # fmt: skip
    assert {name for name, thing in constraints().items() if thing in core} == set(REFUSED)


def test_a_code_of_a_round_is_used_once(cast: Cast) -> None:
    other = Round.objects.get(pk=cast.round.pk)
    other.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.bulk_create([other])
