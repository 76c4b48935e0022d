from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q


class JobState(models.TextChoices):
    QUEUED = "queued", "queued"
    RUNNING = "running", "running"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    STOPPED = "stopped", "stopped"


OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)


class JobRows(models.QuerySet["Job"]):
    def claimable(self, moment: datetime) -> JobRows:
        """Waiting and due, or running with a lease that ran out."""
        return self.filter(state__in=OPEN_STATES, due_at__lte=moment).order_by("due_at", "id")

    def held(self, job_id: int, token: str) -> JobRows:
        """The row, as long as the lease is still the holder's; every write of a run goes through here."""
        return self.filter(pk=job_id, token=token, state=JobState.RUNNING)


class Job(models.Model):
    """One piece of work. `due_at` is when it may start, and while it runs, when its lease ends."""

    name = models.CharField(max_length=80)
    key = models.CharField(max_length=120, blank=True, default="")
    payload: models.JSONField[Any, Any] = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    token = models.CharField(max_length=32, blank=True, default="")
    worker = models.CharField(max_length=80, blank=True, default="")
    is_stop_asked = models.BooleanField(default=False)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True, default="")
    saved: models.JSONField[Any, Any] = models.JSONField(default=dict)
    result: models.JSONField[Any, Any] = models.JSONField(null=True)
    fault_code = models.CharField(max_length=80, blank=True, default="")
    faults: models.JSONField[Any, Any] = models.JSONField(default=list)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobRows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state"),
            models.UniqueConstraint(fields=["name", "key"], condition=~Q(key=""), name="job_name_key"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=["queued", "running"]), name="job_open_due"),
            models.Index(fields=["created_by", "created_at"], name="job_creator"),
            models.Index(fields=["state", "finished_at"], name="job_state_finished"),
        ]

    @property
    def lease_until(self) -> datetime | None:
        return self.due_at if self.state == JobState.RUNNING else None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class Schedule(models.Model):
    """When a periodic job starts next; moving `next_at` on is the lease: only one worker can move it."""

    name = models.CharField(max_length=80, unique=True)
    next_at = models.DateTimeField()


class WorkerBeat(models.Model):
    """A worker's sign of life."""

    name = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()


class Upload(models.Model):
    """A file that comes in pieces. ``received`` bytes lie on the disk and were acknowledged; ``digest`` is set once it is in the store.

    ``purpose`` and ``payload`` say what it is for; ``made_id`` is what was made of it, so that finishing twice makes it once.
    """

    token = models.CharField(max_length=32, unique=True)
    created_by = models.BigIntegerField()
    purpose = models.CharField(max_length=80)
    payload: models.JSONField[Any, Any] = models.JSONField(default=dict)
    file_name = models.CharField(max_length=400)
    size = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True, default="")
    algorithm = models.CharField(max_length=10, blank=True, default="")
    made_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gt=0) & Q(received__gte=0) & Q(received__lte=models.F("size")), name="upload_within_size"
            ),
            models.CheckConstraint(condition=Q(digest="") | Q(received=models.F("size")), name="upload_whole_when_kept"),
        ]
        indexes = [models.Index(fields=["seen_at"], name="upload_seen")]

    @property
    def is_whole(self) -> bool:
        return self.received == self.size
