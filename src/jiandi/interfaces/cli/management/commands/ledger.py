"""`jiandi ledger`: take a running ledger over, undo one that was taken over."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import ClassVar

from django.utils.translation import gettext_lazy

from jiandi.base import clock
from jiandi.base.errors import RuleBroken, Unmet
from jiandi.base.text.words import N_
from jiandi.interfaces.cli.verbs import NUMBER, Lines, Options, Verb, VerbCommand, maybe, round_coded, run_jobs_until, word
from jiandi.loop.intake import actions, queries
from jiandi.record.ledger.models import ImportBatch
from jiandi.record.trail.actor import Actor

PIECE = 1024 * 1024
_NOT_TAKEN = N_("Ledger {n} was not taken in. Nothing of it is in the record.")


def _take(actor: Actor, o: Options) -> Lines:
    path: Path = o["file"]
    with path.open("rb") as file:
        batch = actions.take_ledger(
            actor=actor,
            round_id=round_coded(o["round"]).pk,
            file_name=path.name,
            chunks=iter(lambda: file.read(PIECE), b""),
            as_of=date.fromisoformat(o["as_of"]) if o["as_of"] else clock.today(),
            document=o["document"],
            source=o["source"],
        )
    checked = _once(batch.pk, "received")
    _expect_whole(checked)
    actions.take_batch(actor=actor, batch_id=checked.pk, version=checked.version, add_units=o["add_units"])
    taken = _once(batch.pk, "taking")
    _expect_whole(taken)
    yield f"ledger {taken.pk} {taken.state}, {taken.findings.count()} findings"


def _once(batch_id: int, waiting: str) -> ImportBatch:
    """The batch when the worker has done its part."""
    run_jobs_until(lambda: ImportBatch.objects.get(pk=batch_id).state != waiting)
    return ImportBatch.objects.get(pk=batch_id)


def _expect_whole(batch: ImportBatch) -> None:
    """Say everything that stands in the way: an unreadable file, faulty cells, a taking-in that was refused."""
    fault = queries.fault_of(batch.fault)
    told = [(fault.text, fault.params), *fault.unmet] if fault else []
    told += [(one["text"], one["params"]) for one in batch.faults if one["stops"]]
    if told:
        first = (_NOT_TAKEN, {"n": batch.pk})
        raise RuleBroken("cli.not_taken", _NOT_TAKEN, unmet=tuple(Unmet("cli.not_taken", *one) for one in (first, *told)), n=batch.pk)


def _undo(actor: Actor, o: Options) -> Lines:
    batch = actions.batch_for(actor, o["id"])
    gone = actions.undo_batch(actor=actor, batch_id=batch.pk, version=batch.version, reason=o["reason"])
    yield f"ledger {gone.pk} {gone.state}"


class Command(VerbCommand):
    help = gettext_lazy("Ledgers: take (check a file and take it over), undo.")
    verbs: ClassVar[dict[str, Verb]] = {
        "take": Verb(
            _take,
            (
                ("file", {"type": Path}),
                word("round"),
                maybe("as-of"),
                maybe("document"),
                maybe("source", "taken_over", choices=["taken_over", "upper", "central", "self"]),
                ("--add-units", {"action": "store_true"}),
            ),
        ),
        "undo": Verb(_undo, (NUMBER, word("reason"))),
    }
