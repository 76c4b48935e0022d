"""How alike two short Chinese texts are, and which of many is nearest: shares of letter pairs, rare pairs weighing more."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from jiandi.base.text import normalise

K = TypeVar("K", bound=Hashable)
LEAST: Final = 45
MOST: Final = 3
_NUMBER: Final = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]+[)）、.．]\s*)+")
_NOT_WORDS: Final = re.compile(r"[\W_]+")
# A pair that stands in this share of all texts tells none of them apart (不到位).
_COMMON: Final = 5
_FEW: Final = 50


@dataclass(frozen=True)
class Near(Generic[K]):
    """A text that is like the one asked for; ``percent`` is 100 for the same words."""

    key: K
    percent: int


def pairs(text: str) -> frozenset[str]:
    """Letter pairs of a text without its number, spaces and signs; a single letter is its own pair."""
    words = _NOT_WORDS.sub("", _NUMBER.sub("", normalise.plain(text)))
    return frozenset(words[at : at + 2] for at in range(len(words) - 1)) or frozenset(filter(None, [words]))


class Likeness(Generic[K]):
    """Texts by key, ready to be asked which of them is nearest to another. Time grows with the pairs shared, not with all texts."""

    def __init__(self, texts: Mapping[K, str]) -> None:
        self._pairs = {key: pairs(text) for key, text in texts.items()}
        self._holding: dict[str, list[K]] = defaultdict(list)
        for key, some in self._pairs.items():
            for pair in some:
                self._holding[pair].append(key)
        self._whole = {key: self._weight(some) for key, some in self._pairs.items()}

    def nearest(self, text: str, *, least: int = LEAST, most: int = MOST) -> list[Near[K]]:
        """At most ``most`` texts of at least ``least`` per cent, the nearest first."""
        asked = pairs(text)
        whole = self._weight(asked)
        shared: dict[K, float] = defaultdict(float)
        for pair in sorted(asked):
            holding = self._holding.get(pair, ())
            if len(holding) <= max(_FEW, len(self._pairs) // _COMMON):
                for key in holding:
                    shared[key] += self._rarity(pair)
        found = [Near(key, self._percent(weight, whole, self._whole[key])) for key, weight in shared.items()]
        return sorted((one for one in found if one.percent >= least), key=lambda one: -one.percent)[:most]

    def _rarity(self, pair: str) -> float:
        return math.log(2 + len(self._pairs) / (1 + len(self._holding.get(pair, ()))))

    def _weight(self, some: frozenset[str]) -> float:
        return sum(self._rarity(pair) for pair in sorted(some))

    @staticmethod
    def _percent(shared: float, one: float, other: float) -> int:
        """Half of it how much both share, half how much of the shorter stands in the longer: a title is like its whole text."""
        both, shorter = one + other, min(one, other)
        return round(50 * (2 * shared / both + shared / shorter)) if shorter else 0
