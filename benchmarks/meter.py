"""Clocks and scales: how busy the machine is, how long something took, how much memory a program holds."""

from __future__ import annotations

import contextlib
import os
import re
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

SPIN_TURNS = 2_000_000
QUIET_SPIN_MS = 130.0
PATIENCE_SECONDS = float(os.environ.get("BENCH_PATIENCE", "30"))


@dataclass(frozen=True)
class Figure:
    """One measured number, what it must reach, and what belongs beside it."""

    name: str
    value: float
    unit: str
    target: str = ""
    reached: bool | None = None
    spin_ms: float = 0.0
    beside: dict[str, Any] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def at_most(name: str, value: float, unit: str, limit: float, **more: Any) -> Figure:
    return Figure(name, value, unit, f"≤ {limit:g} {unit}".strip(), value <= limit, **more)


def at_least(name: str, value: float, unit: str, limit: float, **more: Any) -> Figure:
    return Figure(name, value, unit, f"≥ {limit:g} {unit}".strip(), value >= limit, **more)


def spin_ms() -> float:
    """Wall time of a fixed piece of Python: how busy the machine is right now."""
    began = time.perf_counter()
    n = 0
    for i in range(SPIN_TURNS):
        n += i & 7
    return round(1e3 * (time.perf_counter() - began), 1)


def quiet() -> float:
    """Wait a while for a quiet machine; the spin that was left when the waiting ended."""
    end = time.monotonic() + PATIENCE_SECONDS
    found = spin_ms()
    while found > QUIET_SPIN_MS and time.monotonic() < end:
        time.sleep(1.0)
        found = spin_ms()
    return found


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def in_ms(values: list[float]) -> dict[str, float]:
    """Least, median and 95th percentile of seconds, in milliseconds."""
    found = {"min": min(values), "p50": statistics.median(values), "p95": quantile(values, 0.95)}
    return {name: round(1e3 * value, 2) for name, value in found.items()}


def fsync_ms(folder: Path, times: int = 200) -> dict[str, float]:
    """What one small write that must reach the disk costs here."""
    path, taken = folder / "fsync", []
    with path.open("wb") as out:
        for _ in range(times):
            out.write(b"x" * 4096)
            out.flush()
            taken.append(timed(lambda: os.fdatasync(out.fileno())))
    path.unlink()
    return in_ms(taken)


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                todo += [int(child) for child in (task / "children").read_text().split()]
            found.append(one)
    return found


def memory_mb(pid: int) -> dict[str, int]:
    """Resident and proportional memory of one process, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return {"rss": _kilobytes(status, "VmRSS") // 1000, "pss": _kilobytes(rollup, "Pss") // 1000}


def _kilobytes(text: str, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) * 1024 // 1000 if found else 0


def processor_seconds(pids: list[int]) -> float:
    """User and system time of process trees so far."""
    ticks = 0
    for pid in {one for root in pids for one in tree(root)}:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += sum(int(value) for value in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def peak_memory(pid: int) -> contextlib.AbstractContextManager[dict[str, int]]:
    """The most a process held while the block ran: ``before`` and ``peak`` in MB."""
    return _peak(lambda: memory_mb(pid)["rss"])


def peak_memory_of_all(pid: int) -> contextlib.AbstractContextManager[dict[str, int]]:
    """The same for a process and all it starts, together."""
    return _peak(lambda: sum(_resident(one) for one in tree(pid)))


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError):
        return _kilobytes(Path(f"/proc/{pid}/status").read_text(), "VmRSS") // 1000
    return 0


@contextlib.contextmanager
def _peak(held: Callable[[], int]) -> Iterator[dict[str, int]]:
    seen = {"before": held(), "peak": 0}
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.05):
            with contextlib.suppress(OSError):
                seen["peak"] = max(seen["peak"], held())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        stop.set()
        watcher.join()
