"""The house's own periodic work: clear away what nobody needs any more."""

from datetime import timedelta
from typing import Any

from jiandi.base import clock, files
from jiandi.base.jobs import uploads
from jiandi.base.jobs.models import Job, JobState, WorkerBeat
from jiandi.base.jobs.registry import Run, job

KEEP_DAYS = 90


@job("base.tidy", every_seconds=6 * 3600)
def tidy(_run: Run) -> dict[str, Any]:
    """Old finished jobs, silent workers, uploads that stopped, half-written files."""
    before = clock.now() - timedelta(days=KEEP_DAYS)
    jobs, _ = Job.objects.filter(state__in=[JobState.DONE, JobState.STOPPED], finished_at__lt=before).delete()
    WorkerBeat.objects.filter(seen_at__lt=clock.now() - timedelta(days=1)).delete()
    return {"jobs": jobs, "uploads": uploads.sweep(), "half_files": files.sweep_half_files()}
