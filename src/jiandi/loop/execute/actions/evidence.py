"""Evidence: a file kept by its digest, or a paper held offline."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import date

import puremagic
from django.conf import settings
from django.db import transaction

from jiandi.base import clock, files
from jiandi.base.errors import BadInput, NotFound
from jiandi.base.text.words import N_
from jiandi.loop.execute import rules
from jiandi.loop.execute.actions import beginning
from jiandi.record.ledger import load, targets, verbs, write
from jiandi.record.ledger.models import Evidence, EvidenceUse, Finding, Measure
from jiandi.record.policy import decide
from jiandi.record.policy.independence import DOING
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor

HEAD_BYTES = 4096
BYTES_PER_MB = 1024 * 1024


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
    row = Evidence(
        title=rules.title_of(title, file_name),
        kind=kind or rules.guess_kind(title, file_name),
        dated_on=dated_on or rules.guess_date(title, file_name),
        held_offline=held_offline.strip()[:120],
        added_by=actor.holder,
    )
    _check(row)
    if chunks is not None:
        _keep(row, chunks, file_name)
    elif not row.held_offline:
        raise BadInput("evidence.nowhere", N_("Choose a file, or name the post that holds the paper."))
    with transaction.atomic():
        return _attach(actor, measure_id, row, finding_id)


def _allowed(actor: Actor, measure_id: int) -> tuple[Measure, Target]:
    measure = load.measure(actor, measure_id)
    target = targets.of_measure(measure)
    decide.require(actor, "evidence.add", target)
    beginning.expect_planned(measure)
    return measure, target


def _check(row: Evidence) -> None:
    if not row.title:
        raise BadInput("evidence.title", N_("Give the evidence a title."))
    if row.kind not in dict(Evidence.KINDS):
        raise BadInput("evidence.kind", N_("Choose what the evidence shows: talk, act or outcome."))
    if row.dated_on and row.dated_on > clock.today():
        raise BadInput("evidence.future", N_("The date of the paper lies in the future. Correct it."))


def _keep(row: Evidence, chunks: Iterable[bytes], file_name: str) -> None:
    name = rules.safe_name(file_name)
    kind = rules.type_of(name)
    stream = (chunk for chunk in chunks if chunk)
    head = _head(stream)
    rules.check_content(name, head[:HEAD_BYTES], _looks_like(head[:HEAD_BYTES]))
    limit = settings.JIANDI_UPLOAD_LIMIT_MB * BYTES_PER_MB
    kept = files.store(itertools.chain([head], stream), limit_bytes=limit, algorithm=settings.JIANDI_ALGORITHM)
    row.file_name, row.media_type = name, kind.media_type
    row.digest, row.algorithm, row.size_bytes = kept.digest, kept.algorithm, kept.size


def _head(stream: Iterator[bytes]) -> bytes:
    found = b""
    for chunk in stream:
        found += chunk
        if len(found) >= HEAD_BYTES:
            break
    return found


def _looks_like(head: bytes) -> list[str]:
    """Endings that the first bytes could have."""
    try:
        return [str(match.extension) for match in puremagic.magic_string(head)] if head else []
    except puremagic.PureError:
        return []


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
