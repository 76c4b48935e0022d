"""Reads .ofd (GB/T 33190): the text objects of each page with their positions; signatures are not checked."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers import archive, kind
from jiandi.loop.intake.readers.building import Building, too_many_letters, too_many_pages
from jiandi.loop.intake.readers.layout import flow
from jiandi.loop.intake.readers.layout.model import Page, Piece, Rule, straight
from jiandi.loop.intake.readers.limits import Limits
from jiandi.loop.intake.readers.model import ReadDocument
from jiandi.loop.intake.readers.word_numbers import attribute, child, children, local, whole

MEDIA_TYPE: Final = "application/ofd"
SIGNED: Final = N_("The file is signed. The signatures were not checked.")
PICTURES: Final = N_("These pages hold pictures only and were not read: {pages}. Print the file to PDF and hand that in.")
_POINTS: Final = 72 / 25.4
_A4: Final = (0.0, 0.0, 210.0, 297.0)
_SAME: Final = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_MOST_REPEATS: Final = 10_000

Box = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]


@dataclass
class _Reading:
    """One file while it is read."""

    opened: archive.Archive
    limits: Limits
    letters: int = 0


def read(path: Path, limits: Limits) -> ReadDocument:
    """All pages of all documents in it."""
    opened = archive.opened(path, limits)
    with opened.file:
        reading = _Reading(opened, limits)
        root = opened.xml("OFD.xml")
        bodies = children(root, "DocBody")
        pages: list[Page] = []
        pictures: list[int] = []
        for body in bodies:
            for page, bare in _pages(reading, _words(child(body, "DocRoot")), len(pages)):
                pages.append(page)
                pictures += [page.number] if bare else []
        signed = any(_words(child(body, "Signatures")) for body in bodies)
    if not pages:
        raise kind.broken(path.name)
    building = Building(path.name, limits)
    flow.lay_out(pages, building)
    if pictures and not building.parts:
        raise _only_pictures(path.name)
    building.warn(SIGNED, when=signed)
    building.warn(PICTURES, when=bool(pictures), pages="、".join(map(str, pictures)))
    return building.done(path, MEDIA_TYPE, len(pages))


def _only_pictures(name: str) -> BadInput:
    return BadInput("intake.ofd_pictures", N_("“{place}” holds pictures only, no text. Print it to PDF and hand that in."), place=name)


def _words(element: Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _pages(reading: _Reading, root: str, before: int) -> Iterator[tuple[Page, bool]]:
    """The pages of one document, each with whether it holds pictures and no text."""
    place = root.lstrip("/")
    document = reading.opened.xml(place)
    common = child(document, "CommonData")
    area = _box(_words(child(common, "PageArea", "PhysicalBox"))) or _A4
    templates = {attribute(part, "ID"): _beside(place, attribute(part, "BaseLoc")) for part in children(common, "TemplatePage")}
    listed = children(child(document, "Pages"), "Page")
    if before + len(listed) > reading.limits.pages:
        raise too_many_pages(reading.opened.name, reading.limits.pages)
    for number, part in enumerate(listed, before + 1):
        content = reading.opened.xml(_beside(place, attribute(part, "BaseLoc")))
        if content is None:
            raise kind.broken(reading.opened.name)
        box = _box(_words(child(content, "Area", "PhysicalBox"))) or area
        page = Page(number, box[2] * _POINTS, box[3] * _POINTS)
        for used in children(content, "Template"):
            back = reading.opened.xml(templates.get(attribute(used, "TemplateID"), ""))
            _objects(reading, page, child(back, "Content"), box)
        _objects(reading, page, child(content, "Content"), box)
        yield page, not page.pieces and any(local(one.tag) == "ImageObject" for one in content.iter())


def _beside(place: str, name: str | None) -> str:
    """A name in the archive, as seen from the part ``place``; nothing outside the archive can be meant."""
    if not name:
        return ""
    return name.lstrip("/") if name.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(place), name))


def _numbers(text: str | None) -> list[float]:
    found: list[float] = []
    for word in (text or "").split():
        try:
            number = float(word)
        except ValueError:
            return []
        if not -1e7 < number < 1e7:
            return []
        found.append(number)
    return found


def _box(text: str | None) -> Box | None:
    found = _numbers(text)
    return (found[0], found[1], found[2], found[3]) if len(found) == 4 and found[2] > 0 and found[3] > 0 else None


def _objects(reading: _Reading, page: Page, parent: Element | None, area: Box) -> None:
    for element in parent if parent is not None else ():
        name = local(element.tag)
        if name in ("Layer", "PageBlock"):
            _objects(reading, page, element, area)
        elif name == "TextObject":
            _letters(reading, page, element, area)
        elif name == "PathObject":
            page.rules += _rules(element, area)


def _at(element: Element, area: Box) -> tuple[Matrix, float, float]:
    """How the own coordinates of an object become millimetres of its page."""
    found = _numbers(attribute(element, "CTM"))
    boundary = _numbers(attribute(element, "Boundary")) or [0.0, 0.0]
    matrix: Matrix = (found[0], found[1], found[2], found[3], found[4], found[5]) if len(found) == 6 else _SAME
    return matrix, boundary[0] - area[0], (boundary[1] if len(boundary) > 1 else 0.0) - area[1]


def _point(where: tuple[Matrix, float, float], x: float, y: float) -> tuple[float, float]:
    (a, b, c, d, e, f), left, top = where
    return (a * x + c * y + e + left) * _POINTS, (b * x + d * y + f + top) * _POINTS


def _letters(reading: _Reading, page: Page, element: Element, area: Box) -> None:
    where = _at(element, area)
    size = (_numbers(attribute(element, "Size")) or [5.0])[0]
    tall = max(1.0, abs(size * _POINTS * (where[0][3] or 1.0)))
    x = y = 0.0
    for code in children(element, "TextCode"):
        words = code.text or ""
        reading.letters += len(words)
        if reading.letters > reading.limits.letters:
            raise too_many_letters(reading.opened.name, reading.limits)
        x, y = ((_numbers(attribute(code, name)) or [before])[0] for name, before in (("X", x), ("Y", y)))
        across, down = _steps(attribute(code, "DeltaX"), len(words)), _steps(attribute(code, "DeltaY"), len(words))
        for at, letter in enumerate(words):
            wide = size if letter > "\u2e7f" else size * 0.55
            step = across[at] if at < len(across) else (0.0 if down else wide)
            left, base = _point(where, x, y)
            if letter.strip():
                right = _point(where, x + min(step or wide, wide * 1.2), y)[0]
                page.pieces.append(Piece(min(left, right), base - 0.85 * tall, max(left, right), base + 0.15 * tall, letter, tall))
            elif page.pieces and page.pieces[-1].words.strip():
                page.pieces[-1] = page.pieces[-1]._replace(words=page.pieces[-1].words + " ")
            x, y = x + step, y + (down[at] if at < len(down) else 0.0)


def _steps(text: str | None, most: int) -> list[float]:
    """``2 g 3 2.5`` is 2, then three times 2.5."""
    words, out, at = (text or "").split(), list[float](), 0
    while at < len(words) and len(out) < most:
        if words[at] == "g" and at + 2 < len(words):
            out += _numbers(words[at + 2]) * min(whole(words[at + 1], 0), most, _MOST_REPEATS)
            at += 3
        else:
            out += _numbers(words[at])
            at += 1
    return out


def _rules(element: Element, area: Box) -> Iterator[Rule]:
    """The level and upright strokes of a path."""
    where = _at(element, area)
    words = _words(child(element, "AbbreviatedData")).split()
    before = begin = (0.0, 0.0)
    at = 0
    while at < len(words):
        sign, taken = words[at], _TAKES.get(words[at], 0)
        values = _numbers(" ".join(words[at + 1 : at + 1 + taken]))
        at += 1 + taken
        if sign == "C":
            yield from straight(before, begin)
        elif len(values) == taken and taken:
            here = _point(where, values[-2], values[-1])
            if sign in "MS":
                begin = here
            elif sign == "L":
                yield from straight(before, here)
            before = here


_TAKES: Final = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7}
