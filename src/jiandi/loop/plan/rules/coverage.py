"""Kinds by horizons: how many measures there are of each. No Django here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jiandi.loop.plan.rules.wording import HORIZONS, KINDS


@dataclass(frozen=True)
class Cell:
    """How many measures of one kind and horizon there are."""

    kind: str
    horizon: str
    count: int

    @property
    def kind_word(self) -> str:
        return KINDS[self.kind]

    @property
    def horizon_word(self) -> str:
        return HORIZONS[self.horizon]


def coverage(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, tuple[Cell, ...]], ...]:
    """Kinds × horizons: one line per horizon (its word and a cell per kind)."""
    counts: dict[tuple[str, str], int] = {}
    for pair in pairs:
        counts[pair] = counts.get(pair, 0) + 1
    return tuple((word, tuple(Cell(kind, h, counts.get((kind, h), 0)) for kind in KINDS)) for h, word in HORIZONS.items())
