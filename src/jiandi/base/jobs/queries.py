"""What a page may ask about jobs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Min

from jiandi.base import clock
from jiandi.base.errors import NotFound, Unmet
from jiandi.base.jobs.models import Job, JobState, WorkerBeat
from jiandi.base.text.words import N_


@dataclass(frozen=True)
class JobProgress:
    job_id: int
    name: str
    state: str
    done: int
    total: int | None
    note: str
    is_over: bool
    is_stop_asked: bool
    faults: tuple[Unmet, ...]
    result: dict[str, Any] | None

    @property
    def percent(self) -> int | None:
        """0 to 100; None while nobody knows how much there is."""
        return min(100, self.done * 100 // self.total) if self.total else None


def own_job(job_id: int, *, actor_id: int) -> Job:
    """A job of the user's own; anybody else's is NotFound."""
    job = Job.objects.filter(pk=job_id, created_by=actor_id).first()
    if job is None:
        raise NotFound("jobs.none", N_("There is no such work of yours. It may have been cleared away."))
    return job


def job_progress(job_id: int, *, actor_id: int) -> JobProgress:
    """How far the user's job is; for a page that asks every second or two until `is_over`."""
    job = own_job(job_id, actor_id=actor_id)
    return JobProgress(
        job_id=job.pk,
        name=job.name,
        state=job.state,
        done=job.done,
        total=job.total,
        note=job.note,
        is_over=not job.is_open,
        is_stop_asked=job.is_stop_asked,
        faults=tuple(Unmet(fault["code"], fault["text"], fault["params"]) for fault in job.faults),
        result=job.result,
    )


@dataclass(frozen=True)
class QueueHealth:
    beat_age_seconds: float | None
    waiting: int
    oldest_wait_seconds: float
    failed_today: int


def queue_health() -> QueueHealth:
    """Worker's last sign of life, and how long the work that is due has been waiting."""
    now = clock.now()
    seen = WorkerBeat.objects.aggregate(last=Max("seen_at"))["last"]
    due = Job.objects.filter(state=JobState.QUEUED).claimable(now)
    oldest: datetime | None = due.aggregate(first=Min("due_at"))["first"]
    failed = Job.objects.filter(state=JobState.FAILED, finished_at__gt=clock.start_of(clock.today())).count()
    return QueueHealth(
        beat_age_seconds=(now - seen).total_seconds() if seen else None,
        waiting=due.count(),
        oldest_wait_seconds=(now - oldest).total_seconds() if oldest else 0.0,
        failed_today=failed,
    )
