"""What lies inside a file that claims a type: what it really is, and what it carries along. No Django here."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.record.ledger.papers import FileType

BLOCK: Final = 1024 * 1024
OVERLAP: Final = 64
MOST_MEMBERS: Final = 50_000
_MAIN: Final = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml", "ofd": "OFD.xml"}
_VBA: Final = "_VBA_PROJECT".encode("utf-16-le")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_PDF_MARKS: Final = (
    ("script", re.compile(rb"/(?:JavaScript|JS)(?![A-Za-z])")),
    ("launch", re.compile(rb"/Launch(?![A-Za-z])")),
    ("embedded", re.compile(rb"/(?:EmbeddedFiles?|RichMedia)(?![A-Za-z])")),
)


def warnings_of(kind: FileType, file_name: str, source: BinaryIO) -> list[str]:
    """Codes of ``papers.WARNINGS``; BadInput for a file that is not what its name says.

    A .docx, .xlsx or .pptx never holds macros: one that does is another type under a wrong name and is refused.
    """
    look = _LOOKS.get(kind.family if kind.ending not in _MAIN else "office")
    return sorted(set(look(kind, file_name, source))) if look else []


def _office(kind: FileType, file_name: str, source: BinaryIO) -> Iterator[str]:
    names = _names(kind, file_name, source)
    if _MAIN[kind.ending] not in names:
        raise _lies(kind, file_name)
    lowered = [name.lower() for name in names]
    if any(name.endswith("vbaproject.bin") for name in lowered):
        raise BadInput(
            "evidence.macros",
            N_("“{name}” carries macros, which a .{ending} never does. Save it as .{ending} in Office or WPS and hand that in."),
            name=file_name,
            ending=kind.ending,
        )
    if any("/embeddings/" in name or "/activex/" in name for name in lowered):
        yield "embedded"


def _archive(kind: FileType, file_name: str, source: BinaryIO) -> Iterator[str]:
    _names(kind, file_name, source)
    yield "archive"


def _names(kind: FileType, file_name: str, source: BinaryIO) -> list[str]:
    try:
        with zipfile.ZipFile(source) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise _lies(kind, file_name) from error
    if len(names) > MOST_MEMBERS:
        raise BadInput("evidence.too_many_inside", N_("“{name}” holds more than {n} files. Split it."), name=file_name, n=MOST_MEMBERS)
    return names


def _old_office(_kind: FileType, _file_name: str, source: BinaryIO) -> Iterator[str]:
    if any(_VBA in block for block in _blocks(source)):
        yield "macros"


def _pdf(_kind: FileType, _file_name: str, source: BinaryIO) -> Iterator[str]:
    """Names in a PDF may be written with escapes; what hides in packed streams is found by the look in the worker."""
    for block in _blocks(source):
        plain = _ESCAPED.sub(lambda hit: bytes([int(hit[1], 16)]), block) if b"#" in block else block
        yield from (code for code, mark in _PDF_MARKS if mark.search(plain))


def _blocks(source: BinaryIO) -> Iterator[bytes]:
    """Pieces that overlap, so that no mark is cut in two."""
    tail = b""
    while block := source.read(BLOCK):
        yield tail + block
        tail = block[-OVERLAP:]


def _lies(kind: FileType, file_name: str) -> BadInput:
    text = N_("“{name}” is not what its name says ({ending}). Save it again in its real format and hand that in.")
    return BadInput("evidence.lies", text, name=file_name, ending=kind.ending)


_LOOKS: Final[dict[str, Callable[[FileType, str, BinaryIO], Iterator[str]]]] = {
    "office": _office,
    "zip": _archive,
    "ole": _old_office,
    "pdf": _pdf,
}
