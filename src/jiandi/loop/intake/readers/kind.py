"""What a file really is, by its content; its name only helps the message."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final, Literal

import puremagic

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers.limits import MEGABYTE, Limits

Kind = Literal["docx", "xlsx", "txt"]

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_WORD: Final = "WordDocument".encode("utf-16-le")
_EXCEL: Final = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PICTURES: Final = ("jpg", "jpeg", "jfif", "png", "gif", "bmp", "tif", "tiff", "webp", "heic")
_RTF: Final = b"{\\rtf"
_PDF: Final = b"%PDF-"
_LOOK: Final = 4096


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
        _refuse_ole(path)
    if head.startswith(_ZIP):
        return _look_inside(path)
    _refuse_binary(name, head)
    return "txt"


def _refuse_ole(path: Path) -> None:
    content = path.read_bytes()
    if _ENCRYPTED in content:
        raise BadInput(
            "intake.password",
            N_("“{place}” is protected by a password. Take the password off and save it again."),
            place=path.name,
        )
    if _WORD in content:
        raise BadInput("intake.old_word", N_("“{place}” is an old Word file. Save it as .docx."), place=path.name)
    if any(mark in content for mark in _EXCEL):
        raise BadInput("intake.old_excel", N_("“{place}” is an old Excel file. Save it as .xlsx."), place=path.name)
    raise BadInput("intake.old_office", N_("“{place}” is an old Office file. Save it as .docx or .xlsx."), place=path.name)


def _look_inside(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise broken(path.name) from error
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise BadInput(
            "intake.macros",
            N_("“{place}” carries macros. Save it as .docx or .xlsx without macros."),
            place=path.name,
        )
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise BadInput("intake.binary_excel", N_("“{place}” is a binary Excel file. Save it as .xlsx."), place=path.name)
    if "[Content_Types].xml" in names and any(name.startswith(("word/", "xl/")) for name in names):
        raise broken(path.name)
    raise wrong_kind(path.name, "zip")


def _refuse_binary(name: str, head: bytes) -> None:
    if head.startswith(_PDF):
        raise BadInput("intake.pdf", N_("“{place}” is a PDF. Ask for the .docx, or copy its text into a .txt file."), place=name)
    if head.startswith(_RTF):
        raise BadInput("intake.rtf", N_("“{place}” is an RTF file. Save it as .docx."), place=name)
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return
    found = _named(head)
    if found in _PICTURES:
        raise BadInput("intake.picture", N_("“{place}” is a picture. Hand in the .docx, .xlsx or .txt it was made from."), place=name)
    if b"\x00" in head and not _like_utf16(head):
        raise wrong_kind(name, found)


def _named(head: bytes) -> str:
    try:
        return str(puremagic.from_string(head)).lstrip(".").lower()
    except (puremagic.PureError, ValueError, IndexError):
        return ""


def _like_utf16(head: bytes) -> bool:
    """Line ends of UTF-16 without its mark."""
    return b"\n\x00" in head or b"\x00\n" in head


def wrong_kind(name: str, found: str) -> BadInput:
    return BadInput(
        "intake.wrong_kind",
        N_("“{place}” is no document that can be read ({found}). Hand in .docx, .xlsx or .txt."),
        place=name,
        found=found or "?",
    )


def broken(name: str) -> BadInput:
    return BadInput(
        "intake.broken_file",
        N_("“{place}” is damaged and cannot be opened. Open it in Office or WPS, save it again and hand that in."),
        place=name,
    )
