"""Starts periodic jobs: once each time, however many workers look."""

from datetime import timedelta

from django.db import transaction

from jiandi.base import clock
from jiandi.base.jobs import queue, registry
from jiandi.base.jobs.models import OPEN_STATES, Job, Schedule


def plant() -> None:
    """Make sure each periodic job has its row; a new one is due at once."""
    now = clock.now()
    periodic = [kind.name for kind in registry.kinds().values() if kind.every_seconds]
    known = set(Schedule.objects.filter(name__in=periodic).values_list("name", flat=True))
    rows = [Schedule(name=name, next_at=now) for name in periodic if name not in known]
    if rows:
        Schedule.objects.bulk_create(rows, ignore_conflicts=True)


def tick() -> list[str]:
    """Queue what is due and say what was queued. Missed turns are made up by one, and no turn overtakes the one before."""
    now = clock.now()
    due = Schedule.objects.filter(next_at__lte=now, name__in=list(registry.kinds())).values_list("name", flat=True)
    return [name for name in due if _start(name)]


def _start(name: str) -> bool:
    every = registry.kinds()[name].every_seconds
    if every is None:
        return False
    now = clock.now()
    with transaction.atomic():
        if not Schedule.objects.filter(name=name, next_at__lte=now).update(next_at=now + timedelta(seconds=every)):
            return False
        if Job.objects.filter(name=name, state__in=OPEN_STATES, created_by=None).exists():
            return False
        queue.enqueue(name, {}, actor_id=None)
    return True
