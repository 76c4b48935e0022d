"""Rules that a measure makes, revises, abolishes or enforces."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.record.ledger import beginning, lifecycle, load, targets, verbs, write
from jiandi.record.ledger.facts import InstitutionFacts
from jiandi.record.ledger.models import Institution
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor

DRAFTED, IN_FORCE = "drafted", "in_force"


def register_rule(
    *,
    actor: Actor,
    measure_id: int,
    title: str,
    number: str,
    issued_on: date | None,
    first_proof_on: date | None,
    state: str,
) -> Institution:
    """Register a rule as drafted or in force; in force asks for number, day of issue and first proof of use."""
    if not title.strip():
        raise BadInput("rule.title", N_("Give the title of the rule."))
    if state not in (DRAFTED, IN_FORCE):
        raise BadInput("rule.state", N_("Choose whether the rule is drafted or in force."))
    with transaction.atomic():
        measure = load.measure(actor, measure_id)
        target = targets.of_measure(measure)
        decide.require(actor, "progress.write", target)
        beginning.expect_planned(measure)
        served = verbs.served_by(measure)
        beginning.start(measure, served)
        rule = Institution(measure=measure, title=title.strip()[:200], number=number.strip()[:60])
        rule.issued_on, rule.first_proof_on = issued_on, first_proof_on
        write.create(rule, actor=actor, verb="register")
        if state == IN_FORCE:
            _put_in_force(actor, rule, target)
        beginning.recount(served, actor=actor)
        return rule


def put_in_force(
    *, actor: Actor, institution_id: int, number: str, issued_on: date | None, first_proof_on: date | None, version: int
) -> Institution:
    """A drafted rule was issued."""
    with transaction.atomic():
        rule = load.institution(actor, institution_id, version)
        served = verbs.served_by(rule.measure)
        rule_fields = {"number": number.strip()[:60], "issued_on": issued_on, "first_proof_on": first_proof_on}
        facts = InstitutionFacts(number.strip(), issued_on, first_proof_on)
        target = targets.of_measure(rule.measure)
        lifecycle.move(rule, "put_in_force", actor=actor, target=target, facts=facts, fields=rule_fields)
        beginning.recount(served, actor=actor)
        return rule


def _put_in_force(actor: Actor, rule: Institution, target: Target) -> None:
    facts = InstitutionFacts(rule.number, rule.issued_on, rule.first_proof_on)
    lifecycle.move(rule, "put_in_force", actor=actor, target=target, facts=facts)
