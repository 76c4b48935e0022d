"""Progress notes: one, or many in one sitting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from jiandi.base import clock
from jiandi.record.ledger.models import ProgressNote
from jiandi.record.ledger.noting import NewNote, note
from jiandi.record.trail.actor import Actor

__all__ = ["NewNote", "write_note", "write_notes"]


def write_note(
    *,
    actor: Actor,
    measure_id: int,
    text: str,
    on: date | None = None,
    is_unchanged: bool = False,
    unit_id: int | None = None,
) -> ProgressNote:
    """Report on a measure; the first note starts it."""
    with transaction.atomic():
        return note(actor, NewNote(measure_id, text, is_unchanged), on or clock.today(), unit_id)


def write_notes(*, actor: Actor, notes: Sequence[NewNote], on: date | None = None) -> list[ProgressNote]:
    """Report on many measures at once: all rows are written, or none."""
    with transaction.atomic():
        return [note(actor, new, on or clock.today()) for new in notes]
