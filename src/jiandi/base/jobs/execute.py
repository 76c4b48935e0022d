"""One run of one job, from the claim to its last state."""

import json
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from jiandi.base import clock
from jiandi.base.errors import Conflict, JiandiError, RuleBroken, Unmet
from jiandi.base.jobs import lease
from jiandi.base.jobs.models import Job, JobState
from jiandi.base.jobs.registry import JobKind
from jiandi.base.text.words import N_

log = logging.getLogger(__name__)
PROGRESS_SECONDS = 0.5
FIRST_PAUSE_SECONDS = 5
LONGEST_PAUSE_SECONDS = 600

BROKEN = N_("The work stopped because of a fault in the program. Try again; if it fails again, give the administrator the number {number}.")
LOST = N_(
    "The work broke off {attempts} times without a word, as when memory runs out. Try a smaller file, or give the administrator the number {number}."
)


class JobRun:
    """The `Run` a job function receives."""

    def __init__(self, job: Job, kind: JobKind, is_stopping: Callable[[], bool]) -> None:
        self._job, self._kind, self._is_stopping = job, kind, is_stopping
        self._told = self._asked = 0.0
        self.was_told_to_stop = False

    @property
    def job_id(self) -> int:
        return self._job.pk

    @property
    def payload(self) -> Mapping[str, Any]:
        return dict(self._job.payload)

    @property
    def actor_id(self) -> int | None:
        return self._job.created_by

    @property
    def saved(self) -> Mapping[str, Any]:
        return dict(self._job.saved)

    @property
    def is_stop_asked(self) -> bool:
        if not self.was_told_to_stop:
            self.was_told_to_stop = self._is_stopping() or self._is_stop_in_row()
        return self.was_told_to_stop

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        moment = time.monotonic()
        if moment - self._told < PROGRESS_SECONDS and done != total:
            return
        self._told = moment
        lease.write(self._job, lease_until=self._lease_end(), done=done, total=total, note=note[:200])

    def checkpoint(self, state: Mapping[str, Any]) -> None:
        lease.write(self._job, lease_until=self._lease_end(), saved=dict(state))

    def _lease_end(self) -> datetime:
        return clock.now() + timedelta(seconds=self._kind.lease_seconds)

    def _is_stop_in_row(self) -> bool:
        moment = time.monotonic()
        if moment - self._asked >= PROGRESS_SECONDS:
            self._asked = moment
            held = Job.objects.held(self._job.pk, self._job.token).values_list("is_stop_asked", flat=True).first()
            if held is None:
                raise lease.LeaseLost(self._job.pk)
            self._job.is_stop_asked = held
        return self._job.is_stop_asked


def execute(job: Job, kind: JobKind, is_stopping: Callable[[], bool], keeper: AbstractContextManager[None]) -> None:
    """Run the job once, its lease kept by `keeper`, and write what became of it."""
    run = JobRun(job, kind, is_stopping)
    try:
        if job.attempts > kind.attempts:
            _fail(job, [Unmet("jobs.lost", LOST, {"attempts": job.attempts - 1, "number": job.pk})])
            return
        try:
            with keeper:
                result = kind.function(run)
        except lease.LeaseLost:
            raise
        except Conflict as error:
            _try_later(job, kind, _reasons(error))
        except JiandiError as error:
            _fail(job, _reasons(error))
        except Exception:  # whatever a job does, the worker goes on
            log.exception("job %s %s failed at attempt %s", job.pk, job.name, job.attempts)
            _try_later(job, kind, [Unmet("jobs.broken", BROKEN, {"number": job.pk})])
        else:
            _settle(job, run, result)
    except lease.LeaseLost:
        log.warning("job %s %s lost its lease", job.pk, job.name)


def _settle(job: Job, run: JobRun, result: dict[str, Any] | None) -> None:
    if run.was_told_to_stop and not job.is_stop_asked:
        lease.give_back(job, clock.now(), is_attempt_spared=True)
        return
    state = JobState.STOPPED if run.was_told_to_stop else JobState.DONE
    lease.write(job, state=state, result=_plain(result), finished_at=clock.now())


def _try_later(job: Job, kind: JobKind, reasons: list[Unmet]) -> None:
    if job.attempts >= kind.attempts:
        _fail(job, reasons)
        return
    pause = min(FIRST_PAUSE_SECONDS * 4 ** (job.attempts - 1), LONGEST_PAUSE_SECONDS)
    lease.give_back(job, clock.now() + timedelta(seconds=pause))


def _fail(job: Job, reasons: list[Unmet]) -> None:
    faults = [{"code": r.code, "text": r.text, "params": _plain(r.params)} for r in reasons]
    lease.write(job, state=JobState.FAILED, fault_code=reasons[0].code, faults=faults, finished_at=clock.now())


def _reasons(error: JiandiError) -> list[Unmet]:
    return list(error.unmet) if isinstance(error, RuleBroken) else [Unmet(error.code, error.text, error.params)]


def _plain(value: Any) -> Any:
    """As JSON; what JSON does not know becomes its text."""
    return json.loads(json.dumps(value, cls=_Encoder))


class _Encoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        try:
            return super().default(o)
        except TypeError:
            return str(o)
