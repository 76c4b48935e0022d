import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.recorder import MigrationRecorder
from django.test import RequestFactory

from jiandi.base import clock, jobs
from jiandi.base.jobs import lease
from jiandi.base.jobs.models import WorkerBeat
from jiandi.interfaces.cli import health

pytestmark = pytest.mark.django_db


def test_all_is_well_with_a_living_worker() -> None:
    lease.beat("one")
    assert health.report().state == "well"


def test_without_a_worker_it_is_late_but_pages_are_served() -> None:
    found = health.report()
    assert (found.state, found.worker_seen_seconds) == ("late", None)
    assert health.healthz(RequestFactory().get("/healthz")).status_code == 200


def test_a_silent_worker_makes_it_late() -> None:
    lease.beat("one")
    WorkerBeat.objects.update(seen_at=clock.now() - timedelta(minutes=5))
    assert health.report().state == "late"


def test_work_that_nobody_takes_makes_it_late() -> None:
    lease.beat("one")
    jobs.enqueue("test.unknown", {}, actor_id=1, at=clock.now() - timedelta(hours=1))
    found = health.report()
    assert (found.state, found.jobs_waiting) == ("late", 1)


def test_a_database_that_does_not_fit_is_down() -> None:
    MigrationRecorder.Migration.objects.filter(app="jobs").delete()
    response = health.healthz(RequestFactory().get("/healthz"))
    assert response.status_code == 503
    assert json.loads(response.content)["schema"] == "older"


def test_the_command_says_it_with_its_exit_code() -> None:
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("health", stdout=out)
    assert json.loads(out.getvalue())["state"] == "late"
    lease.beat("one")
    call_command("health", stdout=out)
