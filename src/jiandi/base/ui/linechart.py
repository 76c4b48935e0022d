"""Where the points, marks and labels of a line of values stand in an SVG: plain arithmetic, drawn by a template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 28, 34
MOST_MARKS = 40


@dataclass(frozen=True)
class Point:
    """A value at its place."""

    x: int
    y: int
    on: date
    value: Decimal


@dataclass(frozen=True)
class Mark:
    """A day marked by an upright line; ``level`` keeps words of near days apart."""

    x: int
    on: date
    word: str
    kind: str
    level: int


@dataclass(frozen=True)
class Chart:
    """A drawing: the line as a path of points, marks, and the values at its two ends of each axis."""

    points: tuple[Point, ...]
    marks: tuple[Mark, ...]
    low: Decimal
    high: Decimal
    first: date
    last: date
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM
    right: int = WIDTH - RIGHT

    @property
    def line(self) -> str:
        return " ".join(f"{p.x},{p.y}" for p in self.points)


def chart(values: Sequence[tuple[date, Decimal]], marks: Sequence[tuple[date, str, str]]) -> Chart | None:
    """The drawing of values by day, with (day, word, kind) marked; None without a value."""
    if not values:
        return None
    values, marks = sorted(values), sorted(marks)[:MOST_MARKS]
    days = [on for on, _value in values] + [on for on, _word, _kind in marks]
    first, last = min(days), max(days)
    low, high = min(v for _on, v in values), max(v for _on, v in values)
    span, room = max(1, (last - first).days), high - low or Decimal(1)

    def x(on: date) -> int:
        return LEFT + round((on - first).days * (WIDTH - LEFT - RIGHT) / span)

    def y(value: Decimal) -> int:
        return HEIGHT - BOTTOM - round((value - low) * (HEIGHT - TOP - BOTTOM) / room)

    points = tuple(Point(x(on), y(value), on, value) for on, value in values)
    placed = tuple(Mark(x(on), on, word, kind, at % 2) for at, (on, word, kind) in enumerate(marks))
    return Chart(points, placed, low, high, first, last)
