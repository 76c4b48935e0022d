"""Which light a row shows. It never says more than the calendar does: a word, an icon, and only then a colour."""

from __future__ import annotations

from datetime import date

from jiandi.record.regimes import vocabulary
from jiandi.record.regimes.parts import Light


def days_left(due: date, today: date) -> int:
    """Days to the due day; 0 on the day itself, negative once it is over."""
    return (due - today).days


def is_overdue(state: str, due: date | None, today: date) -> bool:
    """A day has passed on which an obligation still runs. The one definition, of findings and of measures."""
    return due is not None and due < today and state not in vocabulary.SETTLED and state not in vocabulary.MEASURE_AT_REST


def light_of(lights: tuple[Light, ...], *, due: date | None, today: date, state: str) -> Light | None:
    """The light of a row, or None: no due day, or nothing runs any more and the regime has no word for it.

    A submitted finding keeps its light: said is not done.
    """
    if state in vocabulary.SETTLED:
        return _first(lights, "settled")
    if due is None:
        return None
    left = days_left(due, today)
    if left < 0:
        return _overdue(lights, -left)
    near = [light for light in lights if light.when == "days_left" and left <= light.days]
    return min(near, key=lambda light: light.days) if near else _first(lights, "otherwise")


def _overdue(lights: tuple[Light, ...], late: int) -> Light | None:
    """The most urgent light reached; before the first threshold of days overdue, the calmest of them."""
    known = [light for light in lights if light.when == "overdue"]
    reached = [light for light in known if light.days <= late]
    return reached[-1] if reached else next(iter(known), None)


def _first(lights: tuple[Light, ...], when: str) -> Light | None:
    return next((light for light in lights if light.when == when), None)
