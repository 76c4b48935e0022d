"""How the open findings became fewer, day by day: a walk over the steps that the spans of the trail tell."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from jiandi.record.ledger.models.finding import OPEN_STATES

FACETS = ("state", "said", "done", "well")
Step = tuple[date, str, str, int]


@dataclass(frozen=True)
class Day:
    """At the end of a day: how many findings were open, and how many still lacked each of the three claims."""

    on: date
    open: int
    not_said: int
    not_done: int
    not_well: int


def walk(steps: Iterable[Step], last: date) -> list[Day]:
    """Points from the first step to ``last``, each the sum of all steps up to its day."""
    by_day: dict[date, Tally[str]] = {}
    for day, facet, value, n in steps:
        for line in _lines(facet, value):
            by_day.setdefault(day, Tally())[line] += n
    found: list[Day] = []
    held: Tally[str] = Tally()
    day = min(by_day, default=last + timedelta(days=1))
    while day <= last:
        held.update(by_day.get(day, Tally()))
        there = held["there"]
        found.append(Day(day, held["open"], there - held["said"], there - held["done"], there - held["well"]))
        day += timedelta(days=1)
    return found


def _lines(facet: str, value: str) -> tuple[str, ...]:
    if facet == "state":
        return ("there", "open") if value in OPEN_STATES else ("there",)
    return (facet,) if value else ()
