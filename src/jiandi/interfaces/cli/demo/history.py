"""Half a year in the sample city: who did what on which day, through the product's own actions."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from jiandi.base import clock
from jiandi.record.trail import sealer

Step = Callable[[], None]


@dataclass
class Diary:
    """Steps by day; runs them in order with the clock held at that day, and seals the trail every evening."""

    rng: random.Random
    first: date
    last: date
    _queue: list[tuple[date, int, Step]] = field(default_factory=list)
    _order: itertools.count[int] = field(default_factory=itertools.count)

    def on(self, after_days: int, step: Step) -> None:
        """Plan a step ``after_days`` after the first day, moved to the next working day."""
        self.at(self.first + timedelta(days=after_days), step)

    def at(self, day: date, step: Step) -> None:
        while day.weekday() > 4:
            day += timedelta(days=1)
        heapq.heappush(self._queue, (day, next(self._order), step))

    def later(self, days: int, step: Step) -> None:
        """Plan a step some days after today (the diary's today)."""
        self.at(clock.today() + timedelta(days=days), step)

    def run(self) -> None:
        """Run every step up to the last day; later ones stay undone."""
        while self._queue and self._queue[0][0] <= self.last:
            day = self._queue[0][0]
            with clock.at(_moment(day, 9, 0)):
                self._run_day(day)
            with clock.at(_moment(day, 21, 0)):
                sealer.seal_pending()

    def _run_day(self, day: date) -> None:
        minute = 0
        while self._queue and self._queue[0][0] == day:
            minute = min(minute + self.rng.randint(1, 4), 11 * 60)
            _day, _order, step = heapq.heappop(self._queue)
            with clock.at(_moment(day, 9 + minute // 60, minute % 60)):
                step()


def _moment(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=clock.ZONE)
