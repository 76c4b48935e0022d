"""Reads .pdf: what stands where on each page; pages that are pictures are read as scans."""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import PIL.Image
import pypdfium2
import pypdfium2.raw as pdfium

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers import kind, pace, scan
from jiandi.loop.intake.readers.building import Building, no_text, too_many_pages
from jiandi.loop.intake.readers.layout import flow
from jiandi.loop.intake.readers.layout.model import Page, Piece, Rule, straight
from jiandi.loop.intake.readers.limits import Limits
from jiandi.loop.intake.readers.model import ReadDocument

FAULTS: Final = (pypdfium2.PdfiumError, ValueError, OSError)
MEDIA_TYPE: Final = "application/pdf"
UNREAD: Final = N_("These pages are pictures and were not read: {pages}. Install the extra “ocr”, or ask for a file with text.")
SCANNED: Final = N_("These pages are pictures; their text was recognised and may hold errors: {pages}.")

_FEW_LETTERS: Final = 8
_PICTURE: Final = 0.2
_DRAWN: Final = 150
_MOST_PATHS: Final = 20_000
_UNKNOWN: Final = 0.3
_BLANK: Final = frozenset((0x20, 0xA0, 0x3000))


@dataclass
class _Seen:
    """A page and whether its text is only to be had by looking at it."""

    page: Page
    letters: int = 0
    unknown: int = 0
    pictures: float = 0.0
    paths: int = 0

    @property
    def is_picture(self) -> bool:
        few = self.letters < _FEW_LETTERS and (self.pictures > _PICTURE or self.paths > _DRAWN)
        return few or self.unknown > _UNKNOWN * self.letters > 0


@dataclass
class _Reading:
    """One file while it is read."""

    building: Building
    limits: Limits
    scanned: list[int] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)


def read(path: Path, limits: Limits) -> ReadDocument:
    """All pages as one text."""
    reading = _Reading(Building(path.name, limits), limits)
    document = opened(path, limits)
    try:
        count = len(document)
        pages = [_page(reading, document, number) for number in range(count)]
    except pypdfium2.PdfiumError as error:
        raise kind.broken(path.name) from error
    finally:
        document.close()
    flow.lay_out(pages, reading.building)
    if reading.unread and not "".join(reading.building.parts).strip():
        raise scan.missing(path.name)
    if not reading.building.parts:
        raise no_text(path.name)
    reading.building.warn(UNREAD, when=bool(reading.unread), pages=_listed(reading.unread))
    reading.building.warn(SCANNED, when=bool(reading.scanned), pages=_listed(reading.scanned))
    return reading.building.done(path, MEDIA_TYPE, count)


def _listed(pages: list[int]) -> str:
    return "、".join(map(str, pages))


def opened(path: Path, limits: Limits) -> Any:
    """The document of pdfium, or `BadInput`."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise kind.password(path.name) from error
        raise kind.broken(path.name) from error
    if len(document) > limits.pages:
        document.close()
        raise too_many_pages(path.name, limits.pages)
    if not len(document):
        document.close()
        raise no_text(path.name)
    return document


def _page(reading: _Reading, document: Any, at: int) -> Page:
    page = document[at]
    try:
        seen = _seen(reading, page, at + 1)
        if seen.is_picture:
            seen.page.pieces, seen.page.rules = _scanned(reading, page, seen.page), []
        return seen.page
    finally:
        page.close()


def _seen(reading: _Reading, page: Any, number: int) -> _Seen:
    width, height = page.get_size()
    turned = _Turned(page, width, height)
    seen = _Seen(Page(number, width, height))
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise BadInput(
            "intake.bad_page", N_("Page {page} of “{place}” has no size. Print it to PDF again."), place=reading.building.name, page=number
        )
    text = page.get_textpage()
    try:
        _letters(reading, text, turned, seen)
    finally:
        text.close()
    for one in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_PATH), max_depth=3):
        if one.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = one.get_bounds()
            seen.pictures += abs((right - left) * (top - bottom)) / (width * height)
        else:
            seen.paths += 1
            if seen.paths <= _MOST_PATHS:
                seen.page.rules += _rules(one, turned)
    return seen


class _Turned:
    """From the page's own coordinates (from the bottom left, before it is turned) to points from the top left as seen."""

    def __init__(self, page: Any, width: float, height: float) -> None:
        self.left, self.bottom, self.right, self.top = page.get_cropbox()
        self.rotation, self.width, self.height = page.get_rotation(), width, height

    def point(self, x: float, y: float) -> tuple[float, float]:
        x, y = x - self.left, y - self.bottom
        if self.rotation == 90:
            return y, x
        if self.rotation == 180:
            return self.width - x, y
        if self.rotation == 270:
            return self.width - y, self.height - x
        return x, self.height - y

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        (x0, y0), (x1, y1) = self.point(left, bottom), self.point(right, top)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _letters(reading: _Reading, text: Any, turned: _Turned, seen: _Seen) -> None:
    raw, count = text.raw, pdfium.FPDFText_CountChars(text.raw)
    if count > reading.limits.letters:
        reading.building.put("\n" * (reading.limits.letters + 1))
    pieces, rectangle = seen.page.pieces, pdfium.FS_RECTF()
    pointer, high = ctypes.byref(rectangle), 0
    for at in range(count):
        code = pdfium.FPDFText_GetUnicode(raw, at)
        if code in _BLANK or code < 0x20:
            if code in _BLANK and pieces and not pdfium.FPDFText_IsGenerated(raw, at):
                pieces[-1] = pieces[-1]._replace(words=pieces[-1].words.rstrip() + " ")
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code, high = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00), 0
        seen.letters += 1
        seen.unknown += code >= 0xFFFD or 0xE000 <= code < 0xF900
        if pdfium.FPDFText_GetLooseCharBox(raw, at, pointer) and code < 0x110000:
            box = turned.box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
            size = pdfium.FPDFText_GetFontSize(raw, at)
            tall = box[3] - box[1]
            pieces.append(Piece(*box, usual(code), size if 0.5 * tall <= size <= 2 * tall else max(tall, 1.0)))


def usual(code: int) -> str:
    """A letter; radicals that some printers put in the place of the character are the character."""
    letter = chr(code)
    return _RADICALS.get(letter, letter)


def _radicals() -> Iterator[tuple[str, str]]:
    for code in (*range(0x2E80, 0x2EF4), *range(0x2F00, 0x2FD6)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if plain != chr(code):
            yield chr(code), plain


_RADICALS: Final = dict(_radicals())


def _rules(path: Any, turned: _Turned) -> Iterator[Rule]:
    """The level and upright strokes of a drawn path."""
    matrix, before, begin = path.get_matrix(), None, None
    x, y = ctypes.c_float(), ctypes.c_float()
    for number in range(min(pdfium.FPDFPath_CountSegments(path.raw), 400)):
        segment = pdfium.FPDFPath_GetPathSegment(path.raw, number)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        here = turned.point(*matrix.on_point(x.value, y.value))
        kind_ = pdfium.FPDFPathSegment_GetType(segment)
        if kind_ == pdfium.FPDF_SEGMENT_MOVETO:
            begin = here
        elif before is not None and kind_ == pdfium.FPDF_SEGMENT_LINETO:
            yield from straight(before, here)
        if pdfium.FPDFPathSegment_GetClose(segment) and begin is not None:
            yield from straight(here, begin)
        before = here


def _scanned(reading: _Reading, page: Any, seen: Page) -> list[Piece]:
    if not scan.is_there():
        reading.unread.append(seen.number)
        return []
    reading.scanned.append(seen.number)
    if len(reading.scanned) > reading.limits.scanned_pages:
        raise scan.too_many(reading.building.name, reading.limits)
    pace.page(seen.number)
    return scan.pieces(shown_as_picture(page, scan.LONGEST), seen.width, seen.height)


def shown_as_picture(page: Any, longest: int) -> PIL.Image.Image:
    """The page as printed; its longer side has ``longest`` points."""
    picture: PIL.Image.Image = page.render(scale=longest / max(page.get_size()), may_draw_forms=False).to_pil()
    return picture.convert("RGB")
