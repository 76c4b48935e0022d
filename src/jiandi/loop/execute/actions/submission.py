"""The lead unit hands a finding in for verification, or takes it back."""

from __future__ import annotations

from django.db import transaction

from jiandi.record.ledger import lifecycle, load, reads, targets
from jiandi.record.ledger.models import Finding
from jiandi.record.trail.actor import Actor


def submit_finding(*, actor: Actor, finding_id: int, version: int) -> Finding:
    """The head of the lead unit submits; every measure must be accepted as done, every promised rule in force."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id, version)
        facts = reads.finding_facts(finding)
        lifecycle.move(finding, "submit", actor=actor, target=targets.of_finding(finding), facts=facts)
        return finding


def take_back_finding(*, actor: Actor, finding_id: int, version: int) -> Finding:
    """Before a check is opened, the lead may take a submitted finding back."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id, version)
        facts = reads.finding_facts(finding, checks_open=reads.checks_open(finding))
        lifecycle.move(finding, "take_back", actor=actor, target=targets.of_finding(finding), facts=facts)
        return finding
