"""Where answers ask for a second look: questions, never verdicts. Silence, nothing but no, seconds, copies, blind spots.

No Django here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from jiandi.base.errors import Unmet
from jiandi.base.text.words import N_

# What answers ask for a second look. A reader needs about four seconds for a question of twenty letters (measured, methods S12).
SECONDS_A_QUESTION: Final = 4
MOST_SHOWN: Final = 10
FEWEST_NO: Final = 3


@dataclass(frozen=True)
class UnitAnswers:
    """What one unit did with its questions."""

    unit_id: int
    asked_id: int
    unit: str
    cells: int
    open: int
    late: int
    no: int
    answered: int
    copied: int
    opened_at: datetime | None
    last_at: datetime | None

    @property
    def seconds_a_question(self) -> float | None:
        if self.opened_at is None or self.last_at is None or not self.answered:
            return None
        return max(0.0, (self.last_at - self.opened_at).total_seconds()) / self.answered


@dataclass(frozen=True)
class Hint:
    """A sentence that ends in a question, and the units it is about. Never a verdict."""

    code: str
    sentence: Unmet
    units: tuple[UnitAnswers, ...] = ()
    count: int = 0

    @property
    def more(self) -> int:
        return max(0, self.count - len(self.units))


def hints(rows: Sequence[UnitAnswers]) -> list[Hint]:
    """Silence, nothing but no, answers in seconds, copied answers: what to ask the units about."""
    sets: dict[str, tuple[str, list[UnitAnswers]]] = {
        "late": (N_("{n} units are silent after the day. What keeps them from answering?"), [r for r in rows if r.late]),
        "all_no": (
            N_("{n} units answered every question with no. What did they look at, and would somebody else see the same?"),
            [r for r in rows if r.no >= FEWEST_NO and r.no == r.cells],
        ),
        "seconds": (
            N_("{n} units took less than four seconds a question. Were the questions read and the papers looked at?"),
            [r for r in rows if (taken := r.seconds_a_question) is not None and taken < SECONDS_A_QUESTION],
        ),
        "copied": (
            N_("{n} units gave answers that are nearly the words of another unit before them. Was it checked there as well?"),
            [r for r in rows if r.copied],
        ),
    }
    return [
        Hint(code, Unmet(code, text, {"n": len(found)}), tuple(found[:MOST_SHOWN]), len(found))
        for code, (text, found) in sets.items()
        if found
    ]


@dataclass(frozen=True)
class Place:
    """A unit of the tree, as far as blind spots need it."""

    path: str
    name: str
    level: str


@dataclass(frozen=True)
class Blind:
    """A level or a branch of which no unit was asked."""

    name: str
    units: int


def blind_levels(places: Sequence[Place], asked: Iterable[str]) -> list[Blind]:
    """Levels with units of which none was asked."""
    there, had = dict[str, int](), set(asked)
    for place in places:
        there[place.level] = there.get(place.level, 0) + 1
    touched = {place.level for place in places if place.path in had}
    return [Blind(level, n) for level, n in there.items() if level not in touched]


def blind_branches(places: Sequence[Place], asked: Iterable[str], step: int) -> list[Blind]:
    """The topmost branches in which no unit was asked, the largest first. A single unit is a branch of one."""
    covered, missing = set[str](), dict[str, int]()
    for path in asked:
        covered.update(path[:end] for end in range(step, len(path) + 1, step))
    names = {place.path: place.name for place in places}
    for place in places:
        tops = (place.path[:end] for end in range(step, len(place.path) + 1, step))
        top = next((t for t in tops if t not in covered), None)
        if top is not None:
            missing[top] = missing.get(top, 0) + 1
    found = [Blind(names.get(path, path), n) for path, n in missing.items()]
    return sorted(found, key=lambda b: -b.units)


def shared_branch(paths: Sequence[str], step: int) -> str:
    """The branch that holds all paths (given the least and the greatest); the empty text when nothing was asked."""
    if not paths:
        return ""
    low, high = min(paths), max(paths)
    same = 0
    while same + step <= min(len(low), len(high)) and low[: same + step] == high[: same + step]:
        same += step
    return low[:same]
