"""How a slow reader says that it has come to another page, so that its time is counted by the page."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Final


def _nobody(_number: int) -> None:
    """Where no program waits."""


LISTENER: Final[ContextVar[Callable[[int], None]]] = ContextVar("listener", default=_nobody)


def page(number: int) -> None:
    """Work on page ``number`` begins."""
    LISTENER.get()(number)
