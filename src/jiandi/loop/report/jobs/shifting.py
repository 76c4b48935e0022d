"""Make room for rows in a sheet, so that everything below and every formula still means what it meant."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from typing import Any, Final

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange

_REFERENCE: Final = re.compile(r"(?P<sheet>(?:'(?:[^']|'')+'|[^'!]+)!)?(?P<cells>[^!]+)$")
_ROW: Final = re.compile(r"(?P<column>\$?[A-Z]{0,3})(?P<dollar>\$?)(?P<row>[0-9]+)")


@dataclass(frozen=True)
class Room:
    """``count`` rows come in below row ``after`` of the sheet called ``sheet``; what ends at ``after`` grows with them."""

    sheet: str
    after: int
    count: int

    def start(self, row: int) -> int:
        return row + self.count if row > self.after else row

    def end(self, row: int) -> int:
        return row + self.count if row >= self.after else row


def make_room(book: Any, sheet: Any, after: int, count: int) -> None:
    """Insert ``count`` rows below ``after`` that look like it."""
    room = Room(sheet.title, after, count)
    heights = {row: copy(found) for row, found in sheet.row_dimensions.items()}
    sheet.insert_rows(after + 1, count)
    _move_rows(sheet, heights, room)
    _move_merged(sheet, room)
    _move_ranges(sheet, room)
    _move_conditions(sheet, room)
    _move_pictures(sheet, room)
    for other in book.worksheets:
        _move_formulas(other, room)
    for names in (book.defined_names, *(one.defined_names for one in book.worksheets)):
        for name in names.values():
            name.attr_text = moved(f"={name.attr_text}", "", room)[1:]
    _clothe(sheet, room)


def moved(formula: str, home: str, room: Room) -> str:
    """A formula on sheet ``home`` after the rows came in."""
    tokens = Tokenizer(formula)
    for token in tokens.items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            token.value = _moved_reference(token.value, home, room)
    return str(tokens.render())  # type: ignore[no-untyped-call]


def _moved_reference(text: str, home: str, room: Room) -> str:
    found = _REFERENCE.match(text)
    if found is None:
        return text
    named = (found["sheet"] or "").rstrip("!").strip("'").replace("''", "'") or home
    if named != room.sheet:
        return text
    first, colon, last = found["cells"].partition(":")
    # A single cell moves as a beginning does; the end of a range grows with the list it covers.
    parts = [_shift(first, room.start), *([_shift(last, room.end)] if colon else [])]
    return (found["sheet"] or "") + ":".join(parts)


def _shift(text: str, by: Any) -> str:
    found = _ROW.fullmatch(text)
    return f"{found['column']}{found['dollar']}{by(int(found['row']))}" if found else text


def _move_formulas(sheet: Any, room: Room) -> None:
    for cell in list(sheet._cells.values()):  # noqa: SLF001 - only cells that exist
        if cell.data_type == "f" and isinstance(cell.value, str):
            cell.value = moved(cell.value, sheet.title, room)


def _move_rows(sheet: Any, heights: dict[int, Any], room: Room) -> None:
    sheet.row_dimensions.clear()
    for row, found in heights.items():
        found.index = room.start(row)
        sheet.row_dimensions[found.index] = found
    if model := heights.get(room.after):
        for row in range(room.after + 1, room.after + room.count + 1):
            sheet.row_dimensions[row] = copy(model)
            sheet.row_dimensions[row].index = row


def _moved_range(one: CellRange, room: Room) -> CellRange:
    whole = one.max_row != one.min_row
    last = room.end(one.max_row) if whole else room.start(one.max_row)
    return CellRange(min_col=one.min_col, max_col=one.max_col, min_row=room.start(one.min_row), max_row=last)


def _move_merged(sheet: Any, room: Room) -> None:
    """A merged cell below moves, one across the new rows grows, one that ends above them stays."""
    kept = []
    for one in sheet.merged_cells.ranges:
        last = room.start(one.max_row)
        kept.append(CellRange(min_col=one.min_col, max_col=one.max_col, min_row=room.start(one.min_row), max_row=last))
    sheet.merged_cells = MultiCellRange(kept)


def _move_ranges(sheet: Any, room: Room) -> None:
    for rule in sheet.data_validations.dataValidation:
        rule.sqref = MultiCellRange([_moved_range(one, room) for one in rule.sqref.ranges])
    for table in sheet.tables.values():
        table.ref = _moved_range(CellRange(table.ref), room).coord
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = _moved_range(CellRange(sheet.auto_filter.ref), room).coord
    if sheet.print_area:
        sheet.print_area = [_moved_range(CellRange(one.split("!")[-1]), room).coord for one in _areas(sheet.print_area)]
    for line in sheet.row_breaks.brk:
        line.id = room.start(line.id)


def _move_conditions(sheet: Any, room: Room) -> None:
    formats = ConditionalFormattingList()
    for found in sheet.conditional_formatting:
        place = " ".join(_moved_range(one, room).coord for one in found.sqref.ranges)
        for rule in found.rules:
            rule.formula = [moved(f"={text}", sheet.title, room)[1:] for text in rule.formula]
            formats.add(place, rule)
    sheet.conditional_formatting = formats


def _move_pictures(sheet: Any, room: Room) -> None:
    for picture in [*sheet._images, *sheet._charts]:  # noqa: SLF001 - there is no other way to them
        for mark in (getattr(picture.anchor, "_from", None), getattr(picture.anchor, "to", None)):
            if mark is not None:
                mark.row = room.start(mark.row + 1) - 1


def _areas(text: str) -> list[str]:
    return [one for one in re.split(r",(?=(?:[^']*'[^']*')*[^']*$)", text) if one]


def _clothe(sheet: Any, room: Room) -> None:
    """The new rows take looks, formulas and merged cells of the row above them."""
    for column in range(1, sheet.max_column + 1):
        model = sheet.cell(room.after, column)
        for row in range(room.after + 1, room.after + room.count + 1):
            cell = sheet.cell(row, column)
            cell._style = copy(model._style)  # noqa: SLF001 - as openpyxl's own documentation copies looks
            if model.data_type == "f" and isinstance(model.value, str):
                here = f"{get_column_letter(column)}"
                cell.value = Translator(model.value, f"{here}{room.after}").translate_formula(f"{here}{row}")
    across = [one for one in sheet.merged_cells.ranges if one.min_row == one.max_row == room.after]
    for row in range(room.after + 1, room.after + room.count + 1):
        for one in across:
            sheet.merge_cells(start_row=row, end_row=row, start_column=one.min_col, end_column=one.max_col)
