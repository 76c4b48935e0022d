"""The worker: takes one job after another until told to stop."""

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext

from django.db import DatabaseError, close_old_connections, connection
from django.utils.module_loading import autodiscover_modules

from jiandi.base.jobs import bell, lease, registry, schedule
from jiandi.base.jobs.execute import execute
from jiandi.base.jobs.models import Job

log = logging.getLogger(__name__)
LOOK_SECONDS = 3.0
SCHEDULE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 30.0


def find_jobs() -> None:
    """Import every app's `jobs` module; only workers and tests do this, as these modules load heavy libraries."""
    autodiscover_modules("jobs")


def work(stop_event: threading.Event, *, batch: bool = False) -> None:
    """Run jobs until `stop_event`; with `batch`, until none is due. A lost lease ends the whole program at once."""
    find_jobs()
    worker = _Worker(stop_event)
    pause = 1.0
    while not stop_event.is_set():
        since = bell.mark()
        try:
            close_old_connections()
            worker.look_around()
            is_idle = not worker.run_next()
            pause = 1.0
        except DatabaseError:
            log.exception("worker cannot reach the database; waiting %s s", pause)
            connection.close()
            stop_event.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            continue
        if is_idle and batch:
            return
        if is_idle:
            bell.wait(stop_event, LOOK_SECONDS, since=since)


def run_pending(limit: int = 1000) -> int:
    """For tests and the sample city: run what is due in this thread, on this connection, and say how many runs it took."""
    find_jobs()
    for count in range(limit):
        job = _claim("here")
        if job is None:
            return count
        execute(job, registry.kinds()[job.name], lambda: False, nullcontext())
    return limit


class _Worker:
    def __init__(self, stop: threading.Event) -> None:
        self._name = lease.worker_name()
        self._stop = stop
        self._beat_at = self._schedule_at = -1e9

    def look_around(self) -> None:
        """Now and then: a sign of life, and the schedule."""
        moment = time.monotonic()
        if moment - self._beat_at >= lease.LONGEST_BEAT_SECONDS:
            lease.beat(self._name)
            schedule.plant()
            self._beat_at = moment
        if moment - self._schedule_at >= SCHEDULE_SECONDS:
            schedule.tick()
            self._schedule_at = moment

    def run_next(self) -> bool:
        job = _claim(self._name)
        if job is None:
            return False
        kind = registry.kinds()[job.name]
        keeper = lease.Keeper(job, kind.lease_seconds, self._name, _die(job.pk))
        execute(job, kind, self._stop.is_set, keeper)
        return True


def _claim(worker: str) -> Job | None:
    kinds = registry.kinds()
    return lease.claim(worker, list(kinds), lambda name: kinds[name].lease_seconds)


def _die(job_id: int) -> Callable[[], None]:
    """Two workers must never hold one job: the one that lost it ends where it stands; the supervisor starts a fresh one."""

    def end() -> None:
        log.critical("job %s was taken over; this worker ends", job_id)
        os._exit(75)

    return end
