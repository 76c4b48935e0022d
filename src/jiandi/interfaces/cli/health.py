"""Is it well? One report for `/healthz`, `jiandi health` and the supervisor. It tells ages and words, no secrets."""

from dataclasses import asdict, dataclass

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jiandi.base import clock
from jiandi.base.jobs import queries as job_queries
from jiandi.interfaces.cli import schema
from jiandi.record.trail.models import Unsealed

WORKER_LATE_SECONDS = 90
UNSEALED_LATE_SECONDS = 60
WAITING_LATE_SECONDS = 600


@dataclass(frozen=True)
class Health:
    """`state` is well, late (pages work, something behind them does not) or down."""

    state: str
    database: str
    schema: str = "unknown"
    worker_seen_seconds: float | None = None
    jobs_waiting: int = 0
    oldest_job_seconds: float = 0.0
    jobs_failed_today: int = 0
    unsealed_seconds: float = 0.0

    @property
    def is_down(self) -> bool:
        return self.state == "down"


def report() -> Health:
    try:
        word = schema.read().word
        return _look() if word == "equal" else Health("down", "reached", word)
    except DatabaseError:
        return Health("down", "unreachable")


def _look() -> Health:
    queue = job_queries.queue_health()
    unsealed = _unsealed_seconds()
    beat = queue.beat_age_seconds
    is_late = (
        beat is None or beat > WORKER_LATE_SECONDS or unsealed > UNSEALED_LATE_SECONDS or queue.oldest_wait_seconds > WAITING_LATE_SECONDS
    )
    return Health(
        state="late" if is_late else "well",
        database="reached",
        schema="equal",
        worker_seen_seconds=None if beat is None else round(beat, 1),
        jobs_waiting=queue.waiting,
        oldest_job_seconds=round(queue.oldest_wait_seconds, 1),
        jobs_failed_today=queue.failed_today,
        unsealed_seconds=round(unsealed, 1),
    )


def _unsealed_seconds() -> float:
    """Age of the oldest entry that no head covers yet."""
    oldest = Unsealed.objects.order_by("entry_id").values_list("entry__at", flat=True).first()
    return (clock.now() - oldest).total_seconds() if oldest else 0.0


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 while pages can be served, 503 otherwise; a late worker is told, not punished."""
    found = report()
    return JsonResponse(asdict(found), status=503 if found.is_down else 200)
