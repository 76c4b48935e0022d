"""What a poll says: each group for itself, with its n, its response rate and its spread; one figure for all there is not. No Django here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jiandi.record.figures import intervals
from jiandi.record.regimes import numbers
from jiandi.record.regimes.numbers import Rate
from jiandi.record.regimes.parts import Numbers

WORDS: Final = ("satisfied", "fairly", "dissatisfied", "unknown")
CONTENT: Final = ("satisfied", "fairly")
ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LETTERS: Final = 16
FEW: Final = 0.5


@dataclass(frozen=True)
class Counted:
    """What one group answered; ``words`` by code."""

    group_id: int
    name: str
    channel: str
    invited: int
    words: Mapping[str, int]
    spoilt: int = 0

    @property
    def answered(self) -> int:
        return sum(self.words.values())

    @property
    def content(self) -> int:
        return sum(self.words.get(word, 0) for word in CONTENT)

    def as_row(self) -> dict[str, Any]:
        """Plain values, to be kept when the poll closes."""
        return {
            "group_id": self.group_id,
            "name": self.name,
            "channel": self.channel,
            "invited": self.invited,
            "words": dict(self.words),
            "spoilt": self.spoilt,
        }


@dataclass(frozen=True)
class GroupResult:
    """A group's line. ``words`` and ``content`` are empty while the poll runs, and where so few answered that one could be recognised."""

    counted: Counted
    response: Rate
    content: Rate | None
    interval: tuple[int, int] | None
    words: tuple[Rate, ...]

    @property
    def is_thin(self) -> bool:
        """Whether fewer than half of those asked answered: what the others think is not known."""
        return self.counted.answered < self.counted.invited * FEW


@dataclass(frozen=True)
class Result:
    """All groups. Sums are counts; ``lowest`` and ``highest`` are the ends of the shares between groups large enough for one."""

    groups: tuple[GroupResult, ...]
    invited: int
    answered: int
    response: Rate
    lowest: GroupResult | None
    highest: GroupResult | None


def result(rows: Sequence[Counted], how: Numbers, *, is_over: bool) -> Result:
    """``is_over``: only then is told what was answered; answers coming in one by one would give people away."""
    groups = tuple(_of_group(row, how, is_over=is_over) for row in rows)
    invited, answered = sum(row.invited for row in rows), sum(row.answered for row in rows)
    large = sorted((one for one in groups if one.content), key=lambda one: one.counted.content / one.counted.answered)
    return Result(
        groups=groups,
        invited=invited,
        answered=answered,
        response=_rate(answered, invited, how),
        lowest=large[0] if large else None,
        highest=large[-1] if large else None,
    )


def _of_group(row: Counted, how: Numbers, *, is_over: bool) -> GroupResult:
    response, content = _rate(row.answered, row.invited, how), _rate(row.content, row.answered, how)
    if not is_over or not content.has_percent:
        return GroupResult(row, response, None, None, ())
    words = tuple(_rate(row.words.get(word, 0), row.answered, how) for word in WORDS)
    return GroupResult(row, response, content, intervals.whole_percents(row.content, row.answered), words)


def _rate(k: int, n: int, how: Numbers) -> Rate:
    return numbers.rate(k, n, how.rounding, how.decimals, least=how.least)


def plain_code(typed: str) -> str:
    """A code as it is digested: people type it with or without its strokes, in any case."""
    return re.sub(r"[^0-9a-z]", "", typed.lower())[: CODE_LETTERS + 1]


def shown_code(code: str) -> str:
    """In fours, as it stands on the slip."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
