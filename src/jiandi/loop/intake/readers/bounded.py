"""Runs a reader in a program of its own, with a time limit and bounds on memory and processor time."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers import kind, opening, pace, packing
from jiandi.loop.intake.readers.limits import DEFAULT, Limits
from jiandi.loop.intake.readers.model import ReadDocument

if sys.platform != "win32":
    import resource

Work = Callable[[Path, Limits], Any]
Told = Callable[[int], None]
_THREADS: Final = 4
_SLOW: Final = ("pdf", "picture")


def read_bounded(path: Path, limits: Limits = DEFAULT, told: Told | None = None) -> ReadDocument:
    """The same as `opening.open_document`, but a file cannot take the worker with it.

    ``told`` hears the number of each scanned page before it is read.
    """
    document: ReadDocument = _bounded(opening.open_document, path, limits, told)
    return document


def run(work: Work, path: Path, limits: Limits = DEFAULT) -> Any:
    """Any work on a file within the same bounds."""
    return _bounded(work, path, limits, None)


def _bounded(work: Work, path: Path, limits: Limits, told: Told | None) -> Any:
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(sending, work, path, limits), daemon=True)
    child.start()
    sending.close()
    try:
        answer = _answer(receiving, path, limits, told)
    except (EOFError, OSError):
        answer = _gave_out(path)
    finally:
        receiving.close()
        if child.is_alive():
            child.join(1)
        _end(child)
    if isinstance(answer, BadInput):
        raise answer
    return answer


def _answer(receiving: Connection, path: Path, limits: Limits, told: Told | None) -> Any:
    """What the child hands back; each scanned page it begins gives it time anew, and pages are counted by the reader."""
    seconds, begun = limits.seconds, 0
    while receiving.poll(seconds):
        answer = receiving.recv()
        if not isinstance(answer, int):
            return packing.unpacked(answer) if isinstance(answer, packing.Packed) else answer
        begun, seconds = begun + 1, limits.page_seconds
        if begun > limits.scanned_pages + 1:
            break
        if told is not None:
            told(answer)
    return _too_slow(path, seconds)


def _end(child: Any) -> None:
    """The child, and whatever it started."""
    if sys.platform != "win32" and child.pid is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    child.join()
    child.close()


def _child(sending: Connection, work: Work, path: Path, limits: Limits) -> None:
    _alone()
    bound(limits.memory_bytes, limits.seconds)
    pace.LISTENER.set(partial(_begin_page, sending, limits))
    try:
        _room_for_scans(path, limits)
        sending.send(_light(work(path, limits)))
    except BadInput as refusal:
        sending.send(refusal)
    finally:
        sending.close()


def _light(answer: Any) -> Any:
    return packing.packed(answer) if isinstance(answer, ReadDocument) else answer


def _alone() -> None:
    """In a group of its own, which ends when the program that asked ends."""
    if sys.platform == "win32":
        return
    os.setsid()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    if sys.platform != "win32":
        os.killpg(os.getpgrp(), signal.SIGKILL)


def _room_for_scans(path: Path, limits: Limits) -> None:
    """Recognising letters needs more memory than reading them."""
    if path.exists() and kind.look(path, limits) in _SLOW:
        bound(limits.scan_memory_bytes, limits.seconds)


def _begin_page(sending: Connection, limits: Limits, number: int) -> None:
    if sys.platform != "win32":
        used = resource.getrusage(resource.RUSAGE_SELF)
        bound(limits.scan_memory_bytes, round(used.ru_utime + used.ru_stime) + limits.page_seconds * _THREADS)
    sending.send(number)


def bound(memory: int, seconds: int) -> None:
    """Of this program, from now on."""
    if sys.platform == "win32":
        return
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds + 1)):
        hard = resource.getrlimit(what)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, hard))


def _too_slow(path: Path, seconds: int) -> BadInput:
    return BadInput(
        "intake.too_slow",
        N_("Reading “{place}” took longer than {limit} seconds. Split it, or copy its text into a new file."),
        place=path.name,
        limit=seconds,
    )


def _gave_out(path: Path) -> BadInput:
    return BadInput(
        "intake.reader_gave_out",
        N_("“{place}” could not be read: the reader gave out. Split it, or copy its text into a new file."),
        place=path.name,
    )
