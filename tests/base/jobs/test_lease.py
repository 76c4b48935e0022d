import threading
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.db import connection, transaction

from jiandi.base import clock, jobs
from jiandi.base.jobs import execute, lease, registry, worker
from jiandi.base.jobs.models import Job, JobState


def claim(name: str = "here") -> Job | None:
    return lease.claim(name, ["test.note"], lambda _: 60)


def expire() -> None:
    Job.objects.update(due_at=clock.now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_a_running_job_is_not_taken_while_its_lease_lasts(calls: list) -> None:
    jobs.enqueue("test.note", {}, actor_id=1)
    assert claim() is not None
    assert claim() is None


@pytest.mark.django_db
def test_a_run_that_lost_its_lease_writes_nothing_more(calls: list) -> None:
    jobs.enqueue("test.note", {}, actor_id=1)
    first = claim("first")
    expire()
    second = claim("second")
    assert first is not None
    assert second is not None
    with pytest.raises(lease.LeaseLost):
        lease.write(first, note="too late")
    with pytest.raises(lease.LeaseLost):
        lease.give_back(first, clock.now())
    lease.write(second, note="mine")
    assert Job.objects.get().note == "mine"


@pytest.mark.django_db
def test_a_late_end_of_a_lost_run_leaves_the_new_run_alone(job) -> None:
    @job("test.note")
    def slow(run: jobs.Run) -> None:
        expire()
        assert claim("second") is not None

    jobs.enqueue("test.note", {}, actor_id=1)
    worker.run_pending(limit=1)
    row = Job.objects.get()
    assert (row.state, row.worker) == (JobState.RUNNING, "second")


@pytest.mark.django_db
def test_a_step_and_its_checkpoint_are_kept_or_lost_together(job) -> None:
    @job("test.note", attempts=1)
    def half(run: jobs.Run) -> None:
        with transaction.atomic():
            run.checkpoint({"next": 1})
            raise OSError

    jobs.enqueue("test.note", {}, actor_id=1)
    worker.run_pending()
    assert Job.objects.get().saved == {}


@pytest.mark.django_db
def test_a_worker_that_goes_down_gives_its_job_back_with_the_attempt(job) -> None:
    @job("test.note")
    def long_one(run: jobs.Run) -> None:
        assert run.is_stop_asked

    jobs.enqueue("test.note", {}, actor_id=1)
    taken = claim()
    assert taken is not None
    execute.execute(taken, registry.kinds()["test.note"], lambda: True, nullcontext())
    row = Job.objects.get()
    assert (row.state, row.attempts, row.token) == (JobState.QUEUED, 0, "")


@pytest.mark.race
def test_two_workers_never_take_the_same_job(flushable, calls: list) -> None:
    for number in range(30):
        jobs.enqueue("test.note", {"number": number}, actor_id=1)
    together = threading.Barrier(4)
    taken: list[int] = []

    def take(name: str) -> None:
        together.wait()
        try:
            while Job.objects.filter(state=JobState.QUEUED).exists():
                job = claim(name)
                if job:
                    taken.append(job.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(Job.objects.values_list("pk", flat=True))


@pytest.mark.race
def test_the_lease_is_renewed_while_the_job_works(flushable, calls: list) -> None:
    jobs.enqueue("test.note", {}, actor_id=1)
    job = lease.claim("here", ["test.note"], lambda _: 0.4)
    assert job is not None
    other: list[Job | None] = []
    with lease.Keeper(job, 0.4, "here", lambda: other.append(None)):
        threading.Event().wait(1.0)
        other.append(claim("other"))
    assert other == [None]
    assert Job.objects.get().token == job.token


@pytest.mark.race
def test_the_keeper_tells_when_the_lease_was_taken_over(flushable, calls: list) -> None:
    jobs.enqueue("test.note", {}, actor_id=1)
    job = claim()
    assert job is not None
    told = threading.Event()
    with lease.Keeper(job, 0.4, "here", told.set):
        Job.objects.update(token="other")
        assert told.wait(3)
