"""The lead unit hands a finding in for verification, or takes it back."""

from __future__ import annotations

from django.db import transaction

from jiandi.record.ledger import lifecycle, load, reads, signing, targets, write
from jiandi.record.ledger.models import Finding
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor


def submit_finding(*, actor: Actor, finding_id: int, version: int, opinion: str = "") -> Finding:
    """The head of the lead unit submits; every measure must be accepted as done, every promised rule in force.

    Where the regime asks for more signatures before submission, this is the first of them: the finding stays where it is
    until the last one (``verify.sign_closing``) submits it.
    """
    with transaction.atomic():
        finding = load.finding(actor, finding_id, version)
        target = targets.of_finding(finding)
        if steps := signing.submit_steps(finding):
            signing.apply(finding, steps, target, actor=actor, opinion=opinion)
            return finding
        facts = reads.facts_for("submit", finding)
        lifecycle.move(finding, "submit", actor=actor, target=target, facts=facts)
        return finding


def take_back_finding(*, actor: Actor, finding_id: int, version: int) -> Finding:
    """Before a check is opened, the lead may take a finding back; before the last signature, its application."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id, version)
        target = targets.of_finding(finding)
        if signing.submit_steps(finding) and (application := signing.waiting(finding)):
            decide.require(actor, "finding.take_back", target)
            lifecycle.move(application, "stop", actor=actor)
            write.note(finding, actor=actor, verb="take_back")
            return finding
        facts = reads.facts_for("take_back", finding, checks_open=reads.checks_open(finding))
        lifecycle.move(finding, "take_back", actor=actor, target=target, facts=facts)
        return finding
