from collections.abc import Callable
from typing import Any

import pytest

from jiandi.base.jobs import registry, worker
from jiandi.base.jobs.registry import JobFunction

Register = Callable[..., Callable[[JobFunction], JobFunction]]


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> Register:
    """The `job` decorator, on a register of this test's own."""
    worker.find_jobs()
    monkeypatch.setattr(registry, "_kinds", dict(registry.kinds()))
    return registry.job


@pytest.fixture
def calls(job: Register) -> list[dict[str, Any]]:
    """The payloads that the job `test.note` was run with."""
    seen: list[dict[str, Any]] = []

    @job("test.note")
    def note(run: registry.Run) -> dict[str, Any]:
        seen.append(dict(run.payload))
        return {"seen": len(seen)}

    return seen
