"""Taking a table of existing rules into the register: all rows or none, each fault named with its row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from jiandi.base import files, http, jobs
from jiandi.base.errors import BadInput, JiandiError
from jiandi.base.jobs.models import Job
from jiandi.base.text.tables import Fault
from jiandi.base.text.words import N_
from jiandi.loop.execute.actions import register
from jiandi.loop.execute.actions.register import NewRule
from jiandi.loop.execute.rules.reading import Row
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger import targets
from jiandi.record.ledger.models import Institution
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor

READ = "execute.read_rules"
MOST_MB = 8
SHOWN = 100


def ask_import(*, actor: Actor, chunks: Iterable[bytes], unit_id: int | None = None) -> Job:
    """Keep the table; a job reads it and takes it in, in the name of who asked."""
    round_id = targets.round_bound_to(actor)
    unit = accounts.unit_by_id(unit_id) if unit_id is not None else None
    decide.require(actor, "rule.register", targets.of_unit(unit, round_id) if unit else Target(round_id))
    kept = files.store(chunks, limit_bytes=MOST_MB * 1024**2, algorithm=settings.JIANDI_ALGORITHM)
    if not kept.size:
        raise BadInput("rules.empty_file", N_("The file is empty. Choose another."))
    with transaction.atomic():
        return jobs.enqueue(READ, {"digest": kept.digest, "unit": unit_id}, actor_id=actor.user_id)


def import_rules(*, actor: Actor, rows: Sequence[Row], unit_id: int | None = None) -> tuple[list[Institution], list[Fault]]:
    """Register every row, or nothing where one of them is wrong. Rules that the register holds already are faults, not doubles."""
    made: list[Institution] = []
    faults: list[Fault] = []
    with transaction.atomic():
        units = accounts.units_by_name()
        for row in rows:
            try:
                with transaction.atomic():
                    made.append(_take(actor, row, units, unit_id))
            except JiandiError as refused:
                shown = http.shown(refused)
                faults.append(Fault(row.place, " ".join([shown.message, *shown.unmet]), {}))
        if faults:
            transaction.set_rollback(True)
    return ([], faults) if faults else (made, [])


def _take(actor: Actor, row: Row, units: dict[str, int], unit_id: int | None) -> Institution:
    of_row = units.get(row.unit) if row.unit else unit_id
    if of_row is None:
        text = N_("No unit is called “{name}”. Write its name as under Settings, or choose a unit beside the file.")
        raise BadInput("rules.no_unit", text, name=row.unit)
    if Institution.objects.filter(unit=of_row, title=row.title, number=row.number).exists():
        raise BadInput("rules.there", N_("“{title}” is in the register already."), title=row.title)
    names = ("title", "number", "level", "issuer", "issued_on", "in_force_from", "review_on")
    new = NewRule(**{name: getattr(row, name) for name in names})
    return register.add_rule(actor=actor, unit_id=of_row, new=new, is_in_force=row.state == "in_force", is_another=True)


def as_result(made: Sequence[Institution], faults: Sequence[Fault]) -> dict[str, Any]:
    """What the page shows afterwards."""
    told = [[fault.place, fault.text, dict(fault.params)] for fault in faults[:SHOWN]]
    return {"taken": len(made), "faults": told, "more": max(0, len(faults) - SHOWN)}
