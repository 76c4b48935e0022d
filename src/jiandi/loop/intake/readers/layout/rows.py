"""Letters to printed lines, and lines to columns in reading order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from jiandi.loop.intake.readers.layout.model import Piece, Row

_APART: Final = 1.5
_SPACE: Final = 0.25
_LEAST_ROWS: Final = 4
_FULL: Final = 0.6
_STEPS: Final = 24


def printed(pieces: Iterable[Piece], page: int, apart: float = _APART) -> list[list[Row]]:
    """From top to bottom, each line as its runs from left to right; a run ends at a gap of ``apart`` letters."""
    found: list[list[Row]] = []
    for line in _levels(pieces):
        line.sort(key=lambda piece: piece.left)
        runs: list[list[Piece]] = [[line[0]]]
        for before, piece in pairwise(line):
            if _overprinted(before, piece):
                continue
            if piece.left - before.right > apart * max(before.size, piece.size, 1):
                runs.append([])
            runs[-1].append(piece)
        found.append([row(run, page) for run in runs])
    return found


def _overprinted(before: Piece, piece: Piece) -> bool:
    """The same letter set twice to make it bold."""
    return (
        before.words == piece.words and abs(before.left - piece.left) < 0.2 * piece.size and abs(before.top - piece.top) < 0.2 * piece.size
    )


def _levels(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces that stand beside each other, by their middles."""
    levels: list[list[Piece]] = []
    top = bottom = 0.0
    for piece in sorted(pieces, key=lambda one: (one.top + one.bottom, one.left)):
        middle = (piece.top + piece.bottom) / 2
        if levels and top <= middle <= bottom and _mostly_beside(piece, top, bottom):
            levels[-1].append(piece)
        else:
            levels.append([piece])
            top, bottom = piece.top, piece.bottom
    return levels


def _mostly_beside(piece: Piece, top: float, bottom: float) -> bool:
    shared = min(piece.bottom, bottom) - max(piece.top, top)
    return shared >= 0.5 * min(piece.bottom - piece.top, bottom - top)


def row(run: Sequence[Piece], page: int) -> Row:
    """One run as a line; a gap between letters that are not Chinese is a space."""
    parts = [run[0].words]
    for before, piece in pairwise(run):
        gap = piece.left - before.right
        if gap > _SPACE * piece.size and not (_wide(before.words[-1:]) and _wide(piece.words[:1]) and gap < piece.size * 0.8):
            parts.append(" ")
        parts.append(piece.words)
    words = " ".join("".join(parts).split(" ")) if "  " not in (joined := "".join(parts)) else " ".join(joined.split())
    return Row(
        min(piece.left for piece in run),
        min(piece.top for piece in run),
        max(piece.right for piece in run),
        max(piece.bottom for piece in run),
        words.strip(),
        sorted(piece.size for piece in run)[len(run) // 2],
        page,
    )


def _wide(letter: str) -> bool:
    return "\u2e80" <= letter <= "\uffef"


def merged(runs: Sequence[Row]) -> Row:
    """The runs of one printed line as one line again."""
    first = runs[0]
    if len(runs) == 1:
        return first
    words = "  ".join(run.words for run in runs if run.words)
    return Row(first.left, min(r.top for r in runs), runs[-1].right, max(r.bottom for r in runs), words, first.size, first.page)


def in_reading_order(lines: list[list[Row]], left: float, right: float) -> list[Row]:
    """One line after another, column after column where the text stands in two of them."""
    runs = [run for line in lines for run in line]
    cut = _gutter(lines, runs, left, right)
    if cut is None:
        return [merged(line) for line in lines]
    at, first, last = cut
    before = [line for line in lines if line[0].middle < first]
    inside = [line for line in lines if first <= line[0].middle <= last]
    after = [line for line in lines if line[0].middle > last]
    left_side = [part for line in inside if (part := [run for run in line if run.right <= at])]
    right_side = [part for line in inside if (part := [run for run in line if run.right > at])]
    return [
        *in_reading_order(before, left, right),
        *_column(in_reading_order(left_side, left, at)),
        *_column(in_reading_order(right_side, at, right)),
        *in_reading_order(after, left, right),
    ]


def _column(rows: list[Row]) -> list[Row]:
    """Lines that stand in a column know its edges."""
    edges = min((row.left for row in rows), default=0.0), max((row.right for row in rows), default=0.0)
    for row in rows:
        if row.column == (0.0, 0.0):
            row.column = edges
    return rows


def _gutter(lines: list[list[Row]], runs: list[Row], left: float, right: float) -> tuple[float, float, float] | None:
    """Where a white stripe parts the text in two, and the first and last middle of the lines it parts."""
    if sum(len(line) > 1 for line in lines) < _LEAST_ROWS or right - left < 1:
        return None
    runs = sorted(runs, key=_middle)
    middles = [run.middle for run in runs]
    best: tuple[int, float, float, float] | None = None
    for step in range(_STEPS // 4, _STEPS * 3 // 4 + 1):
        at = left + (right - left) * step / _STEPS
        for begin, end in _white_stretches(runs, at):
            beside = runs[bisect_left(middles, begin) : bisect_right(middles, end)]
            if len(beside) < 2 * _LEAST_ROWS:
                continue
            one, two = [r for r in beside if r.right <= at], [r for r in beside if r.left >= at]
            if min(len(one), len(two)) >= _LEAST_ROWS and _fills(one) and _fills(two) and (best is None or len(beside) > best[0]):
                best = (len(beside), at, begin, end)
    return best[1:] if best else None


def _middle(run: Row) -> float:
    return run.middle


def _white_stretches(runs: list[Row], at: float) -> list[tuple[float, float]]:
    """Stretches of the page, from top to bottom as ``runs`` are, in which nothing stands across ``at``."""
    across = [run.middle for run in runs if run.left < at < run.right]
    edges = [runs[0].middle - 1, *across, runs[-1].middle + 1]
    return [(begin + 0.01, end - 0.01) for begin, end in pairwise(edges) if end - begin > 1]


def _fills(runs: list[Row]) -> bool:
    """Text runs to the end of its lines; entries of a list do not."""
    widest = max(run.right for run in runs) - min(run.left for run in runs)
    widths = sorted(run.right - run.left for run in runs)
    return widths[len(widths) // 2] >= _FULL * widest and widest >= 8 * runs[0].size
