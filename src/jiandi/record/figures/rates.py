"""The three rates and the totals they belong to: plain values, and how they are made of counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jiandi.record.ledger.models import Finding
from jiandi.record.ledger.models.finding import COUNTED_OUT, OPEN_STATES
from jiandi.record.regimes import numbers
from jiandi.record.regimes.numbers import Rate
from jiandi.record.regimes.parts import Numbers, Profile

STATES: tuple[str, ...] = tuple(code for code, _word in Finding.STATES)


@dataclass(frozen=True)
class ThreeRates:
    """Said, done, done well: always shown together, each with k of n."""

    said: Rate
    done: Rate
    well: Rate

    def as_counts(self) -> dict[str, list[int]]:
        """Plain numbers to be kept with a file or sheet."""
        return {name: [rate.k, rate.n] for name, rate in (("said", self.said), ("done", self.done), ("well", self.well))}


@dataclass(frozen=True)
class Totals:
    """Findings by state; the states add up to ``total``. ``counted`` leaves out the withdrawn: it is the n of every rate.

    ``complete`` is what the regime calls done (verified and closed unless it says otherwise). ``unchecked`` were taken over
    as finished and nobody has checked them here (期初未核): they keep their state and count in none of the three rates.
    """

    by_state: Mapping[str, int]
    total: int
    counted: int
    open: int
    complete: int
    rates: ThreeRates
    completion: Rate
    unchecked: int = 0

    @property
    def withdrawn(self) -> int:
        return self.total - self.counted

    @property
    def closed(self) -> int:
        return self.by_state.get("closed", 0)

    def as_counts(self) -> dict[str, Any]:
        """Plain numbers to be kept with a file or sheet."""
        return {
            "total": self.total,
            "counted": self.counted,
            "by_state": dict(self.by_state),
            "unchecked": self.unchecked,
            **self.rates.as_counts(),
        }


@dataclass(frozen=True)
class StateCount:
    """How many findings are in a state, and for how many of them the three claims hold."""

    state: str
    total: int
    said: int
    done: int
    well: int
    unchecked: int = 0


def rate(k: int, n: int, how: Numbers) -> Rate:
    """A rate as the regime writes it."""
    return numbers.rate(k, n, how.rounding, how.decimals, least=how.least)


def make(rows: Iterable[StateCount], profile: Profile) -> Totals:
    """Totals of counts by state."""
    kept = list(rows)
    by_state = dict.fromkeys(STATES, 0)
    for row in kept:
        by_state[row.state] += row.total
    live = [row for row in kept if row.state not in COUNTED_OUT]
    counted = sum(row.total for row in live)
    complete = sum(by_state[state] for state in profile.counts_as_complete)
    return Totals(
        by_state=by_state,
        total=sum(by_state.values()),
        counted=counted,
        open=sum(by_state[state] for state in OPEN_STATES),
        complete=complete,
        rates=ThreeRates(
            said=rate(sum(row.said for row in live), counted, profile.numbers),
            done=rate(sum(row.done for row in live), counted, profile.numbers),
            well=rate(sum(row.well for row in live), counted, profile.numbers),
        ),
        completion=rate(complete, counted, profile.numbers),
        unchecked=sum(row.unchecked for row in live),
    )
