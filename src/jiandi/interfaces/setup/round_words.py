"""What the page of a round says of its phases and of a newer version of its regime."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from jiandi.base import clock, http
from jiandi.interfaces.setup import regime_reading
from jiandi.interfaces.setup.regime_shape import named
from jiandi.record.ledger import regime_moves, targets
from jiandi.record.ledger.models import Round
from jiandi.record.policy import decide
from jiandi.record.regimes import differences, phases, queries
from jiandi.record.regimes.calendar import Reckoned
from jiandi.record.trail.actor import Actor


@dataclass(frozen=True)
class PhaseLine:
    """A phase with its days; ``warnings`` name years whose holidays are not published."""

    name: str
    start: date | None
    end: date | None
    is_now: bool
    warnings: list[str]


def phases_of(round_: Round) -> list[PhaseLine]:
    """The phases of the round's regime, counted from its feedback."""
    profile, calendar = queries.profile_of(round_.regime), queries.work_calendar()
    dates = phases.phase_dates(profile.phases, {"feedback": round_.feedback_on}, calendar)
    running = phases.phase_on(dates, clock.today())
    now = round_.phase or (running.code if running else "")
    found = []
    for phase, one in zip(profile.phases, dates, strict=True):
        years = calendar.unpublished(one.end, one.end) if one.end else ()
        warned = [http.translate(u.text, u.params) for u in Reckoned(one.end, years).warnings()] if one.end else []
        found.append(PhaseLine(named(phase.name), one.start, one.end, phase.code == now, warned))
    return found


def newer(actor: Actor, round_: Round) -> dict[str, Any] | None:
    """A newer version of the regime, what differs, and what stands in the way of moving the round to it."""
    found = regime_moves.newer(round_)
    if found is None:
        return None
    old, new = queries.profile_of(round_.regime), queries.profile_of(found)
    facts = regime_moves.facts_of(round_, new, queries.work_calendar())
    return {
        "regime": found,
        "changes": regime_reading.told(differences.between(old, new), old, new),
        "breaks": [http.translate(u.text, u.params) for u in regime_moves.stands_in_the_way(old, new, facts)],
        "goes_on": [http.translate(u.text, u.params) for u in regime_moves.goes_on(old, new, facts)],
        "may": decide.may(actor, "round.move_regime", targets.of_round(round_)),
    }
