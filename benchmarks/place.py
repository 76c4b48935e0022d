"""Where a measurement runs: a data folder and a database of its own, and the programs started on them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import web
from tools.dev import places, postgres

BACKENDS = ("sqlite", "postgresql")
START_SECONDS = 60.0


@dataclass(frozen=True)
class Place:
    """A data folder and, on PostgreSQL, the address of its database."""

    backend: str
    folder: Path
    url: str
    server_pid: int | None = None

    @property
    def surroundings(self) -> dict[str, str]:
        return {
            "JIANDI_DATA": str(self.folder / "data"),
            "JIANDI_DATABASE_URL": self.url,
            "JIANDI_DEBUG": "0",
            "PYTHONPATH": str(places.ROOT),
            "DJANGO_SETTINGS_MODULE": "jiandi.config.settings",
        }

    def environment(self) -> dict[str, str]:
        """What a program started here finds."""
        return places.surroundings(**self.surroundings)


@contextlib.contextmanager
def of(backend: str) -> Iterator[Place]:
    """A place that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="jiandi-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "data").mkdir()
        if backend == "sqlite":
            yield Place(backend, folder, "")
            return
        with _cluster(folder) as (port, pid):
            yield Place(backend, folder, f"postgresql://postgres@127.0.0.1:{port}/bench", pid)


@contextlib.contextmanager
def _cluster(folder: Path) -> Iterator[tuple[int, int]]:
    """A PostgreSQL of our own as it comes from the package: every commit reaches the disk."""
    programs = postgres.installed()
    if programs is None:
        raise places.Stop("There is no PostgreSQL on this machine. Install postgresql, or measure --database sqlite.")
    owner = "postgres" if os.geteuid() == 0 else None
    if owner:
        folder.chmod(0o755)
        (folder / "pg").mkdir()
        shutil.chown(folder / "pg", owner, owner)
    data, port = folder / "pg" / "data", postgres.free_port()
    _as(owner, [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"])
    options = f"-p {port} -h 127.0.0.1 -k {folder / 'pg'}"
    control = [str(programs / "pg_ctl"), "-D", str(data), "-w"]
    _as(owner, [*control, "-l", str(folder / "pg" / "log"), "-o", options, "start"])
    try:
        _as(owner, [str(programs / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "bench"])
        yield port, int((data / "postmaster.pid").read_text().split()[0])
    finally:
        _as(owner, [*control, "-m", "immediate", "stop"])


def _as(owner: str | None, command: list[str]) -> None:
    who = {"user": owner, "group": owner, "extra_groups": []} if owner else {}
    done = subprocess.run(command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False, **who)
    if done.returncode:
        raise places.Stop(f"{Path(command[0]).name} failed: {done.stderr.strip()}")


@dataclass(frozen=True)
class Program:
    """A program that was started, and its port if it listens."""

    pid: int
    port: int


@contextlib.contextmanager
def serving(place: Place, workers: int = 1) -> Iterator[Program]:
    """The product as people start it: web, worker, sealer."""
    port = postgres.free_port()
    command = places.python("-m", "jiandi", "serve", "--port", str(port), "--workers", str(workers))
    with running(place, command) as pid:
        wait_for(port, "/healthz")
        yield Program(pid, port)


@contextlib.contextmanager
def running(place: Place, command: list[str], **more: str) -> Iterator[int]:
    log = place.folder / "log"
    with log.open("ab") as out:
        child = subprocess.Popen(
            command,
            cwd=places.ROOT,
            env=place.environment() | more,
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        yield child.pid
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def wait_for(port: int, path: str) -> float:
    """Seconds until a page answers."""
    began = time.perf_counter()
    while time.perf_counter() - began < START_SECONDS:
        with contextlib.suppress(OSError), web.Session(port) as session:
            if session.get(path).status < 400:
                return time.perf_counter() - began
        time.sleep(0.01)
    raise places.Stop(f"No answer from port {port} in {START_SECONDS:g} s.")
