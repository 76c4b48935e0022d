"""Django's SQLite with a lock file beside the database, which every writing transaction holds.

SQLite lets one write at a time; who finds it busy sleeps longer and longer, up to 100 ms, while the database
stands idle. Here the threads of a process wait for each other asleep, and the first of them looks every
millisecond whether another process is done. Reads are not concerned.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections import defaultdict
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

if sys.platform != "win32":
    import fcntl

LOOK_SECONDS = 0.001
LOCKED = "database is locked"
_LINES: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

Parent: Any = base.DatabaseWrapper  # its type stubs leave out what is made for backends


class DatabaseWrapper(Parent):  # type: ignore[misc]
    """Takes its turn before BEGIN, gives it up after COMMIT, ROLLBACK or the end of the connection."""

    _turn: int | None = None

    def _start_transaction_under_autocommit(self) -> None:
        with contextlib.ExitStack() as undo:
            undo.callback(self._give_turn)
            self._take_turn()
            super()._start_transaction_under_autocommit()
            undo.pop_all()

    def _commit(self) -> None:
        try:
            super()._commit()
        finally:
            self._give_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._give_turn()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            self._give_turn()

    def _take_turn(self) -> None:
        """Wait as long as the connection may wait; then the database is locked, in the words SQLite has for it."""
        if sys.platform == "win32" or self.is_in_memory_db():
            return  # Windows has no such locks: SQLite's own waiting is left
        patience = float(self.settings_dict["OPTIONS"].get("timeout", 5))
        until, line = time.monotonic() + patience, _LINES[self._turn_file]
        if not line.acquire(timeout=patience):
            raise OperationalError(LOCKED)
        with contextlib.ExitStack() as undo:
            undo.callback(line.release)
            self._turn = self._lock_file(until)
            undo.pop_all()

    def _lock_file(self, until: float) -> int:
        """The open lock file, once it is ours."""
        turn = os.open(self._turn_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return turn
            if time.monotonic() > until:
                os.close(turn)
                raise OperationalError(LOCKED)
            time.sleep(LOOK_SECONDS)

    def _give_turn(self) -> None:
        if self._turn is not None:
            turn, self._turn = self._turn, None
            os.close(turn)
            _LINES[self._turn_file].release()

    @property
    def _turn_file(self) -> str:
        return f"{self.settings_dict['NAME']}-turn"
