"""Reads .png, .jpg, .tif and .bmp as scans, and shows one page of a file as a picture."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import PIL.Image
import PIL.ImageOps
import PIL.ImageSequence

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers import kind, pace, pdf, scan
from jiandi.loop.intake.readers.building import Building
from jiandi.loop.intake.readers.layout import flow
from jiandi.loop.intake.readers.layout.model import Page
from jiandi.loop.intake.readers.limits import Limits
from jiandi.loop.intake.readers.model import ReadDocument

MEDIA_TYPE: Final = "image/*"
_FORMATS: Final = ("PNG", "JPEG", "TIFF", "BMP")
_POINTS: Final = 842.0
_UNREADABLE: Final = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    OverflowError,
    PIL.Image.DecompressionBombError,
    PIL.Image.DecompressionBombWarning,
)


def read(path: Path, limits: Limits) -> ReadDocument:
    """The text recognised in all pictures of the file, one page each."""
    with _frames(path, limits) as frames:
        if not scan.is_there():
            raise scan.missing(path.name)
        building = Building(path.name, limits)
        pages = [_page(frame, number) for number, frame in enumerate(frames, 1)]
    flow.lay_out(pages, building)
    building.warn(pdf.SCANNED, pages="、".join(str(page.number) for page in pages))
    return building.done(path, MEDIA_TYPE, len(pages))


def _page(frame: PIL.Image.Image, number: int) -> Page:
    pace.page(number)
    upright = PIL.ImageOps.exif_transpose(frame).convert("RGB")
    scale = _POINTS / max(upright.size)
    page = Page(number, upright.width * scale, upright.height * scale)
    page.pieces = scan.pieces(upright, page.width, page.height)
    return page


@contextmanager
def _frames(path: Path, limits: Limits) -> Iterator[Iterator[PIL.Image.Image]]:
    """The pictures of a file, each asked for its size before it is unpacked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with PIL.Image.open(path, formats=_FORMATS) as opened:
                _check_size(opened, path.name, limits)
                yield _bounded(opened, path.name, limits)
    except _UNREADABLE as error:
        raise kind.broken(path.name) from error


def _bounded(opened: PIL.Image.Image, name: str, limits: Limits) -> Iterator[PIL.Image.Image]:
    for number, frame in enumerate(PIL.ImageSequence.Iterator(opened), 1):
        if number > limits.scanned_pages:
            raise scan.too_many(name, limits)
        _check_size(frame, name, limits)
        yield frame


def _check_size(frame: PIL.Image.Image, name: str, limits: Limits) -> None:
    if frame.width * frame.height > limits.picture_points:
        raise BadInput(
            "intake.picture_too_large",
            N_("“{place}” has {size} million points; the limit is {limit}. Scan it at 200 points per inch."),
            place=name,
            size=-(-frame.width * frame.height // 1_000_000),
            limit=limits.picture_points // 1_000_000,
        )


def page_picture(path: Path, number: int, limits: Limits) -> bytes:
    """Page ``number`` (from 1) of a .pdf or of a picture file as a PNG not wider or higher than ``limits.picture_width``."""
    what = kind.look(path, limits)
    if what == "pdf":
        shown = _of_pdf(path, number, limits)
    elif what == "picture":
        with _frames(path, limits) as frames:
            found = next((PIL.ImageOps.exif_transpose(frame) for at, frame in enumerate(frames, 1) if at == number), None)
            shown = found.convert("RGB") if found is not None else None
    else:
        shown = None
    if shown is None:
        raise BadInput("intake.no_such_page", N_("“{place}” has no page {page} that can be shown."), place=path.name, page=number)
    shown.thumbnail((limits.picture_width, limits.picture_width))
    made = io.BytesIO()
    shown.save(made, "PNG")
    return made.getvalue()


def _of_pdf(path: Path, number: int, limits: Limits) -> PIL.Image.Image | None:
    document = pdf.opened(path, limits)
    try:
        if not 1 <= number <= len(document):
            return None
        return pdf.shown_as_picture(document[number - 1], limits.picture_width)
    except pdf.FAULTS as error:
        raise kind.broken(path.name) from error
    finally:
        document.close()
