"""A small table out of a workbook or a text file, in the worker: rows of words, within limits that no file can break."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any, Final

from jiandi.base import heavy
from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_

LONGEST_UNPACKED: Final = 32 * 1024**2
LONGEST_TEXT: Final = 8 * 1024**2
MOST_COLUMNS: Final = 60
LONGEST_CELL: Final = 4000
_BOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UNREADABLE: Final = N_("The table cannot be read. Save it as .xlsx or .csv again.")
_TOO_LONG: Final = N_("The table has more than {most} rows. Split it.")


def rows_of(path: Path, *, most: int) -> list[list[str]]:
    """The first sheet, row by row, cells as words; the first row is row 1 of the file. `BadInput` for what cannot be read or is too long."""
    with path.open("rb") as source:
        head = source.read(4)
    found = _of_book(path, most) if head in _BOOKS else _of_text(path)
    if len(found) > most + 1:
        raise BadInput("sheet.too_long", _TOO_LONG, most=most)
    return found


def _of_book(path: Path, most: int) -> list[list[str]]:
    calamine = heavy.calamine()
    try:
        _refuse_bombs(path)
        with path.open("rb") as source:
            sheet = calamine.CalamineWorkbook.from_filelike(source).get_sheet_by_index(0)
            rows = sheet.to_python(nrows=most + 2, skip_empty_area=False)
    except (calamine.CalamineError, zipfile.BadZipFile, OSError, ValueError, IndexError) as error:
        raise BadInput("sheet.unreadable", _UNREADABLE) from error
    return [[_word(cell) for cell in row[:MOST_COLUMNS]] for row in rows]


def _of_text(path: Path) -> list[list[str]]:
    if path.stat().st_size > LONGEST_TEXT:
        raise BadInput("sheet.unreadable", _UNREADABLE)
    body = path.read_bytes()
    if b"\x00" in body:
        raise BadInput("sheet.unreadable", _UNREADABLE)
    text = _decoded(body)
    try:
        apart = "\t" if "\t" in text.partition("\n")[0] else ","
        return [[_word(cell) for cell in row[:MOST_COLUMNS]] for row in csv.reader(io.StringIO(text, newline=""), delimiter=apart)]
    except csv.Error as error:
        raise BadInput("sheet.unreadable", _UNREADABLE) from error


def _decoded(body: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput("sheet.unreadable", _UNREADABLE)


def _word(cell: Any) -> str:
    """As a person reads the cell: a date without its hours, a whole number without its point."""
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return " ".join(str(cell).split())[:LONGEST_CELL]


def _refuse_bombs(path: Path) -> None:
    """A small file may unpack to a very large one; its own table of contents says so."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as packed:
        if sum(one.file_size for one in packed.infolist()) > LONGEST_UNPACKED:
            raise BadInput("sheet.unreadable", _UNREADABLE)
