"""Runs a reader in a process of its own, with a time limit and bounds on memory and processor time."""

from __future__ import annotations

import multiprocessing
import sys
from multiprocessing.connection import Connection
from pathlib import Path

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers import opening
from jiandi.loop.intake.readers.limits import DEFAULT, Limits
from jiandi.loop.intake.readers.model import ReadDocument

if sys.platform != "win32":
    import resource


def read_bounded(path: Path, limits: Limits = DEFAULT) -> ReadDocument:
    """The same as `opening.open_document`, but a file cannot take the worker with it."""
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(sending, path, limits), daemon=True)
    child.start()
    sending.close()
    try:
        answer = receiving.recv() if receiving.poll(limits.seconds) else _too_slow(path, limits)
    except (EOFError, OSError):
        answer = _gave_out(path)
    finally:
        receiving.close()
        if child.is_alive():
            child.join(1)
        child.kill()
        child.join()
        child.close()
    if isinstance(answer, ReadDocument):
        return answer
    raise answer


def _child(sending: Connection, path: Path, limits: Limits) -> None:
    _bound(limits)
    try:
        sending.send(opening.open_document(path, limits))
    except BadInput as refusal:
        sending.send(refusal)
    finally:
        sending.close()


def _bound(limits: Limits) -> None:
    if sys.platform == "win32":
        return
    for what, most in ((resource.RLIMIT_AS, limits.memory_bytes), (resource.RLIMIT_CPU, limits.seconds + 1)):
        hard = resource.getrlimit(what)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, hard))


def _too_slow(path: Path, limits: Limits) -> BadInput:
    return BadInput(
        "intake.too_slow",
        N_("Reading “{place}” took longer than {limit} seconds. Split it, or copy its text into a new file."),
        place=path.name,
        limit=limits.seconds,
    )


def _gave_out(path: Path) -> BadInput:
    return BadInput(
        "intake.reader_gave_out",
        N_("“{place}” could not be read: the reader gave out. Split it, or copy its text into a new file."),
        place=path.name,
    )
