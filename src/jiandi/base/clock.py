"""The only clock: moments in UTC, days in the installation's time zone.

``at()`` holds the clock still or lets it run from another moment: the sample city and the tests live through
half a year with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")

_held: ContextVar[datetime | None] = ContextVar("held_moment", default=None)


def now() -> datetime:
    """This moment in UTC, with time zone."""
    return _held.get() or datetime.now(UTC)


def today() -> date:
    """The local day."""
    return now().astimezone(ZONE).date()


def end_of(day: date) -> datetime:
    """The first moment after a local day, in UTC."""
    return start_of(day + timedelta(days=1))


def start_of(day: date) -> datetime:
    """The first moment of a local day, in UTC."""
    return datetime.combine(day, time.min, tzinfo=ZONE).astimezone(UTC)


def local_day(moment: datetime) -> date:
    """The local day a moment falls on."""
    return moment.astimezone(ZONE).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at a moment (sample data and tests only)."""
    token = _held.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _held.reset(token)
