"""Starting: the first migrate of an empty database, a cold start to the first page, and what each process holds."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from benchmarks import meter, place, web
from tools.dev import places, postgres

MIGRATE_SECONDS = 15.0
COLD_SECONDS = 2.5
WORKER_MB = 150
REPEATS = 5


def first_migrate(here: place.Place) -> list[meter.Figure]:
    spin = meter.quiet()
    command = places.python("-m", "jiandi", "migrate", "--verbosity", "0")
    seconds = meter.timed(lambda: subprocess.run(command, cwd=places.ROOT, env=here.environment(), check=True, capture_output=True))
    return [meter.at_most("first migrate", round(seconds, 2), "s", MIGRATE_SECONDS, spin_ms=spin)]


def measure(here: place.Place) -> list[meter.Figure]:
    spin = meter.quiet()
    taken, memory = [], {}
    for _ in range(REPEATS):
        seconds, memory = _cold(here)
        taken.append(seconds)
    web_mb, work_mb = _largest(memory, "web"), _largest(memory, "work")
    return [
        meter.at_most(
            "cold start to the first page", round(sorted(taken)[REPEATS // 2], 2), "s", COLD_SECONDS, spin_ms=spin, beside={"runs": taken}
        ),
        meter.at_most("memory of a web worker", web_mb["rss"], "MB", WORKER_MB, beside=web_mb),
        meter.at_most("memory of the job worker", work_mb["rss"], "MB", WORKER_MB, beside=work_mb),
        meter.Figure("memory of all processes", sum(one["pss"] for some in memory.values() for one in some), "MB", beside=memory),
    ]


def _cold(here: place.Place) -> tuple[float, dict[str, list[dict[str, int]]]]:
    """`jiandi serve` to the sign-in page; then twenty pages, and the memory of each process."""
    port = postgres.free_port()
    command = places.python("-m", "jiandi", "serve", "--port", str(port))
    began = time.perf_counter()
    with place.running(here, command) as pid:
        place.wait_for(port, "/account/login/")
        taken = round(time.perf_counter() - began, 2)
        with web.Session(port) as session:
            for _ in range(20):
                session.get("/account/login/")
        return taken, _by_part(pid)


def _by_part(pid: int) -> dict[str, list[dict[str, int]]]:
    """The supervisor's children in the order it starts them: web (with its own workers), work, sealer."""
    children = _children(pid)
    names = ("web", "work", "sealer")
    parts = {name: [meter.memory_mb(one) for one in meter.tree(child)] for name, child in zip(names, children, strict=False)}
    return {"supervisor": [meter.memory_mb(pid)], **parts}


def _children(pid: int) -> list[int]:
    below = meter.tree(pid)
    return sorted(one for one in below if _parent(one) == pid)


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def _largest(memory: dict[str, list[dict[str, int]]], name: str) -> dict[str, int]:
    return max(memory.get(name, [{"rss": 0, "pss": 0}]), key=lambda one: one["rss"])
