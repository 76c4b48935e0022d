from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jiandi.base import clock, jobs
from jiandi.base.errors import BadInput, Conflict, RuleBroken, Unmet
from jiandi.base.jobs import queries, worker
from jiandi.base.jobs.models import Job, JobState

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def state_of(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def test_bad_input_is_kept_with_its_message_and_not_tried_again(job) -> None:
    @job("test.read")
    def read(run: jobs.Run) -> None:
        raise BadInput("test.row", "Row {row} has no date.", row=12)

    asked = jobs.enqueue("test.read", {}, actor_id=1)
    assert worker.run_pending() == 1
    found = queries.job_progress(asked.pk, actor_id=1)
    assert found.state == JobState.FAILED
    assert found.faults == (Unmet("test.row", "Row {row} has no date.", {"row": 12}),)
    assert Job.objects.get().attempts == 1


def test_every_reason_of_a_broken_rule_is_kept(job) -> None:
    reasons = (Unmet("a.b", "One.", {}), Unmet("a.c", "Two on {day}.", {"day": START.date()}))

    @job("test.rule")
    def rule(run: jobs.Run) -> None:
        raise RuleBroken("a.b", "One.", unmet=reasons)

    asked = jobs.enqueue("test.rule", {}, actor_id=1)
    worker.run_pending()
    faults = queries.job_progress(asked.pk, actor_id=1).faults
    assert [f.sentence() for f in faults] == ["One.", "Two on 2026-03-02."]


def test_a_fault_is_tried_again_after_growing_pauses_and_then_failed(job, caplog: pytest.LogCaptureFixture) -> None:
    tried: list[datetime] = []

    @job("test.broken", attempts=3)
    def broken(run: jobs.Run) -> None:
        tried.append(clock.now())
        raise ZeroDivisionError

    with clock.at(START):
        asked = jobs.enqueue("test.broken", {}, actor_id=1)
    for second in range(40):
        with clock.at(START + timedelta(seconds=second)):
            worker.run_pending()
    assert [(moment - START).seconds for moment in tried] == [0, 5, 25]
    assert state_of(asked) == JobState.FAILED
    assert asked.fault_code == "jobs.broken"
    assert "ZeroDivisionError" in caplog.text


def test_a_lost_race_is_tried_again_and_told_in_the_end(job) -> None:
    @job("test.race", attempts=1)
    def race(run: jobs.Run) -> None:
        raise Conflict("test.stale", "Changed meanwhile.")

    asked = jobs.enqueue("test.race", {}, actor_id=1)
    worker.run_pending()
    assert state_of(asked) == JobState.FAILED
    assert asked.fault_code == "test.stale"


def test_a_job_goes_on_from_its_checkpoint(job) -> None:
    done: list[int] = []

    @job("test.steps")
    def steps(run: jobs.Run) -> None:
        for number in range(run.saved.get("next", 0), 6):
            if number == 3 and 3 not in done[:3] and len(done) == 3:
                done.append(-1)
                raise OSError
            done.append(number)
            run.checkpoint({"next": number + 1})

    with clock.at(START):
        asked = jobs.enqueue("test.steps", {}, actor_id=1)
        worker.run_pending()
    with clock.at(START + timedelta(minutes=1)):
        worker.run_pending()
    assert done == [0, 1, 2, -1, 3, 4, 5]
    assert state_of(asked) == JobState.DONE


def test_a_job_that_is_asked_to_stop_stops_and_keeps_its_checkpoint(job) -> None:
    @job("test.long_one")
    def long_one(run: jobs.Run) -> dict[str, Any] | None:
        run.checkpoint({"next": 9})
        jobs.request_stop(Job.objects.get())
        return None if run.is_stop_asked else {"finished": True}

    asked = jobs.enqueue("test.long_one", {}, actor_id=1)
    worker.run_pending()
    assert state_of(asked) == JobState.STOPPED
    assert asked.saved == {"next": 9}


def test_work_that_ended_without_a_word_too_often_is_not_started_again(job) -> None:
    started: list[int] = []

    @job("test.eats_memory", attempts=2)
    def eats_memory(run: jobs.Run) -> None:
        started.append(1)

    asked = jobs.enqueue("test.eats_memory", {}, actor_id=1)
    Job.objects.update(state="running", attempts=2, token="gone", due_at=clock.now() - timedelta(seconds=1))
    worker.run_pending()
    assert state_of(asked) == JobState.FAILED
    assert asked.fault_code == "jobs.lost"
    assert not started


def test_a_result_json_does_not_know_is_kept_as_text(job) -> None:
    @job("test.odd")
    def odd(run: jobs.Run) -> dict[str, Any]:
        return {"at": START, "what": {1}}

    asked = jobs.enqueue("test.odd", {}, actor_id=1)
    worker.run_pending()
    assert state_of(asked) == JobState.DONE
    assert asked.result == {"at": "2026-03-02T01:00:00Z", "what": "{1}"}
