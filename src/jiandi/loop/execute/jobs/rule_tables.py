"""Reading a table of rules. Only the worker and commands load this: it brings the heavy libraries."""

from __future__ import annotations

from typing import Any

from jiandi.base import files, sheets
from jiandi.base.jobs import Run, job
from jiandi.loop.execute.actions import importing
from jiandi.loop.execute.rules import reading
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import User
from jiandi.record.trail.actor import Actor


@job(importing.READ, lease_seconds=300)
def read_rules(run: Run) -> dict[str, Any]:
    """All rows or none; every wrong row is named."""
    rows, faults = reading.read(sheets.rows_of(files.path_of(run.payload["digest"]), most=reading.MOST_ROWS))
    if faults:
        return importing.as_result([], faults)
    made, faults = importing.import_rules(actor=_person(run.actor_id), rows=rows, unit_id=run.payload["unit"])
    return importing.as_result(made, faults)


def _person(user_id: int | None) -> Actor:
    """As they stand now: who was locked meanwhile has no duties left, and policy refuses."""
    user = User.objects.get(pk=user_id or 0)
    return accounts.actor_for(user, zone="job") if user.is_active else Actor(user.pk, user.full_name, zone="job")
