"""Work on files in a program of its own: bounded in time and memory, and a file that breaks it spoils no other.

One child serves many files, because starting it costs more than a thumbnail. The work must be a function of a module
that imports no Django.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, Final, Self

if sys.platform != "win32":
    import resource

Work = Callable[..., Any]
SECONDS: Final = 60
MEMORY: Final = 1536 * 1024**2
PER_CHILD: Final = 200


@dataclass(frozen=True)
class GaveOut:
    """The work on one file ended without an answer: ``too_slow`` or ``broke`` (out of memory, a fault in a library)."""

    why: str


class Confined:
    """``with Confined(work) as run: run(path, …)`` answers what ``work`` returns, or ``GaveOut``."""

    def __init__(self, work: Work, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._work, self._seconds, self._memory = work, seconds, memory
        self._child: Any = None
        self._pipe: Connection | None = None
        self._served = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._end()

    def __call__(self, *given: Any) -> Any:
        pipe = self._pipe or self._begin()
        self._served += 1
        try:
            pipe.send(given)
            if not pipe.poll(self._seconds):
                self._end()
                return GaveOut("too_slow")
            answer = pipe.recv()
        except (EOFError, OSError):
            self._end()
            return GaveOut("broke")
        if self._served >= PER_CHILD:
            self._end()
        return answer

    def _begin(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        mine, theirs = context.Pipe()
        self._child = context.Process(target=_serve, args=(theirs, self._work, self._memory), daemon=True)
        self._child.start()
        theirs.close()
        self._pipe, self._served = mine, 0
        return mine

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._child is not None:
            self._child.kill()
            self._child.join()
            self._child.close()
            self._child = None


def each(work: Work, given: Iterable[tuple[Any, ...]], *, seconds: float = SECONDS) -> Iterator[Any]:
    """The answers in order."""
    with Confined(work, seconds=seconds) as run:
        for one in given:
            yield run(*one)


def _serve(pipe: Connection, work: Work, memory: int) -> None:
    _leave_with_parent()
    if sys.platform != "win32":
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (memory if hard == resource.RLIM_INFINITY else min(memory, hard), hard))
    while True:
        try:
            given = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(work(*given))


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    wait([sentinel])
    with contextlib.suppress(ProcessLookupError):
        os.kill(os.getpid(), signal.SIGTERM)
