"""A running ledger is taken over: checked row by row, then taken in whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date

from django.conf import settings
from django.db import transaction

from jiandi.base import clock, files, jobs
from jiandi.base.errors import BadInput, Conflict, JiandiError, NotFound, RuleBroken
from jiandi.base.jobs import bulk
from jiandi.base.text.words import N_
from jiandi.loop.intake import queries, rules
from jiandi.loop.intake.actions.letters import fault_json, store_upload
from jiandi.loop.intake.actions.rows import Taking, write_rows
from jiandi.record.accounts import actions as accounts
from jiandi.record.ledger import lifecycle, load, targets, write
from jiandi.record.ledger.facts import ItemFacts
from jiandi.record.ledger.models import Finding, ImportBatch, Measure, Round
from jiandi.record.policy import decide
from jiandi.record.trail import writing
from jiandi.record.trail.actor import SYSTEM, Actor

READ = "intake.read_ledger"
FAULTS_SHOWN = 500
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
            state="received",
        )
        write.create(batch, actor=actor, verb="receive")
        jobs.enqueue(READ, {"batch": batch.pk}, actor_id=actor.user_id)
    return batch


def _refuse_twice(round_: Round, digest: str) -> None:
    there = ImportBatch.objects.filter(round=round_, file_digest=digest, state__in=STANDING).first()
    if there is not None:
        raise BadInput(
            "intake.same_ledger",
            N_("This ledger is already here: “{name}”. Open it in the list of ledgers instead of handing it in again."),
            name=there.file_name,
        )


def propose_batch(batch_id: int, *, rows: Sequence[rules.CheckedRow], faults: Sequence[rules.Fault]) -> ImportBatch:
    """Keep what the check of a file found; the rows themselves go to the file store."""
    body = json.dumps([row.plain() for row in rows], ensure_ascii=False).encode()
    stored = files.store([body], limit_bytes=len(body) + 1, algorithm=settings.JIANDI_ALGORITHM)
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        fields = {
            "rows": len(rows),
            "rows_digest": stored.digest,
            "faults": [{"row": f.row, "code": f.code, "text": f.text, "params": f.params, "stops": f.stops} for f in faults][:FAULTS_SHOWN],
            "new_units": _unknown(rows),
        }
        lifecycle.move(batch, "check", actor=SYSTEM, fields=fields)
    return batch


def _unknown(rows: Sequence[rules.CheckedRow]) -> list[str]:
    """Names of units that nobody knows yet, in order."""
    named = [(*row.leads, *row.supports, *(n for m in row.measures for n in (*m.leads, *m.supports))) for row in rows]
    names = dict.fromkeys(name for some in named for name in some)
    resolved = rules.resolve_units(names, queries.unit_table())
    return [found.name for found in resolved if found.unit_id is None and found.doubt != rules.MANY_MEANT]


def fail_batch(batch_id: int, error: JiandiError) -> ImportBatch:
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
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
        if batch.state == "taking" and queries.taking(batch).is_busy:
            raise RuleBroken("intake.being_taken", N_("This ledger is being taken in already. Wait until that is over."))
        lifecycle.move(batch, "ask_take", actor=actor, target=targets.of_round(batch.round), fields={"fault": ""})
        asked = {"batch": batch.pk, "version": batch.version, "add_units": add_units, "stands_for": actor.stands_for}
        jobs.enqueue(queries.TAKE, asked, actor_id=actor.user_id, key=queries.taking_key(batch))
    return batch


def _refuse_faulty(batch: ImportBatch) -> None:
    stopping = [fault for fault in batch.faults if fault.get("stops")]
    if stopping:
        raise RuleBroken(
            "intake.faults_left",
            N_("{n} cells stand in the way. Correct them in the file and hand it in again; nothing has been taken in."),
            n=len(stopping),
        )


@bulk.uncollected()
def write_batch(*, actor: Actor, batch_id: int, version: int, add_units: bool = False) -> ImportBatch:
    """Write all rows of a batch that waits for it, in one transaction; what was asked twice is written once."""
    with transaction.atomic():
        batch = _locked(batch_id)
        if (batch.state, batch.version) == ("taking", version):
            lifecycle.move(batch, "take", actor=actor, target=targets.of_round(batch.round), fields={"taken_at": clock.now()})
            import_rows(actor, batch.round, _kept_rows(batch), batch=batch, add_units=add_units)
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


def _kept_rows(batch: ImportBatch) -> list[rules.CheckedRow]:
    with files.open_file(batch.rows_digest) as kept:
        return [rules.CheckedRow.from_plain(values) for values in json.load(kept)]


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
    decide.require(actor, "finding.take_over", targets.of_round(round_))
    with transaction.atomic():
        if add_units:
            for name in _unknown(rows):
                accounts.add_unit(actor=actor, name=name, parent=round_.unit)
        taking = Taking(
            actor=actor,
            round_=round_,
            batch=batch,
            source=batch.source if batch else source,
            as_of=(batch.as_of if batch else as_of) or clock.today(),
            table=queries.unit_table(),
            units={unit.pk: unit for unit in queries.living_units()},
        )
        return write_rows(taking, rows)


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
        for measure in Measure.objects.filter(findings__batch=batch).distinct():
            verb = "fail" if measure.state == "done" else "drop"
            lifecycle.move(measure, verb, actor=SYSTEM, facts=facts, reason=reason)
    return batch
