"""Deeds at the same moment, each in a thread and a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from jiandi.base.errors import Conflict, NotFound, RuleBroken

PATIENCE_SECONDS = 60


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Run deeds in threads that start together; each gives its result or its refusal."""
    barrier = threading.Barrier(len(deeds))
    found: list[Any] = [None] * len(deeds)

    def run(place: int, deed: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            found[place] = deed()
        except (Conflict, NotFound, RuleBroken) as refused:
            found[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    return found


def losers(found: list[Any]) -> list[Any]:
    return [one for one in found if isinstance(one, Exception)]
