"""How alike two short Chinese texts are, and which of many is nearest: shares of letter pairs, rare pairs weighing more; and which copy another."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
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
# A copy shares this much of both texts' letter pairs, figures aside; shorter texts are alike by chance.
COPY: Final = 0.85
SHORTEST: Final = 20
_NOT_LETTERS: Final = re.compile(r"[\W\d_]+")


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


def copies_of(asked: Mapping[int, str], others: Iterable[tuple[int, str]]) -> dict[int, int]:
    """For each text the key of an earlier one among ``others`` that it copies, whatever the figures. Keys are in the order of writing.

    Two texts that share enough share one of their rarest pairs, so only those are looked up: ``others`` go by once, and time does not
    grow with the product of both.
    """
    index = _Rarest(asked)
    found: dict[int, int] = {}
    for key, text in others:
        if not index.by_rank:
            break
        for copy in index.copying(shingles(text), key):
            found[copy] = key
    return found


def shingles(text: str) -> frozenset[str]:
    """Letter pairs without figures, spaces and signs."""
    letters = _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text))
    return frozenset([letters[at : at + 2] for at in range(len(letters) - 1)])


class _Rarest:
    """Texts by their rarest pairs, each text a row of bits; equal ones are one group, and groups found to be copies are looked at no more."""

    def __init__(self, asked: Mapping[int, str]) -> None:
        same: dict[frozenset[str], list[int]] = defaultdict(list)
        for key, text in asked.items():
            if len(some := shingles(text)) >= SHORTEST:
                same[some].append(key)
        often = Counter(pair for some in same for pair in some)
        self._rank = {pair: at for at, pair in enumerate(sorted(often, key=lambda pair: (often[pair], pair)))}
        self._keys, self._places = list(same.values()), [self._ranks(some) for some in same]
        self._rows = [(_bits(places), len(places)) for places in self._places]
        self.by_rank: dict[int, set[int]] = defaultdict(set)
        for group, places in enumerate(self._places):
            for rank in places[: _may_differ(len(places)) + 1]:
                self.by_rank[rank].add(group)

    def _ranks(self, some: frozenset[str]) -> list[int]:
        """Places of the pairs that any text asked about holds, the rarest first."""
        return sorted(map(self._rank.__getitem__, some & self._rank.keys()))

    def copying(self, some: frozenset[str], key: int) -> list[int]:
        """Keys of the texts later than ``key`` that are copies of ``some``; they are not looked at again."""
        ranks, size = self._ranks(some), len(some)
        left = _may_differ(size) - (size - len(ranks))
        if size < SHORTEST or left < 0:
            return []
        near = set().union(*(self.by_rank[rank] for rank in ranks[: left + 1] if rank in self.by_rank))
        if not near:
            return []
        bits, least, rows = _bits(ranks), COPY / (1 + COPY), self._rows  # shared / (both - shared) >= COPY
        copies = [group for group in near if (bits & rows[group][0]).bit_count() >= least * (size + rows[group][1])]
        return [k for group in copies for k in self._take(group, key)]

    def _take(self, group: int, key: int) -> list[int]:
        later = [k for k in self._keys[group] if k > key]
        self._keys[group] = [k for k in self._keys[group] if k <= key]
        if not self._keys[group]:
            for rank in self._places[group]:
                if rank in self.by_rank:
                    self.by_rank[rank].discard(group)
                    if not self.by_rank[rank]:
                        del self.by_rank[rank]
        return later


def _may_differ(size: int) -> int:
    """How many of its pairs a copy may lack."""
    return size - math.ceil(COPY * size)


def _bits(places: Iterable[int]) -> int:
    found = 0
    for place in places:
        found |= 1 << place
    return found
