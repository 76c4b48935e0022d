"""A progress note, as the unit's pages and a ledger that came back write it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jiandi.base import clock
from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.record.ledger import beginning, load, targets, verbs, write
from jiandi.record.ledger.models import ProgressNote
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor


@dataclass(frozen=True)
class NewNote:
    """One row of a filing: what was done on a measure, or that nothing changed."""

    measure_id: int
    text: str = ""
    is_unchanged: bool = False


def note(actor: Actor, new: NewNote, on: date, unit_id: int | None = None, *, reason: str = "") -> ProgressNote:
    """Write it in the caller's transaction; the first note starts the measure."""
    measure = load.measure(actor, new.measure_id)
    target = targets.of_measure(measure)
    decide.require(actor, "progress.write", target)
    beginning.expect_planned(measure)
    _check(new, on)
    served = verbs.served_by(measure)
    beginning.start(measure, served)
    made = ProgressNote(
        measure=measure,
        unit_id=beginning.unit_of(actor, measure, target, unit_id),
        on=on,
        text=new.text.strip(),
        is_unchanged=new.is_unchanged,
        written_by_id=actor.user_id,
    )
    write.create(made, actor=actor, verb="write", reason=reason)
    beginning.recount(served, actor=actor)
    return made


def _check(new: NewNote, on: date) -> None:
    if not new.text.strip() and not new.is_unchanged:
        raise BadInput("note.empty", N_("Write what was done, or say that nothing changed."))
    if on > clock.today():
        raise BadInput("note.future", N_("A note is about what was done. Its day cannot lie in the future."))
