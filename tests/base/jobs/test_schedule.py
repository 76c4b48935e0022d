import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from jiandi.base import clock, jobs
from jiandi.base.jobs import schedule, worker
from jiandi.base.jobs.models import Job, Schedule

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def hourly(job) -> list[datetime]:
    ran: list[datetime] = []

    @job("test.hourly", every_seconds=3600)
    def hourly(run: jobs.Run) -> None:
        ran.append(clock.now())

    return ran


def turn(moment: datetime) -> list[str]:
    with clock.at(moment):
        schedule.plant()
        queued = schedule.tick()
        worker.run_pending()
    return [name for name in queued if name.startswith("test.")]


@pytest.mark.django_db
def test_a_periodic_job_starts_once_each_period(hourly: list[datetime]) -> None:
    for minutes in (0, 1, 59, 60, 61, 125):
        turn(START + timedelta(minutes=minutes))
    assert [(moment - START).seconds // 60 for moment in hourly] == [0, 60, 125]


@pytest.mark.django_db
def test_missed_turns_are_made_up_by_one(hourly: list[datetime]) -> None:
    turn(START)
    turn(START + timedelta(days=3))
    turn(START + timedelta(days=3, minutes=1))
    assert len(hourly) == 2


@pytest.mark.django_db
def test_a_turn_does_not_overtake_the_one_before(hourly: list[datetime]) -> None:
    turn(START)
    Job.objects.filter(name="test.hourly").update(state="running", due_at=START + timedelta(days=1), finished_at=None)
    assert turn(START + timedelta(hours=2)) == []


@pytest.mark.race
def test_two_schedules_start_a_turn_once(flushable, hourly: list[datetime]) -> None:
    schedule.plant()
    together = threading.Barrier(3)

    def tick() -> None:
        together.wait()
        try:
            schedule.tick()
        finally:
            connection.close()

    threads = [threading.Thread(target=tick) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Job.objects.filter(name="test.hourly").count() == 1
    assert Schedule.objects.filter(name="test.hourly").count() == 1
