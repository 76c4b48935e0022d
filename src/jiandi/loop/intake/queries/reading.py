"""How far the reading of a document is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jiandi.base.jobs.models import OPEN_STATES, Job
from jiandi.record.ledger.models import Letter

READ_LETTER: Final = "intake.read_letter"
READING_STEPS: Final = 3
"""A document is read, its items are looked for, its rows are written."""


@dataclass(frozen=True)
class Reading:
    """The step of ``READING_STEPS``, and the scanned page, as a text."""

    step: int
    page: str


def reading_of(letter: Letter) -> Reading:
    """What the worker said last."""
    asked = Job.objects.filter(name=READ_LETTER, state__in=OPEN_STATES).values_list("payload", "done", "note")
    return next((Reading(done, note) for payload, done, note in asked if payload.get("letter") == letter.pk), Reading(0, ""))
