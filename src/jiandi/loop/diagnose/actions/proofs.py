"""Writes: what shows that a cause is one. Without it a why is only assumed."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import NotFound, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.diagnose import queries, rules
from jiandi.record.ledger import filing, targets, write
from jiandi.record.ledger.models import Cause, Evidence, EvidenceUse
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor


def show_cause(
    *,
    actor: Actor,
    cause_id: int,
    title: str = "",
    chunks: Iterable[bytes] | None = None,
    file_name: str = "",
    held_offline: str = "",
) -> Evidence:
    """Show a new file, or the post that holds a paper, for a cause."""
    cause = _writable(actor, cause_id)
    row = Evidence(held_offline=held_offline.strip()[:120], added_by=actor.holder, unit_id=cause.finding.lead_id or cause.unit_id)
    filing.describe(row, title, file_name)
    filing.keep(row, chunks, file_name)
    with transaction.atomic():
        cause = _writable(actor, cause_id)
        row.added_at = clock.now()
        write.create(row, actor=actor, verb="add")
        _use(actor, cause, row)
    return row


def point_to_proof(*, actor: Actor, cause_id: int, evidence_id: int) -> Evidence:
    """Point to evidence that the finding or one of its measures has already."""
    with transaction.atomic():
        cause = _writable(actor, cause_id)
        found = next((one for one in queries.proofs_to_choose(cause.finding) if one.pk == evidence_id), None)
        if found is None:
            raise NotFound("cause.foreign_proof", N_("This evidence belongs to another finding. Choose one from the list."))
        if EvidenceUse.objects.filter(evidence=found, cause=cause).exists():
            raise RuleBroken("cause.proof_twice", N_("This evidence is shown for the cause already."))
        _use(actor, cause, found)
    return found


def _use(actor: Actor, cause: Cause, proof: Evidence) -> None:
    write.note(cause, actor=actor, verb="add_evidence", evidence=proof.pk, digest=proof.digest)  # first: of two at once, one is told
    write.attach([EvidenceUse(evidence=proof, cause=cause, used_at=clock.now())])


def _writable(actor: Actor, cause_id: int) -> Cause:
    cause = queries.cause(actor, cause_id)
    decide.require(actor, "cause.write", targets.of_finding(cause.finding))
    if cause.finding.state not in rules.WRITABLE:
        raise RuleBroken("cause.state", N_("Causes are no longer written in this state. Have the finding returned first."))
    return cause
