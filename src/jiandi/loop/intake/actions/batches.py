"""A running ledger is taken over: checked row by row, then taken in whole or not at all."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Final

from django.conf import settings
from django.db import transaction

from jiandi.base import clock, files, jobs
from jiandi.base.errors import BadInput, Conflict, JiandiError, NotFound, RuleBroken
from jiandi.base.jobs import bulk
from jiandi.base.text.words import N_
from jiandi.loop.intake import queries, rules
from jiandi.loop.intake.actions.letters import fault_json, store_upload
from jiandi.loop.intake.actions.rows import Taking, write_rows
from jiandi.loop.intake.readers.checking import Checked
from jiandi.record.accounts import actions as accounts
from jiandi.record.ledger import lifecycle, load, targets, write
from jiandi.record.ledger.facts import ItemFacts
from jiandi.record.ledger.models import Finding, ImportBatch, Measure, MeasureFinding, Round
from jiandi.record.policy import decide
from jiandi.record.trail import writing
from jiandi.record.trail.actor import SYSTEM, Actor

FAULTS_SHOWN = 500
MOST_BYTES = 1024**3
_ENCODED = json.JSONEncoder(ensure_ascii=False).encode
STANDING = ("received", "checked", "taking", "taken")


def take_ledger(
    *,
    actor: Actor,
    round_id: int,
    file_name: str,
    chunks: Iterable[bytes],
    as_of: date,
    document: str = "",
    source: str = "taken_over",
    mapping: rules.LedgerMapping | None = None,
) -> ImportBatch:
    """Keep a ledger file and ask for its rows to be checked. Nothing is taken in yet."""
    round_ = load.round_(actor, round_id)
    decide.require(actor, "import.take", targets.of_round(round_))
    if as_of > clock.today():
        raise BadInput("intake.day_ahead", N_("The day of receipt lies ahead. Write the day on which it came."))
    stored = store_upload(chunks, file_name)
    with transaction.atomic():
        Round.objects.select_for_update().get(pk=round_.pk)
        _refuse_twice(round_, stored.digest)
        batch = ImportBatch(
            round=round_,
            file_name=file_name[-200:],
            file_digest=stored.digest,
            file_algorithm=stored.algorithm,
            as_of=as_of,
            document=document.strip()[:60],
            source=source,
            mapping=mapping.plain() if mapping else {},
            state="received",
        )
        write.create(batch, actor=actor, verb="receive")
        ask_reading(batch, actor)
    return batch


def ask_reading(batch: ImportBatch, actor: Actor) -> None:
    """The worker checks a received ledger; asked once for each version."""
    jobs.enqueue(queries.READ, {"batch": batch.pk}, actor_id=actor.user_id, key=queries.work_key(batch))


def _refuse_twice(round_: Round, digest: str) -> None:
    there = ImportBatch.objects.filter(round=round_, file_digest=digest, state__in=STANDING).first()
    if there is not None:
        raise BadInput(
            "intake.same_ledger",
            N_("This ledger is already here: “{name}”. Open it in the list of ledgers instead of handing it in again."),
            name=there.file_name,
        )


def propose_batch(
    batch_id: int, *, version: int, found: Checked, marked: bytes = b"", stated: Sequence[tuple[str, int, str]] = ()
) -> ImportBatch:
    """Keep what the check of a file found, unless somebody asked for another check meanwhile; the rows go to the file store, one to a line."""
    lines = (_ENCODED(row.plain()).encode() + b"\n" for row in found.rows)
    rows_digest = files.store(lines, limit_bytes=MOST_BYTES, algorithm=settings.JIANDI_ALGORITHM).digest
    marked_digest = _kept(marked) if marked else ""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        if (batch.state, batch.version) != ("received", version):
            return batch
        fields = {
            "rows": len(found.rows),
            "rows_digest": rows_digest,
            "marked_digest": marked_digest,
            "faults": [{"row": f.row, "code": f.code, "text": f.text, "params": f.params, "stops": f.stops} for f in found.faults][
                :FAULTS_SHOWN
            ],
            "stopping": found.stopping,
            "notes": found.notes,
            "recognised": found.recognised,
            "stated": [list(one) for one in stated],
            "new_units": queries.unknown_units(found.rows, rules.unit_choices(found.recognised)),
        }
        lifecycle.move(batch, "check", actor=SYSTEM, fields=fields)
    return batch


def _kept(body: bytes) -> str:
    return files.store([body], limit_bytes=len(body) + 1, algorithm=settings.JIANDI_ALGORITHM).digest


def fail_batch(batch_id: int, error: JiandiError) -> ImportBatch:
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        if batch.state == "received":
            lifecycle.move(batch, "fail", actor=SYSTEM, fields={"fault": fault_json(error)})
    return batch


def batch_for(actor: Actor, batch_id: int, version: int | None = None) -> ImportBatch:
    """A batch of a round one works in as a whole."""
    found = ImportBatch.objects.select_related("round", "round__regime", "round__unit").filter(pk=batch_id).first()
    if found is None or not decide.may(actor, "import.take", targets.of_round(found.round)):
        raise NotFound("ledger.no_batch", N_("It does not exist, or it is not yours to see. Go back to the list."))
    if version is not None:
        writing.expect_version(found, version)
    return found


def take_batch(*, actor: Actor, batch_id: int, version: int, add_units: bool = False) -> ImportBatch:
    """Ask for the checked rows to be taken in. The worker writes them: all in one transaction, or none."""
    with transaction.atomic():
        batch = batch_for(actor, batch_id, version)
        _refuse_faulty(batch)
        if batch.state == "taking" and queries.work(batch).is_busy:
            raise RuleBroken("intake.being_taken", N_("This ledger is being taken in already. Wait until that is over."))
        lifecycle.move(batch, "ask_take", actor=actor, target=targets.of_round(batch.round), fields={"fault": ""})
        asked = {"batch": batch.pk, "version": batch.version, "add_units": add_units, "stands_for": actor.stands_for}
        jobs.enqueue(queries.TAKE, asked, actor_id=actor.user_id, key=queries.work_key(batch))
    return batch


def _refuse_faulty(batch: ImportBatch) -> None:
    if batch.stopping:
        raise RuleBroken(
            "intake.faults_left",
            N_(
                "{n} faults stand in the way. Answer them in the mapping, or correct the file and hand it in again; nothing has been taken in."
            ),
            n=batch.stopping,
        )
    if not batch.rows:
        raise RuleBroken("intake.no_rows", N_("No row of this ledger comes in. Look at its mapping, or put it aside."))


@bulk.uncollected()
def write_batch(*, actor: Actor, batch_id: int, version: int, add_units: bool = False) -> ImportBatch:
    """Write all rows of a batch that waits for it, in one transaction; what was asked twice is written once."""
    with transaction.atomic():
        batch = _locked(batch_id)
        if (batch.state, batch.version) == ("taking", version):
            lifecycle.move(batch, "take", actor=actor, target=targets.of_round(batch.round), fields={"taken_at": clock.now()})
            deque(_import(actor, batch.round, partial(_kept_rows, batch), batch=batch, add_units=add_units), maxlen=0)
    return batch


def stop_taking(batch_id: int, version: int, error: JiandiError) -> ImportBatch:
    """Nothing was written: the batch is checked as before, and says why."""
    with transaction.atomic():
        batch = _locked(batch_id)
        if (batch.state, batch.version) == ("taking", version):
            lifecycle.move(batch, "stop_taking", actor=SYSTEM, fields={"fault": fault_json(error)})
    return batch


def _locked(batch_id: int) -> ImportBatch:
    rows = ImportBatch.objects.select_related("round", "round__regime", "round__unit")
    return rows.select_for_update(of=("self",)).get(pk=batch_id)


def discard_batch(*, actor: Actor, batch_id: int, version: int, reason: str = "") -> ImportBatch:
    """Put a ledger aside that is not going to be taken in; the same file may come again."""
    with transaction.atomic():
        batch = batch_for(actor, batch_id, version)
        lifecycle.move(batch, "discard", actor=actor, target=targets.of_round(batch.round), reason=reason.strip())
    return batch


def _kept_rows(batch: ImportBatch) -> Iterator[rules.CheckedRow]:
    return map(rules.CheckedRow.from_plain, queries.kept_rows(batch))


def import_rows(
    actor: Actor,
    round_: Round,
    rows: Sequence[rules.CheckedRow],
    *,
    batch: ImportBatch | None = None,
    as_of: date | None = None,
    source: str = "taken_over",
    add_units: bool = False,
) -> list[Finding]:
    """Write checked rows as findings with their measures, set by set; all or none."""
    with transaction.atomic():
        written = _import(actor, round_, lambda: iter(rows), batch=batch, as_of=as_of, source=source, add_units=add_units)
        return [finding for some in written for finding in some]


def _import(
    actor: Actor,
    round_: Round,
    rows: Callable[[], Iterator[rules.CheckedRow]],
    *,
    batch: ImportBatch | None = None,
    as_of: date | None = None,
    source: str = "taken_over",
    add_units: bool = False,
) -> Iterator[list[Finding]]:
    """The same in the caller's transaction, some rows at a time."""
    decide.require(actor, "finding.take_over", targets.of_round(round_))
    choices = rules.unit_choices(batch.recognised) if batch else {}
    if add_units:
        for name in queries.unknown_units(rows(), choices):
            accounts.add_unit(actor=actor, name=name, parent=round_.unit)
    taking = Taking(
        actor=actor,
        round_=round_,
        batch=batch,
        source=batch.source if batch else source,
        as_of=(batch.as_of if batch else as_of) or clock.today(),
        table=queries.unit_table(),
        units={unit.pk: unit for unit in queries.living_units()},
        choices=choices,
    )
    return write_rows(taking, rows())


# How a measure of a ledger taken over leaves with it; what it says of an approved plan does not bind it.
_UNDONE_BY: Final = {"done": "fail", "draft": "drop"}


def undo_batch(*, actor: Actor, batch_id: int, version: int, reason: str) -> ImportBatch:
    """Withdraw what a batch brought in, as long as nobody has worked on it."""
    with transaction.atomic():
        batch = batch_for(actor, batch_id, version)
        target, facts = targets.of_round(batch.round), ItemFacts(reason=reason.strip())
        found = list(Finding.objects.filter(batch=batch).exclude(state="withdrawn").select_for_update())
        touched = [f.number for f in found if f.version > 1]
        if touched:
            raise Conflict(
                "intake.batch_touched",
                N_("{n} findings of this ledger have been worked on since, for example {number}. Withdraw those one by one first."),
                n=len(touched),
                number=touched[0],
            )
        lifecycle.move(batch, "undo", actor=actor, target=target, reason=reason)
        for finding in found:
            lifecycle.move(finding, "undo_batch", actor=actor, target=target, facts=facts, reason=reason)
        serving_others = MeasureFinding.objects.exclude(finding__batch=batch).exclude(finding__state="withdrawn").values("measure_id")
        for measure in Measure.objects.filter(findings__batch=batch).exclude(pk__in=serving_others).distinct():
            verb = _UNDONE_BY.get(measure.state, "drop_approved")
            lifecycle.move(measure, verb, actor=SYSTEM, facts=facts, reason=reason)
    return batch
