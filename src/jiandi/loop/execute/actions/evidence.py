"""Evidence: a file kept by its digest, or a paper held offline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import NotFound
from jiandi.base.text.words import N_
from jiandi.record.ledger import beginning, filing, load, targets, verbs, write
from jiandi.record.ledger.models import Evidence, EvidenceUse, Finding, Measure
from jiandi.record.policy import decide
from jiandi.record.policy.independence import DOING
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor


def add_evidence(
    *,
    actor: Actor,
    measure_id: int,
    title: str,
    kind: str,
    chunks: Iterable[bytes] | None = None,
    file_name: str = "",
    dated_on: date | None = None,
    held_offline: str = "",
    finding_id: int | None = None,
) -> Evidence:
    """Attach a file, or the post that holds a paper, to a measure. The first evidence starts the measure.

    ``kind`` empty means: guessed from title and name. The file is kept before the transaction, so that a long upload
    holds no lock; a file that the transaction then refuses is an orphan of the store and harms nobody.
    """
    _allowed(actor, measure_id)
    row = Evidence(kind=kind, dated_on=dated_on, held_offline=held_offline.strip()[:120], added_by=actor.holder)
    filing.describe(row, title, file_name)
    filing.keep(row, chunks, file_name)
    with transaction.atomic():
        return _attach(actor, measure_id, row, finding_id)


def _allowed(actor: Actor, measure_id: int) -> tuple[Measure, Target]:
    measure = load.measure(actor, measure_id)
    target = targets.of_measure(measure)
    decide.require(actor, "evidence.add", target)
    beginning.expect_planned(measure)
    return measure, target


def _attach(actor: Actor, measure_id: int, row: Evidence, finding_id: int | None) -> Evidence:
    measure, target = _allowed(actor, measure_id)
    served = verbs.served_by(measure)
    finding = _one_of(served, finding_id)
    verbs.take_part(measure, actor, DOING)
    beginning.start(measure, served)
    row.unit_id = beginning.unit_of(actor, measure, target)
    row.added_at = clock.now()
    write.create(row, actor=actor, verb="add")
    write.attach([EvidenceUse(evidence=row, measure=measure, finding=finding, used_at=row.added_at)])
    write.note(measure, actor=actor, verb="add_evidence", evidence=row.pk, digest=row.digest)
    beginning.recount(served, actor=actor)
    return row


def _one_of(served: list[Finding], finding_id: int | None) -> Finding | None:
    if finding_id is None:
        return None
    found = next((f for f in served if f.pk == finding_id), None)
    if found is None:
        raise NotFound("evidence.foreign", N_("The measure does not serve this finding. Go back to the list."))
    return found
