"""Ask for work, stop it, try it again. Called by actions, inside their transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import RuleBroken
from jiandi.base.jobs import bell, registry
from jiandi.base.text.words import N_

if TYPE_CHECKING:
    from jiandi.base.jobs.models import Job


def _jobs() -> type[Job]:
    """The model; asked for late, because settings name this package before models may load."""
    return apps.get_model("jobs", "Job")


def enqueue(name: str, payload: Mapping[str, Any], *, actor_id: int | None, key: str = "", at: datetime | None = None) -> Job:
    """Put one job in the queue; it exists only if the transaction around this call commits.

    With a `key`, a job of this name and key is made once: a second call returns the first job, whatever its state.
    """
    if not registry.NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no job name: write stage.verb_thing")
    now = clock.now()
    values: dict[str, Any] = {"payload": dict(payload), "created_by": actor_id, "created_at": now, "due_at": at or now}
    with transaction.atomic():
        if key:
            job, _ = _jobs().objects.get_or_create(name=name, key=key, defaults=values)
        else:
            job = _jobs().objects.create(name=name, **values)
        transaction.on_commit(bell.ring)
    return job


def request_stop(job: Job) -> Job:
    """A waiting job stops at once; a running one when it next asks `is_stop_asked`."""
    rows = _jobs().objects.filter(pk=job.pk)
    with transaction.atomic():
        if not rows.filter(state="queued").update(state="stopped", finished_at=clock.now()):
            rows.filter(state="running").update(is_stop_asked=True)
    job.refresh_from_db()
    return job


def retry(job: Job) -> Job:
    """Queue a failed or stopped job again, with all its attempts; it goes on from its last checkpoint."""
    with transaction.atomic():
        moved = (
            _jobs()
            .objects.filter(pk=job.pk, state__in=["failed", "stopped"])
            .update(state="queued", attempts=0, due_at=clock.now(), is_stop_asked=False, finished_at=None, fault_code="", faults=[])
        )
        if not moved:
            raise RuleBroken(
                "jobs.not_over", N_("This work is still waiting, running or done. Only failed or stopped work can be tried again.")
            )
        transaction.on_commit(bell.ring)
    job.refresh_from_db()
    return job
