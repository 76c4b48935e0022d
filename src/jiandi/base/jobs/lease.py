"""Who holds a job: taking it, keeping it while it runs, giving it back. A lost lease writes nothing more."""

import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import F

from jiandi.base import clock
from jiandi.base.jobs.models import Job, JobState, WorkerBeat

log = logging.getLogger(__name__)
LONGEST_BEAT_SECONDS = 20.0


class LeaseLost(Exception):
    """Another worker has, or may have, taken the job over; this run must end without another write."""


def worker_name() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def claim(worker: str, names: Collection[str], lease_seconds: Callable[[str], float]) -> Job | None:
    """Take the job that has been due longest. Idle looks cost one read and take no write lock."""
    now = clock.now()
    due = Job.objects.claimable(now).filter(name__in=names)
    if not due.exists():
        return None
    with transaction.atomic():
        job = due.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked).first()
        if job is None:
            return None
        values = {
            "state": JobState.RUNNING,
            "token": uuid.uuid4().hex,
            "worker": worker,
            "started_at": now,
            "attempts": job.attempts + 1,
            "due_at": now + timedelta(seconds=lease_seconds(job.name)),
        }
        if not Job.objects.filter(pk=job.pk, token=job.token, attempts=job.attempts, state=job.state).update(**values):
            return None
    _set(job, values)
    return job


def write(job: Job, *, lease_until: datetime | None = None, **values: Any) -> None:
    """Change a job one still holds, and keep the object as the row is."""
    if lease_until is not None:
        values["due_at"] = lease_until
    if not Job.objects.held(job.pk, job.token).update(**values):
        raise LeaseLost(job.pk)
    _set(job, values)


def _set(job: Job, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(job, name, value)


def give_back(job: Job, due_at: datetime, *, is_attempt_spared: bool = False) -> None:
    """Put a running job back in the queue."""
    spared = {"attempts": F("attempts") - 1} if is_attempt_spared else {}
    if not Job.objects.held(job.pk, job.token).update(state=JobState.QUEUED, due_at=due_at, token="", **spared):
        raise LeaseLost(job.pk)


def beat(worker: str) -> None:
    """Say that this worker lives."""
    now = clock.now()
    WorkerBeat.objects.update_or_create(name=worker, defaults={"seen_at": now}, create_defaults={"started_at": now, "seen_at": now})


class Keeper(threading.Thread):
    """Renews one job's lease from a second thread inside a `with`; calls `on_lost` when another worker has taken it."""

    def __init__(self, job: Job, seconds: float, worker: str, on_lost: Callable[[], None]) -> None:
        super().__init__(name=f"lease-{job.pk}", daemon=True)
        self._job_id, self._token, self._worker = job.pk, job.token, worker
        self._seconds = seconds
        self._on_lost = on_lost
        self._closed = threading.Event()

    def __enter__(self) -> None:
        self.start()

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self.join()

    def run(self) -> None:
        try:
            while not self._closed.wait(min(self._seconds / 4, LONGEST_BEAT_SECONDS)):
                self._renew()
        finally:
            connection.close()

    def _renew(self) -> None:
        try:
            held = Job.objects.held(self._job_id, self._token).update(due_at=clock.now() + timedelta(seconds=self._seconds))
            beat(self._worker)
        except DatabaseError:  # busy or away for a moment; the next beat tries again
            log.warning("lease of job %s not renewed", self._job_id)
            return
        if not held and not self._closed.is_set():
            self._on_lost()
            self._closed.set()
