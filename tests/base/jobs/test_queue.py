import pytest
from django.db import transaction

from jiandi.base import jobs
from jiandi.base.errors import NotFound, RuleBroken
from jiandi.base.jobs import queries, worker
from jiandi.base.jobs.models import Job, JobState

pytestmark = pytest.mark.django_db


def test_a_rolled_back_action_leaves_no_job() -> None:
    def act() -> None:
        with transaction.atomic():
            jobs.enqueue("test.note", {}, actor_id=1)
            raise RuleBroken("test.no", "No.")

    with pytest.raises(RuleBroken):
        act()
    assert not Job.objects.exists()


def test_a_job_runs_once_with_what_the_action_handed_over(calls: list) -> None:
    job = jobs.enqueue("test.note", {"letter": 7}, actor_id=3)
    assert worker.run_pending() == 1
    assert worker.run_pending() == 0
    job.refresh_from_db()
    assert (job.state, job.result, calls) == (JobState.DONE, {"seen": 1}, [{"letter": 7}])


def test_the_same_key_makes_one_job(calls: list) -> None:
    first = jobs.enqueue("test.note", {}, actor_id=1, key="letter:7")
    worker.run_pending()
    again = jobs.enqueue("test.note", {}, actor_id=1, key="letter:7")
    worker.run_pending()
    assert again.pk == first.pk
    assert len(calls) == 1


def test_jobs_without_key_are_each_their_own(calls: list) -> None:
    jobs.enqueue("test.note", {}, actor_id=1)
    jobs.enqueue("test.note", {}, actor_id=1)
    worker.run_pending()
    assert len(calls) == 2


def test_a_waiting_job_stops_at_once_and_can_be_tried_again(calls: list) -> None:
    job = jobs.request_stop(jobs.enqueue("test.note", {}, actor_id=1))
    assert job.state == JobState.STOPPED
    assert worker.run_pending() == 0
    jobs.retry(job)
    worker.run_pending()
    assert len(calls) == 1


def test_work_that_is_done_is_not_tried_again(calls: list) -> None:
    job = jobs.enqueue("test.note", {}, actor_id=1)
    worker.run_pending()
    with pytest.raises(RuleBroken, match=r"jobs\.not_over"):
        jobs.retry(job)


def test_a_name_without_stage_is_refused() -> None:
    with pytest.raises(ValueError, match="job name"):
        jobs.enqueue("read", {}, actor_id=1)


def test_a_job_this_program_does_not_know_waits(calls: list) -> None:
    job = jobs.enqueue("test.from_a_newer_version", {}, actor_id=1)
    assert worker.run_pending() == 0
    job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_progress_is_shown_to_the_one_who_asked_for_the_work(job) -> None:
    @job("test.count")
    def count(run: jobs.Run) -> None:
        run.progress(4, 4, "pages")

    asked = jobs.enqueue("test.count", {}, actor_id=1)
    worker.run_pending()
    found = queries.job_progress(asked.pk, actor_id=1)
    assert (found.done, found.total, found.note, found.percent, found.is_over) == (4, 4, "pages", 100, True)
    with pytest.raises(NotFound):
        queries.job_progress(asked.pk, actor_id=2)
