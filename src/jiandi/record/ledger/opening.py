"""Opening an inspection: the round, its frozen regime, and who checks by default."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import lifecycle, targets, write
from jiandi.record.ledger.models import Assignment, Round
from jiandi.record.policy import decide
from jiandi.record.regimes import phases, queries
from jiandi.record.regimes.models import Regime
from jiandi.record.trail.actor import Actor


@dataclass(frozen=True)
class NewRound:
    """What the office types; the end of the concentrated period follows from the regime unless given."""

    title: str
    code: str
    regime: Regime
    unit: Unit
    issuer: str
    feedback_on: date
    level: str = "upper"
    ends_on: date | None = None


def open_round(*, actor: Actor, new: NewRound) -> Round:
    """A new inspection under the regime's version of today; its code is used in every number and only once."""
    decide.require(actor, "round.open")
    if Round.objects.filter(code=new.code).exists():
        raise BadInput("round.code_taken", N_("The code {code} is taken by another round. Choose another."), code=new.code)
    with transaction.atomic():
        row = Round(
            title=new.title,
            code=new.code,
            regime=new.regime,
            unit=new.unit,
            issuer=new.issuer,
            level=new.level,
            feedback_on=new.feedback_on,
            ends_on=new.ends_on or _end_of_concentrated(new),
        )
        return write.create(row, actor=actor, verb="open")


def _end_of_concentrated(new: NewRound) -> date | None:
    """The last day of the latest phase that has an end."""
    profile = queries.profile_of(new.regime)
    dates = phases.phase_dates(profile.phases, {"feedback": new.feedback_on}, queries.work_calendar())
    ends = [d.end for d in dates if d.end]
    return max(ends) if ends else None


def assign_verifier(*, actor: Actor, round_: Round, unit: Unit, field: str = "") -> Assignment:
    """A unit checks the findings of a field (or of all fields) in a round by default."""
    decide.require(actor, "round.change", targets.of_round(round_))
    if Assignment.objects.filter(round=round_, unit=unit, part="verifier", field=field).exists():
        raise BadInput("round.assigned", N_("{unit} already checks this field. Choose another unit."), unit=unit.name)
    with transaction.atomic():
        return write.create(Assignment(round=round_, unit=unit, part="verifier", field=field), actor=actor, verb="assign")


def end_round(*, actor: Actor, round_: Round, version: int, reason: str) -> Round:
    """The round goes into the archive; its open findings stay open."""
    with transaction.atomic():
        write.expect_version(round_, version)
        lifecycle.move(round_, "end", actor=actor, target=targets.of_round(round_), reason=reason)
    return round_


def days_since_feedback(round_: Round) -> int:
    return (clock.today() - round_.feedback_on).days
