"""Open a superior's workbook for filling, or say why it cannot be filled; and show its sheets as plain values."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from jiandi.base import heavy
from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.report.rules.grids import MOST_COLUMNS, MOST_ROWS, MOST_SHEETS, TEXT

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_MOST_MEMBERS: Final = 2000
_MOST_UNPACKED: Final = 32 * 1024**2
_BROKEN: Final = (zipfile.BadZipFile, OSError, EOFError, KeyError, ValueError, TypeError, AttributeError, IndexError, NotImplementedError)
_LOST: Final = (
    ("xl/charts/", N_("charts")),
    ("xl/diagrams/", N_("diagrams")),
    ("xl/ctrlProps/", N_("buttons and boxes")),
    ("xl/pivotTables/", N_("pivot tables")),
    ("xl/slicers/", N_("slicers")),
)
_SHAPES: Final = (b"<xdr:sp ", b"<xdr:sp>", b"<xdr:cxnSp", b"<xdr:grpSp")


def opened(path: Path, name: str) -> Any:
    """The workbook, formulas as formulas; BadInput for what is none, what is locked, and what carries macros."""
    _look(path, name)
    try:
        return heavy.openpyxl().load_workbook(io.BytesIO(path.read_bytes()), rich_text=True)
    except SyntaxError as error:  # ill-formed XML
        raise _broken(name) from error
    except _BROKEN as error:
        raise _broken(name) from error


def _look(path: Path, name: str) -> None:
    with path.open("rb") as stream:
        head = stream.read(8)
        if head.startswith(_OLE):
            raise _old_or_locked(name, is_locked=_ENCRYPTED in head + stream.read())
    if not head:
        raise BadInput("report.empty_file", N_("“{place}” is empty. Choose the file again."), place=name)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _no_workbook(name) from error
    names = {entry.filename for entry in entries}
    if any(one.lower().endswith("vbaproject.bin") for one in names):
        raise BadInput("report.macros", N_("“{place}” carries macros. Save it as .xlsx without macros and upload that."), place=name)
    if any(entry.flag_bits & 1 for entry in entries):
        raise _locked(name)
    if "xl/workbook.xml" not in names:
        raise _no_workbook(name)
    if len(entries) > _MOST_MEMBERS or sum(entry.file_size for entry in entries) > _MOST_UNPACKED:
        text = N_(
            "“{place}” unpacks to more than a form holds ({limit} MB). Delete sheets and pictures it does not need and save it again."
        )
        raise BadInput("report.too_large", text, place=name, limit=_MOST_UNPACKED // 1024**2)


def _old_or_locked(name: str, *, is_locked: bool) -> BadInput:
    if is_locked:
        return _locked(name)
    return BadInput("report.old_office", N_("“{place}” is an old Office file. Open it and save it as .xlsx."), place=name)


def _locked(name: str) -> BadInput:
    return BadInput("report.password", N_("“{place}” is protected by a password. Take the password off and save it again."), place=name)


def _no_workbook(name: str) -> BadInput:
    return BadInput("report.no_workbook", N_("“{place}” is no Excel workbook. Upload the form as .xlsx."), place=name)


def _broken(name: str) -> BadInput:
    return BadInput(
        "report.broken",
        N_("“{place}” is damaged and cannot be opened. Open it in Excel or WPS, save it again and upload that."),
        place=name,
    )


def remarks(path: Path) -> list[list[Any]]:
    """What a filled copy would not keep: drawn things that the writing library drops."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        lost = [word for folder, word in _LOST if any(name.startswith(folder) for name in names)]
        drawings = [name for name in names if name.startswith("xl/drawings/drawing") and name.endswith(".xml")]
        if any(shape in archive.read(name) for name in drawings for shape in _SHAPES):
            lost.append(N_("drawn shapes and text boxes"))
    text = N_("The form has {what}, which a filled copy loses. Copy the figures into the form by hand if the superior asks for them.")
    return [[text, {"what": word}] for word in lost]


def layout(book: Any, name: str) -> list[dict[str, Any]]:
    """The sheets that people see, each as far as the pointing page shows it."""
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"][:MOST_SHEETS]
    if not shown:
        raise BadInput(
            "report.no_sheets", N_("“{place}” has no sheet that can be seen. Show the sheet and save the form again."), place=name
        )
    return [_sheet(sheet) for sheet in shown]


def _sheet(sheet: Any) -> dict[str, Any]:
    rows, columns = _extent(sheet)
    letters = heavy.openpyxl().utils.get_column_letter
    return {
        "name": sheet.title,
        "rows": rows,
        "columns": columns,
        "widths": [round(_width(sheet, letters(n))) for n in range(1, columns + 1)],
        "cells": [_told(cell) for cell in _cells(sheet, rows, columns) if cell.value is not None],
        "merged": [
            [m.min_row, m.min_col, min(m.max_row, rows), min(m.max_col, columns)] for m in sheet.merged_cells.ranges if m.min_row <= rows
        ],
    }


def _extent(sheet: Any) -> tuple[int, int]:
    """Down to the last cell that holds something, is merged or has a border; a form is rarely longer."""
    rows = columns = 1
    for (row, column), cell in sheet._cells.items():  # noqa: SLF001 - iter_rows would make every cell in between
        if row <= MOST_ROWS and column <= MOST_COLUMNS and (cell.value is not None or _has_border(cell)):
            rows, columns = max(rows, row), max(columns, column)
    for one in sheet.merged_cells.ranges:
        rows, columns = max(rows, min(one.max_row, MOST_ROWS)), max(columns, min(one.max_col, MOST_COLUMNS))
    return rows, columns


def _has_border(cell: Any) -> bool:
    border = cell.border
    return bool(cell.has_style and any(side is not None and side.style for side in (border.left, border.right, border.top, border.bottom)))


def _cells(sheet: Any, rows: int, columns: int) -> Iterator[Any]:
    for (row, column), cell in sorted(sheet._cells.items()):  # noqa: SLF001
        if row <= rows and column <= columns:
            yield cell


def _told(cell: Any) -> list[Any]:
    kind = {"f": "formula", "n": "number"}.get(cell.data_type, "text")
    value = getattr(cell.value, "text", cell.value) if kind == "formula" else cell.value
    return [cell.row, cell.column, str(value).strip()[:TEXT], kind]


def _width(sheet: Any, letter: str) -> float:
    found = sheet.column_dimensions.get(letter)
    return float(found.width) if found is not None and found.width else 9.0
