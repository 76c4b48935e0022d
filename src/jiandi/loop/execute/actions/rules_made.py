"""Rules that a measure makes, revises, abolishes or enforces."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.execute.actions import register
from jiandi.loop.execute.actions.register import NewRule
from jiandi.record.ledger import beginning, load, targets, verbs, write
from jiandi.record.ledger.models import Institution, MeasureRule
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor

DRAFTED, IN_FORCE = "drafted", "in_force"
VERBS = dict(MeasureRule.VERBS)


def register_rule(
    *,
    actor: Actor,
    measure_id: int,
    title: str,
    number: str,
    issued_on: date | None,
    first_proof_on: date | None,
    state: str,
    is_another: bool = False,
) -> Institution:
    """A measure made (or revised) a rule of its lead; in force asks for number and day of issue, proofs of use are planned by themselves."""
    if state not in (DRAFTED, IN_FORCE):
        raise BadInput("rule.state", N_("Choose whether the rule is drafted or in force."))
    new = NewRule(title, number=number, issued_on=issued_on, first_proof_on=first_proof_on)
    with transaction.atomic():
        measure = load.measure(actor, measure_id)
        target = targets.of_measure(measure)
        decide.require(actor, "progress.write", target)
        beginning.expect_planned(measure)
        served = verbs.served_by(measure)
        beginning.start(measure, served)
        rule = register.made(actor, measure.lead, new, is_another=is_another)
        write.attach([MeasureRule(measure=measure, institution=rule, verb=measure.rule_verb or "make")])
        if state == IN_FORCE:
            register.put_in_force(actor=actor, institution_id=rule.pk, version=rule.version)
            rule.refresh_from_db()
        beginning.recount(served, actor=actor)
        return rule


def link_rule(*, actor: Actor, measure_id: int, institution_id: int, verb: str) -> MeasureRule:
    """A measure revises, abolishes or enforces a rule that stands in the register already."""
    if verb not in VERBS:
        raise BadInput("rule.verb", N_("Choose what the measure does to the rule: make, revise, abolish or enforce it."))
    with transaction.atomic():
        measure = load.measure(actor, measure_id)
        rule = load.institution(actor, institution_id)
        decide.require(actor, "progress.write", targets.of_measure(measure))
        beginning.expect_planned(measure)
        if not rule.is_living:
            raise RuleBroken("rule.ended", N_("“{title}” has ended. Choose a rule that is drafted or in force."), title=rule.title)
        if MeasureRule.objects.filter(measure=measure, institution=rule).exists():
            raise RuleBroken("rule.linked", N_("Measure {number} is linked to this rule already."), number=measure.number)
        link = MeasureRule(measure=measure, institution=rule, verb=verb)
        write.attach([link])
        write.note(measure, actor=actor, verb="link_rule", rule=rule.pk, does=verb)
        write.note(rule, actor=actor, verb="link_measure", measure=measure.pk, does=verb)
        return link
