"""`jiandi import`: check a ledger without touching the record, take it over whole or not at all, undo that."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiandi.base import clock, http
from jiandi.base.errors import BadInput, RuleBroken, Unmet
from jiandi.base.text.words import N_
from jiandi.interfaces.cli import schema
from jiandi.interfaces.cli.command import JiandiCommand
from jiandi.interfaces.cli.verbs import actor_named, round_coded, run_jobs_until
from jiandi.loop.intake import actions, jobs, queries, rules
from jiandi.loop.intake.readers.bounded import read_bounded
from jiandi.loop.intake.readers.checking import Checked
from jiandi.record.ledger.models import ImportBatch
from jiandi.record.trail.actor import Actor

PIECE = 1024 * 1024
SOURCES = ["taken_over", "upper", "central", "self"]
_NOT_TAKEN = N_("Ledger {n} was not taken in. Nothing of it is in the record.")
_IN_THE_WAY = N_("{n} faults stand in the way.")
_OPTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("--dry-run", {"action": "store_true", "help": gettext_lazy("Only check: the record is not touched.")}),
    ("--json", {"action": "store_true", "help": gettext_lazy("Print what was found as JSON.")}),
    ("--round", {"default": "", "help": gettext_lazy("Code of the round.")}),
    ("--as", {"dest": "person", "default": "", "help": gettext_lazy("Sign-in name of the person who acts.")}),
    ("--mapping", {"type": Path, "help": gettext_lazy("A mapping as JSON: columns, words for states, names of units.")}),
    ("--as-of", {"default": "", "help": gettext_lazy("Day the ledger shows.")}),
    ("--document", {"default": "", "help": gettext_lazy("Document number.")}),
    ("--source", {"default": "taken_over", "choices": SOURCES, "help": gettext_lazy("What the ledger is.")}),
    ("--add-units", {"action": "store_true", "help": gettext_lazy("Add the units that are not known yet.")}),
    ("--undo", {"type": int, "help": gettext_lazy("Number of a ledger that was taken over: withdraw it.")}),
    ("--reason", {"default": "", "help": gettext_lazy("Why it is withdrawn.")}),
)


class Command(JiandiCommand):
    help = gettext_lazy("Check a ledger file (--dry-run), take it over into a round, or undo that (--undo).")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        for name, options in _OPTIONS:
            parser.add_argument(name, **{**options, "help": str(options["help"])})

    def act(self, options: dict[str, Any]) -> None:
        schema.require_equal()
        if options["undo"] is not None:
            self._undo(_person(options), options)
        elif options["file"] is None:
            raise BadInput("cli.no_file", N_("Name the ledger file."))
        elif options["dry_run"]:
            self._check(options)
        else:
            self._take(_person(options), options)

    def _check(self, options: dict[str, Any]) -> None:
        round_ = round_coded(options["round"]) if options["round"] else None
        found = jobs.check_ledger(read_bounded(options["file"]), _mapping(options), round_, source=options["source"])
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(options["file"], found), ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(_lines(found)))
        if found.stopping:
            raise RuleBroken("cli.faults", _IN_THE_WAY, n=found.stopping)

    def _take(self, actor: Actor, options: dict[str, Any]) -> None:
        batch = _handed_in(actor, options)
        checked = _once(batch.pk, "received")
        _expect_whole(checked)
        actions.take_batch(actor=actor, batch_id=checked.pk, version=checked.version, add_units=options["add_units"])
        taken = _once(batch.pk, "taking")
        _expect_whole(taken)
        told = {"ledger": taken.pk, "state": taken.state, "findings": taken.findings.count()}
        self.stdout.write(json.dumps(told) if options["json"] else f"ledger {taken.pk} {taken.state}, {told['findings']} findings")

    def _undo(self, actor: Actor, options: dict[str, Any]) -> None:
        batch = actions.batch_for(actor, options["undo"])
        gone = actions.undo_batch(actor=actor, batch_id=batch.pk, version=batch.version, reason=options["reason"])
        self.stdout.write(f"ledger {gone.pk} {gone.state}")


def _person(options: dict[str, Any]) -> Actor:
    if not options["person"]:
        raise BadInput("cli.no_actor", N_("Say with --as who acts."))
    return actor_named(options["person"])


def _mapping(options: dict[str, Any]) -> rules.LedgerMapping:
    path: Path | None = options["mapping"]
    if path is None:
        return rules.LedgerMapping()
    try:
        return rules.LedgerMapping.from_plain(json.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError):
        raise BadInput("cli.no_json", N_("“{place}” is no JSON file that can be read."), place=path.name) from None


def _handed_in(actor: Actor, options: dict[str, Any]) -> ImportBatch:
    path: Path = options["file"]
    round_ = round_coded(options["round"])
    mapping = _mapping(options)
    try:
        as_of = date.fromisoformat(options["as_of"]) if options["as_of"] else clock.today()
    except ValueError:
        raise BadInput("cli.no_day", N_("“{text}” is no day. Write it as 2026-03-31."), text=options["as_of"]) from None
    try:
        with path.open("rb") as file:
            return actions.take_ledger(
                actor=actor,
                round_id=round_.pk,
                file_name=path.name,
                chunks=iter(lambda: file.read(PIECE), b""),
                as_of=as_of,
                document=options["document"],
                source=options["source"],
                mapping=mapping,
            )
    except OSError:
        raise BadInput("cli.no_such_file", N_("There is no file “{place}” that can be read."), place=str(path)) from None


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


def _lines(found: Checked) -> Iterable[str]:
    counts = {"rows": len(found.rows), "stopping": found.stopping, "notes": found.notes}
    yield http.translate(N_("{rows} findings, {stopping} faults that stop them, {notes} notes"), counts)
    for sheet in found.sheets:
        for column in sheet.columns if sheet.is_taken else ():
            field = http.translate(rules.FIELDS[column.field], {}) if column.field else _("stays in the file")
            yield f"{column.place}  {column.heading or '–'} → {field}"
    for fault in found.faults:
        weight = _("[stands in the way]") if fault.stops else _("[note]")
        yield f"{weight}  {http.translate(fault.text, fault.params)}"


def _as_json(path: Path, found: Checked) -> dict[str, Any]:
    """The form of docs/reference/mapping.md."""
    faults = [
        {"row": f.row, "place": f.params.get("place", ""), "code": f.code, "stops": f.stops, "message": http.translate(f.text, f.params)}
        for f in found.faults
    ]
    return {
        "file": path.name,
        "rows": len(found.rows),
        "stopping": found.stopping,
        "notes": found.notes,
        "new_units": queries.unknown_units(found.rows, rules.unit_choices(found.recognised)),
        "faults": faults,
        "recognised": found.recognised,
    }
