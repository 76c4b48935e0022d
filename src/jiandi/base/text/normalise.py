"""Normal form of a text for comparing, with the way back to the printed text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

FIGURE: Final = re.compile(r"\d+(?:[.,]\d+)*%?")
MASK: Final = "#"
_INVISIBLE: Final = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
_SAME: Final = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "﹒": ".", "―": "-", "—": "-", "–": "-", "－": "-", "﹣": "-"}
)


@dataclass(frozen=True)
class Normalised:
    """``text`` and, for each of its letters, the offset in the printed text (one more at the end)."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The printed span of ``text[start:end]``."""
        if start >= end:
            return self.offsets[start], self.offsets[start]
        return self.offsets[start], self.offsets[end - 1] + 1


def normalise(text: str, *, keep_spaces: bool = False) -> Normalised:
    """NFKC, one kind of quotation mark and dash, no invisible letters, no white space unless asked."""
    letters: list[str] = []
    offsets: list[int] = []
    for at, letter in enumerate(text):
        if letter in _INVISIBLE:
            continue
        for part in unicodedata.normalize("NFKC", letter).translate(_SAME):
            if part.isspace() and not keep_spaces:
                continue
            letters.append(" " if part.isspace() else part)
            offsets.append(at)
    offsets.append(len(text))
    return Normalised("".join(letters), tuple(offsets))


def plain(text: str) -> str:
    """Only the normal form, without white space."""
    return normalise(text).text


def mask_figures(text: str) -> str:
    """Every figure as one ``#``: two progress notes that differ in numbers alone become equal."""
    return FIGURE.sub(MASK, plain(text))
