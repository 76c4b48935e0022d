"""How alike two texts are: Jaccard of their 1–2-grams, figures masked. Unrelated answers stay below .33, copies lie above .85."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from typing import Final, TypeVar

from jiandi.base import heavy
from jiandi.base.text.normalise import FIGURE, MASK

COPIED: Final = 0.85
# Two short sentences are alike by themselves; nothing is said about them.
SHORTEST: Final = 20
NEAR: Final = 50
NEAREST: Final = 20
K = TypeVar("K")


def masked_of(text: str) -> str:
    """``normalise.mask_figures`` without the way back to the printed text: thousands of texts are compared with one."""
    return FIGURE.sub(MASK, "".join(unicodedata.normalize("NFKC", text).split()))


def grams(masked: str) -> frozenset[str]:
    """Letters and pairs of letters of a text whose figures are masked."""
    return frozenset(masked) | frozenset(map("".join, pairwise(masked)))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def most_like(text: str, others: Iterable[tuple[K, str]], at_least: float = COPIED) -> tuple[K, float] | None:
    """The one of ``others`` (key, text) that is most like ``text``, if it is at least that much; the first of equals.

    Thousands are compared by edit distance first, in C; the grams are counted for the nearest few. For the worker.
    """
    masked = masked_of(text)
    if len(masked) < SHORTEST:
        return None
    keys, texts = [], []
    for key, other in others:
        keys.append(key)
        texts.append(masked_of(other))
    rapidfuzz = heavy.rapidfuzz()
    near = rapidfuzz.process.extract(masked, texts, scorer=rapidfuzz.fuzz.ratio, score_cutoff=NEAR, limit=NEAREST)
    mine, best = grams(masked), None
    for other, _score, at in sorted(near, key=lambda one: one[2]):
        like = jaccard(mine, grams(other))
        if like >= at_least and (best is None or like > best[1]):
            best = (keys[at], like)
    return best
