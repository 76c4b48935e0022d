"""What a file really is, by its content; its name only tells texts apart and helps the message."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Final, Literal

import puremagic

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers.limits import MEGABYTE, Limits

Kind = Literal["docx", "xlsx", "xls", "doc", "pdf", "ofd", "picture", "html", "csv", "md", "txt"]

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_WORD: Final = ("WordDocument".encode("utf-16-le"), "MatOST".encode("utf-16-le"))
_EXCEL: Final = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_MACROS: Final = "_VBA_PROJECT".encode("utf-16-le")
_SECTOR: Final = 512
_FIB: Final = b"\xec\xa5"
_LOCKED: Final = 0x01
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PICTURES: Final = ("jpg", "jpeg", "jfif", "png", "tif", "tiff", "bmp")
_OTHER_PICTURES: Final = ("gif", "webp", "heic", "avif", "psd", "ico")
_RTF: Final = b"{\\rtf"
_PDF: Final = b"%PDF-"
_PDF_WITHIN: Final = 1024
_LOOK: Final = 4096
_HTML: Final = re.compile(
    rb"^\s*(?:<!--.{0,2000}?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html|head|body|table|meta|div|p|h[1-6])[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_XML: Final = re.compile(rb"^\s*<\?xml\s")
_NAMED: Final[dict[str, Kind]] = {".csv": "csv", ".tsv": "csv", ".md": "md", ".markdown": "md"}


def look(path: Path, limits: Limits) -> Kind:
    """The kind of the file, or `BadInput` with what to do about it."""
    name = path.name
    size = path.stat().st_size
    if size == 0:
        raise BadInput("intake.empty_file", N_("“{place}” is empty. Choose the file again."), place=name)
    if size > limits.file_bytes:
        raise BadInput(
            "intake.too_large",
            N_("“{place}” has {size} MB; the limit is {limit} MB. Take out pictures or split it."),
            place=name,
            size=-(-size // MEGABYTE),
            limit=limits.file_bytes // MEGABYTE,
        )
    with path.open("rb") as stream:
        head = stream.read(_LOOK)
    if head.startswith(_OLE):
        return _look_into_ole(path)
    if head.startswith(_ZIP):
        return _look_inside(path)
    return _plainer(path, head)


def _look_into_ole(path: Path) -> Kind:
    content = path.read_bytes()
    if _ENCRYPTED in content:
        raise password(path.name)
    if _MACROS in content:
        raise macros(path.name)
    if any(mark in content for mark in _WORD):
        if _is_locked(content):
            raise password(path.name)
        return "doc"
    if any(mark in content for mark in _EXCEL):
        return "xls"
    raise BadInput("intake.old_office", N_("“{place}” is an old Office file. Save it as .docx or .xlsx."), place=path.name)


def _is_locked(content: bytes) -> bool:
    """The flag of an old Word file whose text is enciphered."""
    starts = range(_SECTOR, len(content) - 12, _SECTOR)
    return any(content[at : at + 2] == _FIB and content[at + 11] & _LOCKED for at in starts)


def _look_inside(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise broken(path.name) from error
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise macros(path.name)
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "OFD.xml" in names:
        return "ofd"
    if "xl/workbook.bin" in names:
        raise BadInput("intake.binary_excel", N_("“{place}” is a binary Excel file. Save it as .xlsx."), place=path.name)
    if "[Content_Types].xml" in names and any(name.startswith(("word/", "xl/")) for name in names):
        raise broken(path.name)
    raise wrong_kind(path.name, "zip")


def _plainer(path: Path, head: bytes) -> Kind:
    name = path.name
    if _PDF in head[:_PDF_WITHIN]:
        return "pdf"
    if head.startswith(_RTF):
        return "doc"
    marked = head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"))
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        return "html"
    found = "" if marked else _named(head)
    if found in _PICTURES:
        return "picture"
    if found in _OTHER_PICTURES:
        raise BadInput("intake.picture", N_("“{place}” is a picture of a kind that cannot be read. Save it as .png or .jpg."), place=name)
    if b"\x00" in head and not marked and not _like_utf16(head):
        raise wrong_kind(name, found)
    if _XML.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise wrong_kind(name, "xml")
    return _NAMED.get(path.suffix.lower(), "txt")


def _named(head: bytes) -> str:
    try:
        return str(puremagic.from_string(head)).lstrip(".").lower()
    except (puremagic.PureError, ValueError, IndexError):
        return ""


def _like_utf16(head: bytes) -> bool:
    """Line ends of UTF-16 without its mark."""
    return b"\n\x00" in head or b"\x00\n" in head


def password(name: str) -> BadInput:
    return BadInput("intake.password", N_("“{place}” is protected by a password. Take the password off and save it again."), place=name)


def macros(name: str) -> BadInput:
    return BadInput("intake.macros", N_("“{place}” carries macros. Save it as .docx or .xlsx without macros."), place=name)


def wrong_kind(name: str, found: str) -> BadInput:
    return BadInput(
        "intake.wrong_kind",
        N_("“{place}” is no document that can be read ({found}). Hand in Word, Excel, WPS, PDF, OFD, a picture or text."),
        place=name,
        found=found or "?",
    )


def broken(name: str) -> BadInput:
    return BadInput(
        "intake.broken_file",
        N_("“{place}” is damaged and cannot be opened. Open it in the program it was made with, save it again and hand that in."),
        place=name,
    )
