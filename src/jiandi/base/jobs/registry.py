"""Which jobs exist in this program, by name."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

NAME = re.compile(r"[a-z_]+(\.[a-z_]+)+")


class Run(Protocol):
    """What a job sees of its own run."""

    @property
    def job_id(self) -> int: ...

    @property
    def payload(self) -> Mapping[str, Any]:
        """What the action handed over."""

    @property
    def actor_id(self) -> int | None:
        """The user the work is done for; None when the schedule asked."""

    @property
    def saved(self) -> Mapping[str, Any]:
        """The last checkpoint; empty at the first run."""

    @property
    def is_stop_asked(self) -> bool:
        """Ask between steps and return soon when true; a person stopped the job or the worker is going down."""

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Tell the waiting page how far it is; written at most twice a second."""

    def checkpoint(self, state: Mapping[str, Any]) -> None:
        """Remember how far it is. Inside the transaction of a step, step and memory are kept or lost together."""


JobFunction = Callable[[Run], dict[str, Any] | None]


@dataclass(frozen=True)
class JobKind:
    name: str
    function: JobFunction
    attempts: int
    lease_seconds: float
    every_seconds: int | None


_kinds: dict[str, JobKind] = {}


def job(
    name: str, *, attempts: int = 3, lease_seconds: float = 120, every_seconds: int | None = None
) -> Callable[[JobFunction], JobFunction]:
    """Register a function as the job `name`; with `every_seconds` the schedule starts it by itself."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no job name: write stage.verb_thing")

    def register(function: JobFunction) -> JobFunction:
        if name in _kinds and _kinds[name].function is not function:
            raise ValueError(f"two jobs are called {name!r}")
        _kinds[name] = JobKind(name, function, attempts, lease_seconds, every_seconds)
        return function

    return register


def kinds() -> Mapping[str, JobKind]:
    return _kinds
