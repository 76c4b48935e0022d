"""What stands on a page, in points from its top left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

_STRAIGHT: Final = 1.0


class Piece(NamedTuple):
    """Some letters of one line: one letter (PDF), or a whole line (a scan)."""

    left: float
    top: float
    right: float
    bottom: float
    words: str
    size: float


class Rule(NamedTuple):
    """A drawn straight line, level or upright; ``at`` is its y or its x."""

    at: float
    begin: float
    end: float
    level: bool


@dataclass
class Page:
    """One page as its kind of file gives it."""

    number: int
    width: float
    height: float
    pieces: list[Piece] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """A printed line: its pieces joined, and the column it stands in."""

    left: float
    top: float
    right: float
    bottom: float
    words: str
    size: float
    page: int
    column: tuple[float, float] = (0.0, 0.0)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def straight(one: tuple[float, float], other: tuple[float, float]) -> Iterator[Rule]:
    """A stroke between two points, if it is level or upright."""
    (x0, y0), (x1, y1) = one, other
    if abs(y0 - y1) <= _STRAIGHT < abs(x0 - x1):
        yield Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1), level=True)
    elif abs(x0 - x1) <= _STRAIGHT < abs(y0 - y1):
        yield Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1), level=False)
