"""Evidence: a file kept by its digest, or a paper held offline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import NotFound, RuleBroken
from jiandi.base.jobs import uploads
from jiandi.base.jobs.models import Upload
from jiandi.base.text.words import N_
from jiandi.record.ledger import beginning, filing, load, quota, targets, verbs, write
from jiandi.record.ledger.models import Evidence, EvidenceUse, Finding, Measure
from jiandi.record.policy import decide
from jiandi.record.policy.independence import DOING
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor

PURPOSE = "evidence"


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
    _room(actor, *_allowed(actor, measure_id))
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


def _room(actor: Actor, measure: Measure, target: Target) -> None:
    """Refuse before the bytes are sent, where the unit has no room left."""
    quota.expect_room(beginning.unit_of(actor, measure, target), 0)


def _attach(actor: Actor, measure_id: int, row: Evidence, finding_id: int | None) -> Evidence:
    measure, target = _allowed(actor, measure_id)
    served = verbs.served_by(measure)
    finding = _one_of(served, finding_id)
    _expect_new(measure, row)
    verbs.take_part(measure, actor, DOING)
    beginning.start(measure, served)
    row.unit_id = beginning.unit_of(actor, measure, target)
    row.added_at = clock.now()
    filing.file(row, actor=actor, verb="add")
    write.attach([EvidenceUse(evidence=row, measure=measure, finding=finding, used_at=row.added_at)])
    write.note(measure, actor=actor, verb="add_evidence", evidence=row.pk, digest=row.digest)
    beginning.recount(served, actor=actor)
    return row


def _expect_new(measure: Measure, row: Evidence) -> None:
    """The same file twice on one measure is one piece of evidence: a form that was sent again after a break doubles nothing."""
    twice = EvidenceUse.objects.filter(measure=measure, evidence__digest=row.digest, evidence__state__in=Evidence.COUNTING)
    if row.digest and twice.exists():
        raise RuleBroken("evidence.twice", N_("This very file is already kept as evidence of measure {number}."), number=measure.number)


def _one_of(served: list[Finding], finding_id: int | None) -> Finding | None:
    if finding_id is None:
        return None
    found = next((f for f in served if f.pk == finding_id), None)
    if found is None:
        raise NotFound("evidence.foreign", N_("The measure does not serve this finding. Go back to the list."))
    return found


def begin_upload(
    *, actor: Actor, measure_id: int, file_name: str, size: int, title: str, kind: str, dated_on: date | None, finding_id: int | None
) -> Upload:
    """Announce a file that comes in pieces; what cannot be taken is refused before a byte is sent."""
    measure, target = _allowed(actor, measure_id)
    filing.expect_type(file_name)
    quota.expect_room(beginning.unit_of(actor, measure, target), size)
    row = Evidence(kind=kind, dated_on=dated_on)
    filing.describe(row, title, file_name)
    payload = {
        "measure": measure_id,
        "finding": finding_id,
        "title": title,
        "kind": kind,
        "dated_on": dated_on.isoformat() if dated_on else "",
    }
    return uploads.begin(user_id=actor.user_id or 0, purpose=PURPOSE, file_name=file_name, size=size, payload=payload)


def finish_upload(*, actor: Actor, token: str) -> Evidence:
    """All pieces are here: the file becomes evidence, once, however often this is asked."""
    upload = uploads.own(token, actor.user_id or 0)
    if upload.made_id:
        return load.evidence(actor, upload.made_id)
    upload = uploads.keep(upload)
    given = upload.payload
    day = date.fromisoformat(given["dated_on"]) if given["dated_on"] else None
    row = Evidence(kind=given["kind"], dated_on=day, added_by=actor.holder)
    filing.describe(row, given["title"], upload.file_name)
    filing.keep_upload(row, upload)
    with transaction.atomic():
        if made_id := uploads.held(upload).made_id:
            return load.evidence(actor, made_id)
        made = _attach(actor, given["measure"], row, given["finding"])
        uploads.made(upload, made.pk)
        return made
