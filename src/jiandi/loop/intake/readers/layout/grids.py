"""Tables from the lines drawn around their cells."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from jiandi.loop.intake.readers.layout.model import Page, Piece, Rule

_NEAR: Final = 3.0
_SHORT: Final = 6.0
_MOST_RULES: Final = 2_000


@dataclass
class Spot:
    """One cell of a grid, with its pieces."""

    row: int
    column: int
    rows: int
    columns: int
    left: float
    right: float
    pieces: list[Piece] = field(default_factory=list)


@dataclass
class Grid:
    """A ruled table on one page; ``across`` are the upright lines, ``down`` the level ones."""

    page: int
    across: list[float]
    down: list[float]
    spots: list[Spot]
    at: dict[tuple[int, int], Spot]

    @property
    def top(self) -> float:
        return self.down[0]

    def spot(self, piece: Piece) -> Spot | None:
        """The cell in which the middle of a piece lies."""
        x, y = (piece.left + piece.right) / 2, (piece.top + piece.bottom) / 2
        return self.at.get((bisect_right(self.down, y) - 1, bisect_right(self.across, x) - 1))


def grids(page: Page) -> list[Grid]:
    """All ruled tables of a page with at least two cells, from top to bottom."""
    rules = _joined(page.rules)
    if len(rules) > _MOST_RULES:
        return []
    found = [made for group in _touching(rules) if (made := _grid(page.number, group)) is not None]
    return sorted(found, key=lambda grid: grid.top)


def _joined(rules: Iterable[Rule]) -> list[Rule]:
    """Pieces of one drawn line as one."""
    out: list[Rule] = []
    for rule in sorted(rules, key=lambda one: (one.level, round(one.at / 1.5), one.begin)):
        last = out[-1] if out else None
        if last and last.level == rule.level and abs(last.at - rule.at) <= 1.5 and rule.begin <= last.end + _NEAR:
            out[-1] = Rule(last.at, last.begin, max(last.end, rule.end), rule.level)
        else:
            out.append(rule)
    return [rule for rule in out if rule.end - rule.begin >= _SHORT]


def _touching(rules: list[Rule]) -> list[list[Rule]]:
    """Groups of lines that meet."""
    level, upright = [r for r in rules if r.level], [r for r in rules if not r.level]
    group = {id(rule): number for number, rule in enumerate(rules)}
    members = {number: [rule] for number, rule in enumerate(rules)}
    for one, other in product(level, upright):
        if one.begin - _NEAR <= other.at <= one.end + _NEAR and other.begin - _NEAR <= one.at <= other.end + _NEAR:
            first, second = sorted((group[id(one)], group[id(other)]))
            if first != second:
                for rule in members[second]:
                    group[id(rule)] = first
                members[first] += members.pop(second)
    return list(members.values())


def _clustered(values: Iterable[float]) -> list[float]:
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > _NEAR:
            out.append(value)
    return out


def _grid(page: int, rules: list[Rule]) -> Grid | None:
    down = _clustered(rule.at for rule in rules if rule.level)
    across = _clustered(rule.at for rule in rules if not rule.level)
    if len(down) < 2 or len(across) < 2 or (len(down) - 1) * (len(across) - 1) < 2:
        return None
    at: dict[tuple[int, int], Spot] = {}
    spots: list[Spot] = []
    walls = _Walls(rules)
    for row, column in product(range(len(down) - 1), range(len(across) - 1)):
        if (row, column) not in at:
            height, width = _extent(at, walls, down, across, row, column)
            spot = Spot(row, column, height, width, across[column], across[column + width])
            at.update(dict.fromkeys(product(range(row, row + height), range(column, column + width)), spot))
            spots.append(spot)
    return Grid(page, across, down, spots, at) if len(spots) > 1 else None


class _Walls:
    """Is there a line between two cells?"""

    def __init__(self, rules: list[Rule]) -> None:
        self.level = [rule for rule in rules if rule.level]
        self.upright = [rule for rule in rules if not rule.level]
        self.known: dict[tuple[bool, float, float], bool] = {}

    def between(self, at: float, middle: float, *, level: bool) -> bool:
        key = (level, at, middle)
        if key not in self.known:
            rules = self.level if level else self.upright
            self.known[key] = any(abs(rule.at - at) <= _NEAR and rule.begin <= middle <= rule.end for rule in rules)
        return self.known[key]


def _extent(
    at: dict[tuple[int, int], Spot], walls: _Walls, down: list[float], across: list[float], row: int, column: int
) -> tuple[int, int]:
    """How many rows and columns a merged cell takes."""
    y, x = (down[row] + down[row + 1]) / 2, (across[column] + across[column + 1]) / 2
    width = height = 1
    while (
        column + width < len(across) - 1 and (row, column + width) not in at and not walls.between(across[column + width], y, level=False)
    ):
        width += 1
    while row + height < len(down) - 1 and not walls.between(down[row + height], x, level=True):
        height += 1
    return height, width
