"""What the calendar says: on time, overdue, how old, under which light. One pass over counts by state and days."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jiandi.record.figures import rates
from jiandi.record.ledger.models.finding import OPEN_STATES
from jiandi.record.regimes import lights
from jiandi.record.regimes.numbers import Rate
from jiandi.record.regimes.parts import Light, Profile

# Upper ends in days since registration; the last bucket has none.
AGES: tuple[int | None, ...] = (30, 60, 90, 180, 365, None)


@dataclass(frozen=True)
class Ageing:
    """Open findings registered between ``start`` and ``end`` days ago (``end`` None: longer)."""

    start: int
    end: int | None
    count: int


@dataclass(frozen=True)
class LightCount:
    """How many findings show a light of the regime."""

    light: Light
    count: int


@dataclass(frozen=True)
class OnTime:
    """Of the findings whose day is over, those closed by that day: against the first agreed day, and the one now agreed."""

    first: Rate
    now: Rate


@dataclass(frozen=True)
class Timing:
    """Figures that change with the calendar."""

    as_of: date
    overdue: int
    on_time: OnTime
    ageing: tuple[Ageing, ...]
    lights: tuple[LightCount, ...]


@dataclass(frozen=True)
class Row:
    """Findings alike in state and days, with their number."""

    state: str
    due: date | None
    first_due: date | None
    closed_on: date | None
    registered_on: date
    n: int


def make(rows: Iterable[Row], profile: Profile, today: date) -> Timing:
    kept = list(rows)
    return Timing(
        as_of=today,
        overdue=sum(row.n for row in kept if lights.is_overdue(row.state, row.due, today)),
        on_time=OnTime(first=_on_time(kept, "first_due", profile, today), now=_on_time(kept, "due", profile, today)),
        ageing=_ageing(kept, today),
        lights=_lights(kept, profile, today),
    )


def _on_time(rows: list[Row], field: str, profile: Profile, today: date) -> Rate:
    over = [(row, getattr(row, field)) for row in rows if getattr(row, field) is not None and getattr(row, field) < today]
    k = sum(row.n for row, day in over if row.state == "closed" and row.closed_on is not None and row.closed_on <= day)
    return rates.rate(k, sum(row.n for row, _day in over), profile.numbers)


def _ageing(rows: list[Row], today: date) -> tuple[Ageing, ...]:
    tally: Tally[int | None] = Tally()
    for row in rows:
        if row.state in OPEN_STATES:
            age = (today - row.registered_on).days
            tally[next((end for end in AGES if end is not None and age <= end), None)] += row.n
    starts = [0, *(end + 1 for end in AGES if end is not None)]
    return tuple(Ageing(start, end, tally[end]) for start, end in zip(starts, AGES, strict=True))


def _lights(rows: list[Row], profile: Profile, today: date) -> tuple[LightCount, ...]:
    tally: Tally[str] = Tally()
    for row in rows:
        if light := lights.light_of(profile.lights, due=row.due, today=today, state=row.state):
            tally[light.code] += row.n
    return tuple(LightCount(light, tally[light.code]) for light in profile.lights)
