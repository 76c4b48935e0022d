"""Is a rule used? Cases are drawn once, by a list nobody can steer, and somebody outside the author's side looks at them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.verify import rules
from jiandi.loop.verify.actions import checks
from jiandi.record.ledger import institutions, lifecycle, load, sampling, targets
from jiandi.record.ledger.facts import ProofFacts
from jiandi.record.ledger.models import ProofOfUse
from jiandi.record.ledger.models.institution import HOLDING
from jiandi.record.policy.targets import Target
from jiandi.record.trail import queries as trail
from jiandi.record.trail.actor import Actor

THING = "proofofuse"


def draw_cases(*, actor: Actor, proof_id: int, version: int, case_list: str, cases: int, drawn: int | None = None) -> ProofOfUse:
    """Draw n of N numbered cases, once, from the head of the trail at that moment."""
    with transaction.atomic():
        proof = _open(actor, proof_id, version)
        wanted = min(cases, institutions.clocks_of(proof.institution).proof_sample_cases) if drawn is None else drawn
        facts = ProofFacts(case_list=case_list, cases=cases, drawn=wanted, independence=_independence(proof, actor))
        head, algorithm = trail.head_before(clock.today()), settings.JIANDI_ALGORITHM
        root = head.root if head else proof.trail_digest
        fits = 0 < wanted <= cases <= rules.MOST_CASES
        picks = sampling.places(sampling.seed_of(root, THING, proof.pk, cases, algorithm), cases, wanted, algorithm) if fits else []
        if cases > rules.MOST_CASES:
            text = N_("A list of more than {most} cases cannot be drawn from. Take the cases of a shorter time.")
            raise RuleBroken("proof.too_many", text, most=rules.MOST_CASES)
        fields = {
            "case_list": case_list.strip()[:200],
            "cases": cases,
            "drawn": wanted,
            "head": root,
            "algorithm": algorithm,
            "picks": picks,
        }
        lifecycle.move(proof, "draw_cases", actor=actor, target=_target(proof, actor), facts=facts, fields=fields)
        return proof


def find_no_case(*, actor: Actor, proof_id: int, version: int, method: str, text: str, seen_on: date | None = None) -> ProofOfUse:
    """The rule applied to no case at all: it is on paper only."""
    with transaction.atomic():
        proof = _open(actor, proof_id, version)
        fields = {"cases": 0, "drawn": 0, "found": 0, **_seen(actor, proof, method, text, seen_on)}
        facts = ProofFacts(
            method=method, text=text, seen_on=fields["seen_on"], today=clock.today(), independence=_independence(proof, actor)
        )
        lifecycle.move(proof, "find_no_case", actor=actor, target=_target(proof, actor), facts=facts, reason=_reason(text), fields=fields)
        institutions.find_on_paper(proof, actor=actor)
        return proof


def record_proof(
    *, actor: Actor, proof_id: int, version: int, found: int | None, method: str, text: str, seen_on: date | None = None
) -> ProofOfUse:
    """k of the n drawn cases went by the rule. Below the regime's bar it is on paper only; at or above it is in use."""
    with transaction.atomic():
        proof = _open(actor, proof_id, version)
        fields = {"found": found, **_seen(actor, proof, method, text, seen_on)}
        facts = ProofFacts(
            drawn=proof.drawn, found=found, method=method, text=text, seen_on=fields["seen_on"], today=clock.today(),
            independence=_independence(proof, actor),
        )  # fmt: skip
        bar = institutions.clocks_of(proof.institution).proof_bar_percent
        is_used = rules.is_used(found or 0, proof.drawn or 0, bar)
        verb = "find_used" if is_used else "find_unused"
        lifecycle.move(proof, verb, actor=actor, target=_target(proof, actor), facts=facts, reason=_reason(text), fields=fields)
        (institutions.find_in_use if is_used else institutions.find_on_paper)(proof, actor=actor)
        return proof


def _open(actor: Actor, proof_id: int, version: int) -> ProofOfUse:
    proof = load.proof(actor, proof_id, version)
    if proof.institution.state not in HOLDING:
        text = N_("“{title}” is not in force. Only the use of a rule in force is proved.")
        raise RuleBroken("proof.not_in_force", text, title=proof.institution.title)
    return proof


def _target(proof: ProofOfUse, actor: Actor) -> Target:
    return targets.of_rule(proof.institution, actor)


def _independence(proof: ProofOfUse, actor: Actor) -> tuple[object, ...]:
    return institutions.unmet_independence(proof.institution, actor)


def _seen(actor: Actor, proof: ProofOfUse, method: str, text: str, seen_on: date | None) -> dict[str, Any]:
    checks.expect_method(method)
    unit = checks.unit_of(actor, _target(proof, actor))
    return {"method": method, "text": text.strip(), "seen_on": seen_on or clock.today(), "holder": actor.holder, "unit_id": unit}


def _reason(text: str) -> str:
    return text.strip()[:300]
