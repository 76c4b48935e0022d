"""Reads .xlsx and .xls: every sheet as one table, dates as dates, merged cells with their extent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import python_calamine

from jiandi.base import digests
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers import archive, kind
from jiandi.loop.intake.readers.building import clean, no_text, too_many_columns, too_many_rows
from jiandi.loop.intake.readers.limits import Limits
from jiandi.loop.intake.readers.model import Line, ReadDocument, Remark, Table

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OLD_MEDIA_TYPE: Final = "application/vnd.ms-excel"
EXTERNAL: Final = N_("The workbook links to other files. The links were not followed.")
HIDDEN: Final = N_("Hidden sheets were left out.")

Value = int | float | str | bool | time | date | datetime | timedelta
_Merges = dict[tuple[int, int], tuple[int, int]]


Sheet = tuple[str, Sequence[Sequence[Value]], _Merges]


def read(path: Path, limits: Limits) -> ReadDocument:
    """All visible sheets; cells are joined by tabs, rows by line ends."""
    opened = archive.opened(path, limits)
    with opened.file:
        for name in opened.names():
            if name.endswith(".xml") and name.startswith("xl/"):
                opened.check_xml(name)
        external = any(name.startswith("xl/externalLinks/") for name in opened.names())
    sheets, hidden = _sheets(path, limits)
    found = ((EXTERNAL, external), (HIDDEN, hidden))
    return document_of(path, _one_by_one(sheets), MEDIA_TYPE, tuple(Remark(message) for message, there in found if there))


def read_old(path: Path, limits: Limits) -> ReadDocument:
    """The same for .xls (and .et), which is no archive."""
    sheets, hidden = _sheets(path, limits)
    return document_of(path, _one_by_one(sheets), OLD_MEDIA_TYPE, (Remark(HIDDEN),) if hidden else ())


def document_of(path: Path, sheets: Iterable[Sheet], media_type: str, remarks: tuple[Remark, ...] = ()) -> ReadDocument:
    """Sheets one under the other; `BadInput` when there is nothing in them."""
    parts: list[str] = []
    lines: list[Line] = []
    tables: list[Table] = []
    at = 0
    for name, rows, merges in sheets:
        made, at = _laid_out(rows, merges, len(tables), at, parts)
        lines += made
        tables.append(Table(name, tuple(made)))
    del rows
    text = "".join(parts)
    parts.clear()
    if not text.strip():
        raise no_text(path.name)
    return ReadDocument(text, tuple(lines), tuple(tables), digests.digest(digests.DEFAULT, path.read_bytes()), media_type, remarks)


def _one_by_one(sheets: list[Sheet]) -> Iterator[Sheet]:
    """What has been laid out is let go."""
    while sheets:
        yield sheets.pop(0)


def _sheets(path: Path, limits: Limits) -> tuple[list[Sheet], bool]:
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            visible = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible == python_calamine.SheetVisibleEnum.Visible and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            ]
            return [_sheet(book.get_sheet_by_name(name), limits, path.name) for name in visible], len(visible) < len(book.sheet_names)
    except python_calamine.PasswordError as error:
        raise kind.password(path.name) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise kind.broken(path.name) from error


def _sheet(sheet: python_calamine.CalamineSheet, limits: Limits, name: str) -> Sheet:
    if sheet.total_height > limits.rows:
        raise too_many_rows(f"{name} {sheet.name}", limits)
    if sheet.total_width > limits.columns:
        raise too_many_columns(f"{name} {sheet.name}", limits)
    merges = {first: (last[0] - first[0] + 1, last[1] - first[1] + 1) for first, last in sheet.merged_cell_ranges or ()}
    return sheet.name, sheet.to_python(skip_empty_area=False), merges


def _laid_out(rows: Sequence[Sequence[Value]], merges: _Merges, table: int, at: int, parts: list[str]) -> tuple[list[Line], int]:
    lines: list[Line] = []
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            words = shown(value)
            if words:
                height, width = merges.get((row, column), (1, 1))
                lines.append(Line(at, at + len(words), "cell", 0, table, row, column, height, width))
                parts.append(words)
                at += len(words)
            parts.append("\t" if column + 1 < len(values) else "\n")
            at += 1
    return lines, at


def shown(value: Value) -> str:
    """A cell as a person reads it: 1.0 is 1, a date is a date."""
    if isinstance(value, str):
        return clean(value.replace("\t", " ").replace("\r\n", "\n")).strip()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value)
