"""Prints of pictures: short digests that stay alike when a picture is saved anew, made smaller, mirrored or cropped. No Django.

A print is a dHash: 64 answers to "is this point brighter than its right neighbour" on 9 × 8 points. Cropping moves
everything, so parts of each picture have prints too; figures of what this finds: docs/decisions/0032.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import PIL.Image
import PIL.ImageOps

NEAR: Final = 6
# A part is compared with many others, so that it must fit more closely.
NEAR_PART: Final = 3
WIDE, HIGH = 9, 8
# Shares of width and height that are kept: the largest around the middle, the others in nine places.
MIDDLE: Final = 0.95
SHARES: Final = (0.9, 0.85, 0.8, 0.7)
PLACES: Final = (0.0, 0.5, 1.0)
SMALL: Final = 256
FLATTEST: Final = 12.0
PAPER_MEAN, PAPER_SHARE, PAPER_POINT = 205, 0.7, 225
BANDS: Final = (*((shift, 0x1FF) for shift in range(0, 54, 9)), (54, 0x3FF))
HEX: Final = 16


def prints_of(picture: PIL.Image.Image) -> str:
    """Prints of the whole, of its mirror image and of its parts, in a fixed order; empty for what tells nothing.

    An even surface and a page of paper look like any other of their kind, so nothing is said about them.
    """
    grey = PIL.ImageOps.exif_transpose(picture).convert("L")
    grey.thumbnail((SMALL, SMALL))
    if min(grey.size) < WIDE or not _tells(grey):
        return ""
    found = [dhash(grey), dhash(PIL.ImageOps.mirror(grey)), *(dhash(grey, box) for box in _parts(*grey.size))]
    return " ".join(f"{one:016x}" for one in found)


def dhash(grey: PIL.Image.Image, box: tuple[float, float, float, float] | None = None) -> int:
    """64 bits, row by row."""
    points = grey.resize((WIDE, HIGH), PIL.Image.Resampling.BOX, box=box).tobytes()
    bits = 0
    for row in range(HIGH):
        at = row * WIDE
        for column in range(WIDE - 1):
            bits = bits << 1 | (points[at + column] > points[at + column + 1])
    return bits


def _tells(grey: PIL.Image.Image) -> bool:
    counts = grey.histogram()
    total = sum(counts)
    mean = sum(value * n for value, n in enumerate(counts)) / total
    spread = (sum(n * (value - mean) ** 2 for value, n in enumerate(counts)) / total) ** 0.5
    is_paper = mean > PAPER_MEAN and sum(counts[PAPER_POINT:]) > PAPER_SHARE * total
    return spread >= FLATTEST and not is_paper


def _parts(width: int, height: int) -> Iterator[tuple[float, float, float, float]]:
    yield _part(width, height, MIDDLE, 0.5, 0.5)
    for share in SHARES:
        for across in PLACES:
            for down in PLACES:
                yield _part(width, height, share, across, down)


def _part(width: int, height: int, share: float, across: float, down: float) -> tuple[float, float, float, float]:
    left, top = width * (1 - share) * across, height * (1 - share) * down
    return left, top, left + width * share, top + height * share


@dataclass(frozen=True)
class Near:
    """Another picture and how it is like the one asked about."""

    key: int
    how: str
    distance: int


class Album:
    """Prints of many pictures, found by shared pieces: two prints at most six bits apart agree in one of seven bands."""

    def __init__(self) -> None:
        self._wholes: list[tuple[int, int]] = []
        self._pieces: list[tuple[int, int]] = []
        self._of_wholes: dict[tuple[int, int], list[int]] = {}
        self._of_pieces: dict[tuple[int, int], list[int]] = {}

    def add(self, key: int, prints: str) -> None:
        whole, _mirrored, *parts = _numbers(prints)
        self._put(self._wholes, self._of_wholes, key, whole)
        for part in parts:
            self._put(self._pieces, self._of_pieces, key, part)

    @staticmethod
    def _put(rows: list[tuple[int, int]], index: dict[tuple[int, int], list[int]], key: int, one: int) -> None:
        rows.append((key, one))
        for band in _bands(one):
            index.setdefault(band, []).append(len(rows) - 1)

    def near(self, prints: str) -> list[Near]:
        """The pictures that look like this one, each once, in its plainest way."""
        if not prints:
            return []
        whole, mirrored, *parts = _numbers(prints)
        found: dict[int, Near] = {}
        asked = [("same", whole, True), ("mirrored", mirrored, True)]
        asked += [("cropped", whole, False), ("cropped", mirrored, False), *(("cropped", part, True) for part in parts)]
        for how, one, in_wholes in asked:
            for key, distance in self._close(one, NEAR_PART if how == "cropped" else NEAR, in_wholes=in_wholes):
                known = found.get(key)
                if known is None or (known.how == how and distance < known.distance):
                    found[key] = Near(key, how, distance)
        return list(found.values())

    def _close(self, one: int, most: int, *, in_wholes: bool) -> Iterator[tuple[int, int]]:
        rows, index = (self._wholes, self._of_wholes) if in_wholes else (self._pieces, self._of_pieces)
        places = {place for band in _bands(one) for place in index.get(band, ())}
        for place in places:
            key, other = rows[place]
            if (distance := (one ^ other).bit_count()) <= most:
                yield key, distance


def _bands(one: int) -> Iterator[tuple[int, int]]:
    for shift, mask in BANDS:
        yield shift, one >> shift & mask


def _numbers(prints: str) -> list[int]:
    return [int(word, HEX) for word in prints.split()]
