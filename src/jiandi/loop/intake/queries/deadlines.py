"""The day a row's deadline comes to: printed, or counted from the receipt on the installation's working calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

from jiandi.base.errors import Unmet
from jiandi.base.text import due
from jiandi.loop.intake.extract import terms
from jiandi.record.ledger.models import Letter, LetterItem
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes.calendar import Reckoned, WorkCalendar

BEFORE: Final = 40
"""How many letters before the deadline may name the day it runs from."""


@dataclass(frozen=True)
class Proposed:
    """A deadline as read; ``since`` and ``start`` say from which day a term was counted, ``warnings`` what is not certain."""

    due: due.Due
    since: str = ""
    start: date | None = None
    in_working_days: bool = False
    warnings: tuple[Unmet, ...] = ()


class Deadlines:
    """Of the rows of one letter; the calendar is read when the first term needs it."""

    def __init__(self, letter: Letter) -> None:
        self.letter = letter

    @cached_property
    def calendar(self) -> WorkCalendar:
        return regimes.work_calendar()

    def of(self, item: LetterItem) -> Proposed:
        """A term like 15个工作日内 gets its last day; the rest stays as the words have it."""
        read = due.parse_due(item.due_text, year=self.letter.round.feedback_on.year)
        if read.last_day is not None or not item.due_text or read.recurring or read.at_once:
            return Proposed(read)
        term = terms.relative(item.due_text, _before(item))
        return Proposed(read) if term is None else self._counted(read, term)

    def _counted(self, read: due.Due, term: terms.Relative) -> Proposed:
        start = self.letter.round.feedback_on if term.since == "feedback" else self.letter.received_on
        reckoned: list[Reckoned] = []

        def add(first: date, count: int) -> date:
            reckoned.append(self.calendar.add_working_days(first, count))
            return reckoned[-1].day

        day = terms.counted(term, start, add)
        if day is None:
            return Proposed(read)
        return Proposed(
            due=replace(read, last_day=day, precision="day"),
            since=term.since or "receipt",
            start=start,
            in_working_days=bool(reckoned),
            warnings=tuple(warning for one in reckoned for warning in one.warnings()),
        )


def _before(item: LetterItem) -> str:
    at = item.text.find(item.due_text)
    return item.text[max(0, at - BEFORE) : at] if at > 0 else ""
