"""Real workers in programs of their own: killed, raced, told to stop."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from jiandi.base import jobs
from jiandi.base.jobs import bell, worker
from jiandi.base.jobs.models import Job, JobState, WorkerBeat

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("flushable")]

PROGRAM = """
import os, sys, time, threading, django
django.setup()
from django.db import transaction
from jiandi.base import jobs
from jiandi.base.jobs import worker
from jiandi.interfaces.cli.serve import parts
log = open(sys.argv[1], "a", buffering=1)

@jobs.job("test.steps", lease_seconds=1.0, attempts=9)
def steps(run):
    log.write(f"start {os.getpid()}\\n")
    for number in range(run.saved.get("next", 0), run.payload["steps"]):
        if run.is_stop_asked:
            log.write(f"left {os.getpid()}\\n")
            return
        time.sleep(run.payload["seconds"])
        with transaction.atomic():
            run.checkpoint({"next": number + 1})
        log.write(f"step {number}\\n")
    log.write(f"end {os.getpid()}\\n")

worker.work(parts.until_told(), batch="--batch" in sys.argv)
"""


def database_url() -> str:
    place = connection.settings_dict
    if connection.vendor == "sqlite":
        return "sqlite://" + quote(str(place["NAME"]))
    host = f"{place['HOST'] or 'localhost'}:{place['PORT'] or 5432}"
    return f"postgresql://{quote(place['USER'])}:{quote(place['PASSWORD'])}@{host}/{place['NAME']}"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen]]:
    running: list[subprocess.Popen] = []

    def start(*words: str) -> subprocess.Popen:
        surroundings = os.environ | {"JIANDI_DATABASE_URL": database_url(), "JIANDI_DATA": str(settings.JIANDI_DATA)}
        running.append(subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path / "log"), *words], env=surroundings))
        return running[-1]

    yield start
    for program in running:
        program.kill()
        program.wait()


@pytest.fixture
def lines(tmp_path: Path) -> Callable[[], list[str]]:
    path = tmp_path / "log"
    return lambda: path.read_text().splitlines() if path.exists() else []


def until(is_true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.05)


def test_two_programs_run_each_job_once(start, lines) -> None:
    for _ in range(20):
        jobs.enqueue("test.steps", {"steps": 1, "seconds": 0}, actor_id=1)
    first, second = start("--batch"), start("--batch")
    assert (first.wait(60), second.wait(60)) == (0, 0)
    assert Job.objects.filter(state=JobState.DONE, name="test.steps").count() == 20
    assert sum(line.startswith("start") for line in lines()) == 20


@pytest.mark.long
def test_a_killed_worker_loses_its_job_to_another_which_goes_on_from_the_checkpoint(start, lines) -> None:
    jobs.enqueue("test.steps", {"steps": 12, "seconds": 0.25}, actor_id=1)
    first = start()
    until(lambda: "step 3" in lines())
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    second = start()
    until(lambda: f"end {second.pid}" in lines())
    steps = [line for line in lines() if line.startswith("step")]
    assert len(steps) in (12, 13), "at most the step that was cut off is done again"
    assert len(set(steps)) == 12
    until(lambda: Job.objects.get(name="test.steps").state == JobState.DONE)


@pytest.mark.long
def test_a_frozen_worker_that_wakes_after_its_lease_was_taken_ends_without_working_on(start, lines) -> None:
    jobs.enqueue("test.steps", {"steps": 40, "seconds": 0.1}, actor_id=1)
    first = start()
    until(lambda: "step 2" in lines())
    os.kill(first.pid, signal.SIGSTOP)
    second = start()
    until(lambda: f"start {second.pid}" in lines())
    os.kill(first.pid, signal.SIGCONT)
    until(lambda: f"end {second.pid}" in lines())
    assert f"end {first.pid}" not in lines()


@pytest.mark.long
def test_a_worker_that_is_told_to_end_leaves_its_job_for_the_next(start, lines) -> None:
    jobs.enqueue("test.steps", {"steps": 30, "seconds": 0.1}, actor_id=1)
    first = start()
    until(lambda: "step 2" in lines())
    first.send_signal(signal.SIGTERM)
    assert first.wait(10) == 0
    assert f"left {first.pid}" in lines()
    row = Job.objects.get(name="test.steps")
    assert (row.state, row.attempts) == (JobState.QUEUED, 0)
    start("--batch").wait(60)
    assert len([line for line in lines() if line.startswith("step")]) == 30


def test_the_bell_wakes_an_idle_worker_at_once(flushable, calls: list, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "LOOK_SECONDS", 60)
    stop = threading.Event()

    def work() -> None:
        try:
            worker.work(stop)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    until(WorkerBeat.objects.exists)
    time.sleep(0.3)
    jobs.enqueue("test.note", {}, actor_id=1)
    until(lambda: len(calls) == 1, seconds=5)
    stop.set()
    bell.ring()
    thread.join(5)
    assert not thread.is_alive()
