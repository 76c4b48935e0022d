"""Wakes the worker on the same machine: a file whose time of change moves. Elsewhere the worker looks every few seconds."""

import threading
import time
from pathlib import Path

from django.conf import settings

GLANCE_SECONDS = 0.25


def path() -> Path:
    return Path(settings.JIANDI_DATA) / "run" / "jobs.bell"


def ring() -> None:
    bell = path()
    bell.parent.mkdir(parents=True, exist_ok=True)
    bell.touch()


def mark() -> int:
    """The last ring; take it before looking for work, so that none is missed."""
    try:
        return path().stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def wait(stop: threading.Event, seconds: float, *, since: int) -> None:
    """Until the bell rings after `since`, the worker is told to stop, or `seconds` are over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and mark() == since:
        if stop.wait(GLANCE_SECONDS):
            return
