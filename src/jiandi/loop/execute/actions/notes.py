"""Progress notes: one, or many in one sitting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.execute.actions import beginning
from jiandi.record.ledger import load, targets, verbs, write
from jiandi.record.ledger.models import ProgressNote
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor


@dataclass(frozen=True)
class NewNote:
    """One row of a filing: what was done on a measure, or that nothing changed."""

    measure_id: int
    text: str = ""
    is_unchanged: bool = False


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
        return _note(actor, NewNote(measure_id, text, is_unchanged), on or clock.today(), unit_id)


def write_notes(*, actor: Actor, notes: Sequence[NewNote], on: date | None = None) -> list[ProgressNote]:
    """Report on many measures at once: all rows are written, or none."""
    with transaction.atomic():
        return [_note(actor, new, on or clock.today(), None) for new in notes]


def _note(actor: Actor, new: NewNote, on: date, unit_id: int | None) -> ProgressNote:
    measure = load.measure(actor, new.measure_id)
    target = targets.of_measure(measure)
    decide.require(actor, "progress.write", target)
    beginning.expect_planned(measure)
    _check(new, on)
    served = verbs.served_by(measure)
    beginning.start(measure, served)
    note = ProgressNote(
        measure=measure,
        unit_id=beginning.unit_of(actor, measure, target, unit_id),
        on=on,
        text=new.text.strip(),
        is_unchanged=new.is_unchanged,
        written_by_id=actor.user_id,
    )
    write.create(note, actor=actor, verb="write")
    beginning.recount(served, actor=actor)
    return note


def _check(new: NewNote, on: date) -> None:
    if not new.text.strip() and not new.is_unchanged:
        raise BadInput("note.empty", N_("Write what was done, or say that nothing changed."))
    if on > clock.today():
        raise BadInput("note.future", N_("A note is about what was done. Its day cannot lie in the future."))
