"""Reading a table of indicator values. Only the worker and commands load this: it brings the heavy libraries."""

from __future__ import annotations

from typing import Any

from jiandi.base import files, sheets
from jiandi.base.jobs import Run, job
from jiandi.loop.plan.actions import programmes
from jiandi.loop.plan.rules import values
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import User
from jiandi.record.trail.actor import Actor


@job(programmes.READ, lease_seconds=300)
def read_values(run: Run) -> dict[str, Any]:
    """All rows or none; every wrong row is named."""
    rows, faults = values.read(sheets.rows_of(files.path_of(run.payload["digest"]), most=values.MOST_ROWS))
    if faults:
        return programmes.as_result(0, faults)
    taken, faults = programmes.import_values(actor=_person(run.actor_id), programme_id=run.payload["programme"], rows=rows)
    return programmes.as_result(taken, faults)


def _person(user_id: int | None) -> Actor:
    user = User.objects.get(pk=user_id or 0)
    return accounts.actor_for(user, zone="job") if user.is_active else Actor(user.pk, user.full_name, zone="job")
