"""The tree of whys and the fishbone as boxes and lines on paper: where each word stands. The templates only draw them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from jiandi.loop.diagnose.rules.causes import DIMENSIONS, Node, flat

LETTER: Final = 7
LINE: Final = 20
PADDING: Final = 8
COLUMNS: Final = 26  # half-width letters on a line: thirteen Chinese ones
WIDTH: Final = COLUMNS * LETTER + 2 * PADDING
GAP_X: Final = 36
GAP_Y: Final = 12
MARGIN: Final = 8
SLANT: Final = 64
REACH: Final = 24  # a rib's line between its words and the bone
CLOSING: Final = frozenset("，。、；：！？）》」』”’,.;:!?)")  # these never begin a line


@dataclass(frozen=True)
class Word:
    """A line of text: where its baseline begins, and how it is set (``head``, ``body`` or ``soft``)."""

    x: int
    y: int
    text: str
    look: str = "body"


@dataclass(frozen=True)
class Box:
    """A frame with its words; ``look`` is a dimension, ``problem`` or ``bone``. ``dashed``: assumed, nothing shows it."""

    x: int
    y: int
    width: int
    height: int
    look: str
    words: tuple[Word, ...]
    dashed: bool = False


@dataclass(frozen=True)
class Stroke:
    """A line between two points."""

    x1: int
    y1: int
    x2: int
    y2: int
    look: str = "link"


@dataclass(frozen=True)
class Picture:
    """Everything to be drawn, in the size it needs."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    strokes: tuple[Stroke, ...]
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Labels:
    """The words of the picture that are not a cause's own, in the reader's language."""

    problem: str
    assumed: str
    dimensions: Mapping[str, str]
    kinds: Mapping[str, str]

    def over(self, node: Node) -> str:
        """The small line above a cause: its number, its dimension, its kind."""
        kind = f"{self.dimensions.get(node.dimension, node.dimension)} · {self.kinds.get(node.leaf, node.leaf)}"
        return f"{node.number} {kind}" + (f" · {self.assumed}" if node.is_assumed else "")


def wrapped(text: str, columns: int = COLUMNS) -> list[str]:
    """Lines no wider than ``columns`` half-width letters. Latin words stay whole, and no line begins with a closing mark."""
    lines: list[str] = [""]
    for piece in _pieces(" ".join(text.split())):
        line = lines[-1]
        fits = width_of(line + piece.rstrip()) <= columns or (piece in CLOSING and width_of(line) <= columns)
        if fits or not line:
            lines[-1] = line + piece
        else:
            lines.append(piece.lstrip())
        while width_of(lines[-1]) > columns + 2:
            head, rest = _cut(lines[-1], columns)
            lines[-1:] = [head, rest]
    return [line.rstrip() for line in lines if line.strip()]


def width_of(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def _pieces(text: str) -> Iterator[str]:
    """Wide letters one by one, runs of narrow ones with the space after them together."""
    run = ""
    for letter in text:
        if width_of(letter) == 1 and letter not in CLOSING:
            run += letter
            if letter != " ":
                continue
        if run:
            yield run
            run = ""
        if letter != " ":
            yield letter
    if run:
        yield run


def _cut(line: str, columns: int) -> tuple[str, str]:
    at = used = 0
    while at < len(line) and used + width_of(line[at]) <= columns:
        used += width_of(line[at])
        at += 1
    return line[: max(at, 1)], line[max(at, 1) :]


def _set(x: int, y: int, heads: Sequence[tuple[str, str]]) -> tuple[tuple[Word, ...], int]:
    """Paragraphs of (text, look) set below each other from ``y``, and the height they take."""
    words = []
    for text, look in heads:
        for line in wrapped(text):
            y += LINE
            words.append(Word(x, y - 5, line, look))
    return tuple(words), y


def _framed(x: int, y: int, look: str, paragraphs: Sequence[tuple[str, str]], *, dashed: bool = False) -> Box:
    words, end = _set(x + PADDING, y + PADDING, paragraphs)
    return Box(x, y, WIDTH, end + PADDING - y, look, words, dashed)


def _paragraphs(node: Node, labels: Labels) -> list[tuple[str, str]]:
    asked = [(node.question, "soft")] if node.question else []
    return [(labels.over(node), "head"), *asked, (node.text, "body")]


def tree_picture(roots: Sequence[Node], title: str, labels: Labels) -> Picture:
    """The problem at the left, each why to the right of what it explains."""
    boxes: list[Box] = []
    strokes: list[Stroke] = []
    first = _framed(MARGIN, MARGIN, "problem", [(labels.problem, "head"), (title, "body")])
    bottom, middles = MARGIN, []
    for root in roots:
        bottom, middle = _grow(root, MARGIN + WIDTH + GAP_X, bottom, labels, boxes, strokes)
        middles.append(middle)
    height = max(bottom - GAP_Y, first.y + first.height)
    at = _between(middles, first.height, height)
    boxes.insert(0, _framed(MARGIN, at, "problem", [(labels.problem, "head"), (title, "body")]))
    strokes += _links(MARGIN + WIDTH, at + first.height // 2, middles)
    deepest = max((node.level for node in flat(roots)), default=0)
    return Picture(2 * MARGIN + WIDTH + deepest * (WIDTH + GAP_X), height + MARGIN, tuple(boxes), tuple(strokes))


def _between(middles: Sequence[int], tall: int, height: int) -> int:
    """The top of a box that stands in the middle of what hangs on it."""
    middle = (middles[0] + middles[-1]) // 2 if middles else MARGIN + tall // 2
    return max(MARGIN, min(middle - tall // 2, height - tall))


def _grow(node: Node, x: int, top: int, labels: Labels, boxes: list[Box], strokes: list[Stroke]) -> tuple[int, int]:
    """Place a cause and what is below it from ``top`` on; where the next one may begin, and its own middle."""
    drawn = _framed(x, top, node.dimension, _paragraphs(node, labels), dashed=node.is_assumed)
    bottom, middles = top, []
    for child in node.children:
        bottom, middle = _grow(child, x + WIDTH + GAP_X, bottom, labels, boxes, strokes)
        middles.append(middle)
    end = max(bottom, top + drawn.height + GAP_Y)
    middle = (middles[0] + middles[-1]) // 2 if middles else top + drawn.height // 2
    at = max(top, min(middle - drawn.height // 2, end - GAP_Y - drawn.height))
    boxes.append(_framed(x, at, node.dimension, _paragraphs(node, labels), dashed=node.is_assumed))
    strokes.extend(_links(x + WIDTH, at + drawn.height // 2, middles))
    return end, at + drawn.height // 2


def _links(x: int, y: int, middles: Sequence[int]) -> list[Stroke]:
    """A short line out, one down the side, and one to each child."""
    if not middles:
        return []
    bend = x + GAP_X // 2
    side = sorted({y, *middles})
    down = [Stroke(bend, upper, bend, lower) for upper, lower in pairwise(side)]
    return [Stroke(x, y, bend, y), *down, *(Stroke(bend, middle, x + GAP_X, middle) for middle in middles)]


def fishbone_picture(roots: Sequence[Node], title: str, labels: Labels) -> Picture:
    """The problem at the head, a bone for each dimension, and on it every cause of that dimension."""
    nodes = flat(roots)
    codes = list(DIMENSIONS)
    on_bone = {code: [(_paragraphs(node, labels), node) for node in nodes if node.dimension == code] for code in codes}
    upper, lower = codes[0::2], codes[1::2]
    tall = {code: _bone_height([paragraphs for paragraphs, _node in on_bone[code]]) for code in codes}
    spine = MARGIN + max(tall[code] for code in upper)
    step = WIDTH + REACH + SLANT
    boxes: list[Box] = []
    strokes: list[Stroke] = []
    words: list[Word] = []
    for group, side in ((upper, -1), (lower, 1)):
        for at, code in enumerate(group):
            _bone(MARGIN + at * step, spine, side, tall[code], labels.dimensions[code], on_bone[code], boxes, strokes, words)
    head_x = MARGIN + len(upper) * step + REACH
    head = _framed(head_x, 0, "problem", [(labels.problem, "head"), (title, "body")])
    head_y = max(MARGIN, spine - head.height // 2)
    boxes.append(_framed(head_x, head_y, "problem", [(labels.problem, "head"), (title, "body")]))
    strokes.append(Stroke(MARGIN, spine, head_x, spine, "spine"))
    height = max(spine + max(tall[code] for code in lower), head_y + head.height) + MARGIN
    return Picture(head_x + WIDTH + MARGIN, height, tuple(boxes), tuple(strokes), tuple(words))


_BONE_HEAD: Final = LINE + 2 * PADDING


def _bone_height(ribs: Sequence[Sequence[tuple[str, str]]]) -> int:
    """Its name, its ribs, and room before the spine."""
    return _BONE_HEAD + GAP_Y + sum(_set(0, 0, rib)[1] + GAP_Y for rib in ribs) + GAP_Y


def _bone(
    x: int,
    spine: int,
    side: int,
    tall: int,
    name: str,
    ribs: Sequence[tuple[Sequence[tuple[str, str]], Node]],
    boxes: list[Box],
    strokes: list[Stroke],
    words: list[Word],
) -> None:
    """One bone above (-1) or below (1) the spine; its words stand left of it, read from top to bottom."""
    far = spine + side * tall
    start = x + WIDTH + REACH
    top = min(far, spine)
    name_y = top if side < 0 else far - _BONE_HEAD
    code = ribs[0][1].dimension if ribs else "bone"
    boxes.append(_framed(x + REACH, name_y, code, [(name, "head")]))
    strokes.append(Stroke(start, far - side * (_BONE_HEAD // 2), start + SLANT, spine, "bone"))
    y = top + (_BONE_HEAD + GAP_Y if side < 0 else GAP_Y)
    for paragraphs, _node in ribs:
        made, end = _set(x, y, paragraphs)
        words.extend(made)
        line_y = y + LINE // 2 + 2
        strokes.append(Stroke(x + WIDTH - PADDING, line_y, _on_bone(line_y, far, spine, start), line_y, "rib"))
        y = end + GAP_Y


def _on_bone(y: int, far: int, spine: int, start: int) -> int:
    return start + round(SLANT * abs(y - far) / max(1, abs(spine - far)))
