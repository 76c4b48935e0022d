"""Two people at once: one wins, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jiandi.loop.verify import actions
from jiandi.record.ledger import lifecycle
from jiandi.record.ledger.models import Check, Claim, ClosingStep, Measure, MeasurePart
from jiandi.record.policy import roles
from jiandi.record.trail.actor import SYSTEM, Actor
from tests.builders import give, make_measure, make_user
from tests.cast import make_cast
from tests.loop.verify.way import Case, begin
from tests.races import at_once, losers

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def accept(actor: Actor, claim: Claim) -> Callable[[], Check]:
    return lambda: actions.accept_claim(actor=actor, claim_id=claim.pk, verdict="met", method="seen", text="属实", version=claim.version)


def give_back(actor: Actor, claim: Claim) -> Callable[[], Check]:
    return lambda: actions.return_claim(actor=actor, claim_id=claim.pk, reason="incomplete", text="缺回单", version=claim.version)


@pytest.fixture
def case(flushable: Any) -> Case:
    return begin(make_cast())


def test_of_two_verifiers_on_one_claim_exactly_one_wins(case: Case) -> None:
    claim = case.claim()
    first, second = case.cast.actor("verifier"), case.cast.actor("verifier2")
    found = at_once(accept(first, claim), accept(second, claim))
    assert len(losers(found)) == 1
    assert Check.objects.filter(kind="done").count() == 1
    assert MeasurePart.objects.filter(part="done").count() == 1
    assert case.finding.is_done


def test_one_accepts_while_the_other_returns(case: Case) -> None:
    claim = case.claim()
    found = at_once(accept(case.cast.actor("verifier"), claim), give_back(case.cast.actor("verifier2"), claim))
    assert len(losers(found)) == 1
    check = Check.objects.get(kind="done")
    state = Measure.objects.get(pk=case.measure.pk).state
    assert (check.verdict, state) in {("passed", "done"), ("returned", "in_progress")}


def test_two_signatures_on_one_step(case: Case) -> None:
    closing = case.verify()
    deputy = make_user("deputy")
    give(deputy, case.cast.office, roles.DIRECTOR)
    case.cast.people["deputy"] = deputy

    def sign(who: str) -> Callable[[], Any]:
        actor = case.cast.actor(who)
        return lambda: actions.sign_closing(actor=actor, closing_id=closing.pk, opinion="同意", version=closing.version)

    found = at_once(sign("director"), sign("deputy"))
    assert len(losers(found)) == 1
    assert ClosingStep.objects.filter(closing=closing).count() == 1


def test_two_measures_of_one_finding_accepted_at_once_are_both_counted(case: Case) -> None:
    """Each recount sees the other, or loses and is tried again; the finding never stays uncounted."""
    other = Case(case.cast, begin_second(case))
    claims = [case.claim(), other.claim()]
    actors = [case.cast.actor("verifier"), case.cast.actor("verifier2")]
    found = at_once(*(accept(actor, claim) for actor, claim in zip(actors, claims, strict=True)))
    for place, one in enumerate(found):
        if isinstance(one, Exception):
            accept(actors[place], claims[place])()
    assert case.finding.is_done


def begin_second(case: Case) -> Measure:
    measure = make_measure(case.finding)
    lifecycle.move(measure, "approve", actor=SYSTEM)
    return measure
