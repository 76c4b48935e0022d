"""What a file shows without being opened: a picture of its first page, its words, the days it names. No Django; runs in a child.

Nothing that points at a private person is taken out of a file: no position, no author, no device.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import defusedxml.ElementTree
import PIL.Image
import PIL.ImageOps

from jiandi.base import heavy, pictures

PAGE, THUMB = (1200, 1200), (240, 180)
POINTS: Final = 80_000_000
QUALITY: Final = 82
WORDS: Final = 20_000
PART_BYTES: Final = 32 * 1024**2
ROWS, COLUMNS, SHEETS = 60, 12, 3
ORIGINAL, DIGITIZED, EXIF, SAVED = 36867, 36868, 0x8769, 306
_DAY = re.compile(r"(\d{4})\D?(\d{2})\D?(\d{2})")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TERMS = "{http://purl.org/dc/terms/}"
FORMATS: Final = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP")
_FAULTS = (
    OSError, ValueError, SyntaxError, EOFError, OverflowError, KeyError, MemoryError, NotImplementedError, RuntimeError,
    zipfile.BadZipFile, PIL.Image.DecompressionBombError,
)  # fmt: skip


@dataclass
class Look:
    """``fault`` empty means: it can be shown."""

    fault: str = ""
    page: bytes = b""
    thumb: bytes = b""
    words: str = ""
    pages: int | None = None
    made_on: date | None = None
    changed_on: date | None = None
    warnings: list[str] = field(default_factory=list)
    prints: str = ""


def look(path: str, media_type: str) -> Look:
    """Never raises for what a file holds: it says that it cannot be shown."""
    found = Look(fault="kind")
    way = _way(media_type)
    if way is None:
        return found
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            way(path, found)
        found.fault = ""
    except _FAULTS as error:
        found.fault = "too_large" if isinstance(error, (PIL.Image.DecompressionBombError, MemoryError)) else "broken"
    return found


def _way(media_type: str) -> Any:
    if media_type.startswith("image/") and media_type != "image/heic":
        return _picture
    if media_type.startswith("text/"):
        return _text
    ending = media_type.rpartition(".")[2] if "openxmlformats" in media_type else media_type
    return {"application/pdf": _pdf, "document": _word, "sheet": _table, "application/vnd.ms-excel": _table, "presentation": _slides}.get(
        ending
    )


def _picture(path: str, found: Look) -> None:
    with PIL.Image.open(path, formats=FORMATS) as opened:
        if opened.width * opened.height > POINTS:
            raise PIL.Image.DecompressionBombError
        found.made_on, found.changed_on = _exif_days(opened)
        opened.draft("RGB", (PAGE[0] * 2, PAGE[1] * 2))
        upright = PIL.ImageOps.exif_transpose(opened).convert("RGB")
    found.prints = pictures.prints_of(upright)
    _shown(upright, found)


def _exif_days(opened: PIL.Image.Image) -> tuple[date | None, date | None]:
    exif = opened.getexif()
    inner = exif.get_ifd(EXIF)
    return _day(inner.get(ORIGINAL) or inner.get(DIGITIZED)), _day(exif.get(SAVED))


def _shown(picture: PIL.Image.Image, found: Look) -> None:
    picture.thumbnail(PAGE)
    found.page = _jpeg(picture)
    picture.thumbnail(THUMB)
    found.thumb = _jpeg(picture)


def _jpeg(picture: PIL.Image.Image) -> bytes:
    """New bytes without any of the old file's notes."""
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=QUALITY, exif=b"")
    return made.getvalue()


def _pdf(path: str, found: Look) -> None:
    pdfium = heavy.pdfium()
    try:
        document = pdfium.PdfDocument(path)
        try:
            _pdf_days(document, found)
            if pdfium.raw.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
                found.warnings.append("script")
            if pdfium.raw.FPDFDoc_GetAttachmentCount(document.raw) > 0:
                found.warnings.append("embedded")
            found.pages = len(document)
            page = document[0]
            scale = PAGE[0] / max(*page.get_size(), 1)
            _shown(page.render(scale=min(scale, 4)).to_pil().convert("RGB"), found)
        finally:
            document.close()
    except pdfium.PdfiumError as error:
        raise ValueError from error


def _pdf_days(document: Any, found: Look) -> None:
    named = document.get_metadata_dict()
    found.made_on, found.changed_on = _day(named.get("CreationDate")), _day(named.get("ModDate"))


def _word(path: str, found: Look) -> None:
    with zipfile.ZipFile(path) as archive:
        _office_days(archive, found)
        lines, length = [], 0
        for paragraph in defusedxml.ElementTree.fromstring(_part(archive, "word/document.xml")).iter(f"{_WORD}p"):
            line = "".join(node.text or "" for node in paragraph.iter(f"{_WORD}t")).strip()
            if line:
                lines.append(line)
                length += len(line)
            if length > WORDS:
                break
    found.words = "\n".join(lines)[:WORDS]


def _table(path: str, found: Look) -> None:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            _office_days(archive, found)
    lines = []
    with heavy.calamine().CalamineWorkbook.from_path(path) as book:
        for name in book.sheet_names[:SHEETS]:
            lines.append(f"[{name}]")
            for row in book.get_sheet_by_name(name).to_python(nrows=ROWS):
                cells = ["" if cell is None else str(cell) for cell in row[:COLUMNS]]
                lines.append("\t".join(cells).rstrip())
    found.words = "\n".join(line for line in lines if line)[:WORDS]


def _slides(path: str, found: Look) -> None:
    with zipfile.ZipFile(path) as archive:
        _office_days(archive, found)
    raise ValueError("slides have no preview")


def _text(path: str, found: Look) -> None:
    with Path(path).open("rb") as source:
        head = source.read(WORDS * 2)
    found.words = _decoded(head)[:WORDS]


def _decoded(head: bytes) -> str:
    """UTF-8 if it is that, a letter cut off at the end or not; else the Chinese encoding that holds all others."""
    for cut in range(4):
        try:
            return head[: len(head) - cut].decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
    return head.decode("gb18030", errors="replace")


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as source:
        content = source.read(PART_BYTES + 1)
    if len(content) > PART_BYTES:
        raise MemoryError
    return content


def _office_days(archive: zipfile.ZipFile, found: Look) -> None:
    if "docProps/core.xml" not in archive.namelist():
        return
    core = defusedxml.ElementTree.fromstring(_part(archive, "docProps/core.xml"))
    found.made_on, found.changed_on = (_day(core.findtext(f"{_TERMS}{word}")) for word in ("created", "modified"))


def _day(text: Any) -> date | None:
    """The first day in a text such as ``2026:03:01 10:00:00``, ``D:20260301…`` or ``2026-03-01T…``; days before 1990 are clocks that were never set."""
    hit = _DAY.search(str(text or ""))
    try:
        day = date(*map(int, hit.groups())) if hit else None
    except ValueError:
        return None
    return day if day and day.year >= 1990 else None
