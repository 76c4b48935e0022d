"""A small client: one kept connection, a signed-in session, and many clients at once."""

from __future__ import annotations

import http.client
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from benchmarks import meter

CSRF = "b" * 32


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


class Session:
    """One browser. With ``key`` (of a Django session) it is signed in."""

    def __init__(self, port: int, key: str = "") -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        cookies = f"csrftoken={CSRF}" + (f"; sessionid={key}" if key else "")
        self._headers = {"Cookie": cookies, "X-CSRFToken": CSRF, "Accept-Language": "zh-CN"}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """A server that is told to stop waits for open lines."""
        self._line.close()

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, {})

    def post(self, path: str, **fields: object) -> Answer:
        body = urllib.parse.urlencode(fields)
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        self._line.request(method, path, body=body, headers=self._headers | headers)
        answer = self._line.getresponse()
        return Answer(answer.status, answer.read())


@dataclass
class Load:
    """What many clients got done together."""

    seconds: float = 0.0
    taken: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def per_second(self) -> float:
        return round(len(self.taken) / self.seconds, 1)


def latencies(session: Session, path: str, times: int, expected: int = 200) -> list[float]:
    """One request after another."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        answer = session.get(path)
        found.append(time.perf_counter() - began)
        if answer.status != expected:
            raise RuntimeError(f"{path} answered {answer.status}: {answer.body[:300]!r}")
    return found


def together(turns: Sequence[Callable[[], int]], seconds: float) -> Load:
    """Each client does its turn again and again until the time is over; a turn returns the status it got."""
    load, lock = Load(), threading.Lock()
    end = time.perf_counter() + seconds

    def client(turn: Callable[[], int]) -> None:
        taken, statuses = [], Counter[int]()
        while time.perf_counter() < end:
            began = time.perf_counter()
            statuses[turn()] += 1
            taken.append(time.perf_counter() - began)
        with lock:
            load.taken.extend(taken)
            load.statuses.update(statuses)

    threads = [threading.Thread(target=client, args=[turn]) for turn in turns]
    load.seconds = meter.timed(lambda: _run(threads))
    return load


def _run(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
