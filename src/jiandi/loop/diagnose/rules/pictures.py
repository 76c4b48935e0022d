"""The tree of whys and the fishbone as boxes and lines on paper: where each word stands. The templates only draw them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from jiandi.loop.diagnose.rules.causes import DIMENSIONS, Node, flat

LETTER: Final = 7
LINE: Final = 20
PADDING: Final = 8
COLUMNS: Final = 26  # half-width letters on a line: thirteen Chinese ones, and one more for a mark that may not begin a line
SMALL_COLUMNS: Final = 30
WIDTH: Final = (COLUMNS + 2) * LETTER + 2 * PADDING
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
        for line in wrapped(text, COLUMNS if look == "body" else SMALL_COLUMNS):
            y += LINE
            words.append(Word(x, y - 5, line, look))
    return tuple(words), y


def _framed(x: int, y: int, look: str, paragraphs: Sequence[tuple[str, str]], *, dashed: bool = False) -> Box:
    words, end = _set(x + PADDING, y + PADDING, paragraphs)
    return Box(x, y, WIDTH, end + PADDING - y, look, words, dashed)


def _paragraphs(node: Node, labels: Labels) -> list[tuple[str, str]]:
    asked = [(node.question, "soft")] if node.question else []
    return [(labels.over(node), "head"), *asked, (node.text, "body")]


@dataclass
class _Sheet:
    """What is drawn so far."""

    labels: Labels
    boxes: list[Box] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)

    def problem(self, x: int, y: int, title: str) -> Box:
        return _framed(x, y, "problem", [(self.labels.problem, "head"), (title, "body")])

    def done(self, width: int, height: int) -> Picture:
        return Picture(width, height, tuple(self.boxes), tuple(self.strokes), tuple(self.words))


def tree_picture(roots: Sequence[Node], title: str, labels: Labels) -> Picture:
    """The problem at the left, each why to the right of what it explains."""
    sheet = _Sheet(labels)
    tall = sheet.problem(0, 0, title).height
    bottom, middles = MARGIN, []
    for root in roots:
        bottom, middle = _grow(sheet, root, MARGIN + WIDTH + GAP_X, bottom)
        middles.append(middle)
    height = max(bottom - GAP_Y, MARGIN + tall)
    at = _between(middles, tall, height)
    sheet.boxes.insert(0, sheet.problem(MARGIN, at, title))
    sheet.strokes += _links(MARGIN + WIDTH, at + tall // 2, middles)
    deepest = max((node.level for node in flat(roots)), default=0)
    return sheet.done(2 * MARGIN + WIDTH + deepest * (WIDTH + GAP_X), height + MARGIN)


def _between(middles: Sequence[int], tall: int, height: int) -> int:
    """The top of a box that stands in the middle of what hangs on it."""
    middle = (middles[0] + middles[-1]) // 2 if middles else MARGIN + tall // 2
    return max(MARGIN, min(middle - tall // 2, height - tall))


def _grow(sheet: _Sheet, node: Node, x: int, top: int) -> tuple[int, int]:
    """Place a cause and what is below it from ``top`` on; where the next one may begin, and its own middle."""
    tall = _cause(sheet.labels, node, x, top).height
    bottom, middles = top, []
    for child in node.children:
        bottom, middle = _grow(sheet, child, x + WIDTH + GAP_X, bottom)
        middles.append(middle)
    end = max(bottom, top + tall + GAP_Y)
    middle = (middles[0] + middles[-1]) // 2 if middles else top + tall // 2
    at = max(top, min(middle - tall // 2, end - GAP_Y - tall))
    sheet.boxes.append(_cause(sheet.labels, node, x, at))
    sheet.strokes += _links(x + WIDTH, at + tall // 2, middles)
    return end, at + tall // 2


def _cause(labels: Labels, node: Node, x: int, y: int) -> Box:
    return _framed(x, y, node.dimension, _paragraphs(node, labels), dashed=node.is_assumed)


def _links(x: int, y: int, middles: Sequence[int]) -> list[Stroke]:
    """A short line out, one down the side, and one to each child."""
    if not middles:
        return []
    bend = x + GAP_X // 2
    side = sorted({y, *middles})
    down = [Stroke(bend, upper, bend, lower) for upper, lower in pairwise(side)]
    return [Stroke(x, y, bend, y), *down, *(Stroke(bend, middle, x + GAP_X, middle) for middle in middles)]


Ribs = Sequence[Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class _Bone:
    """One bone: where its words begin, the spine it runs to, above (-1) or below (1) it, and how far it reaches."""

    x: int
    spine: int
    side: int
    reach: int

    @property
    def far(self) -> int:
        return self.spine + self.side * self.reach

    @property
    def start(self) -> int:
        return self.x + WIDTH + REACH

    @property
    def name_y(self) -> int:
        return self.far if self.side < 0 else self.far - BONE_HEAD

    @property
    def words_y(self) -> int:
        return self.far + BONE_HEAD + GAP_Y if self.side < 0 else self.spine + GAP_Y

    def x_at(self, y: int) -> int:
        """Where the bone is at this height."""
        return self.start + round(SLANT * abs(y - self.far) / max(1, self.reach))


BONE_HEAD: Final = LINE + 2 * PADDING


def fishbone_picture(roots: Sequence[Node], title: str, labels: Labels) -> Picture:
    """The problem at the head, a bone for each dimension, and on it every cause of that dimension."""
    sheet, codes, nodes = _Sheet(labels), list(DIMENSIONS), flat(roots)
    ribs = {code: [_paragraphs(node, labels) for node in nodes if node.dimension == code] for code in codes}
    reach = {code: _reach(ribs[code]) for code in codes}
    upper, lower = codes[0::2], codes[1::2]
    spine = MARGIN + max(reach[code] for code in upper)
    for group, side in ((upper, -1), (lower, 1)):
        for at, code in enumerate(group):
            _draw_bone(sheet, _Bone(MARGIN + at * (WIDTH + REACH + SLANT), spine, side, reach[code]), code, ribs[code])
    head_x = MARGIN + len(upper) * (WIDTH + REACH + SLANT) + REACH
    tall = sheet.problem(0, 0, title).height
    head_y = max(MARGIN, spine - tall // 2)
    sheet.boxes.append(sheet.problem(head_x, head_y, title))
    sheet.strokes.append(Stroke(MARGIN, spine, head_x, spine, "spine"))
    height = max(spine + max(reach[code] for code in lower), head_y + tall) + MARGIN
    return sheet.done(head_x + WIDTH + MARGIN, height)


def _reach(ribs: Ribs) -> int:
    """Its name, its ribs, and room before the spine."""
    return BONE_HEAD + 2 * GAP_Y + sum(_set(0, 0, rib)[1] + GAP_Y for rib in ribs)


def _draw_bone(sheet: _Sheet, bone: _Bone, code: str, ribs: Ribs) -> None:
    """A bone with its name at the far end; its words stand left of it, read from top to bottom."""
    sheet.boxes.append(_framed(bone.x + REACH, bone.name_y, code, [(sheet.labels.dimensions[code], "head")]))
    sheet.strokes.append(Stroke(bone.start, bone.far - bone.side * BONE_HEAD // 2, bone.start + SLANT, bone.spine, "bone"))
    y = bone.words_y
    for rib in ribs:
        made, end = _set(bone.x, y, rib)
        sheet.words += made
        line_y = y + LINE // 2 + 2
        sheet.strokes.append(Stroke(bone.x + WIDTH - PADDING, line_y, bone.x_at(line_y), line_y, "rib"))
        y = end + GAP_Y
