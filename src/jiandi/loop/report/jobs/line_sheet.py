"""A worksheet that takes a finished row at once. XlsxWriter builds objects for every cell, keeps every row's height, and takes three times as long."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import date
from functools import cache

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

_DAY_0 = date(1899, 12, 30)
_MARKED = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x")  # what XML or a cell writes otherwise
Value = str | int | date | None
_letters = cache(xl_col_to_name)


class LineSheet(Worksheet):  # type: ignore[misc]
    """For workbooks in constant memory, where rows go out from top to bottom; ``write_line`` goes between other writes."""

    def look(self, look: Format) -> int:
        """The number under which cells name a format."""
        return int(look._get_xf_index())  # noqa: SLF001 - given out when a cell first asks for it

    def write_line(self, number: int, height: float, cells: Sequence[tuple[Value, int]]) -> None:
        """A whole row: its height in points, and value and look of each cell. Text stays text, whatever it begins with."""
        if self._check_dimensions(number, len(cells) - 1):
            raise ValueError(number)
        self._write_single_row(number)
        row = number + 1
        written = [self._written(f'<c r="{_letters(n)}{row}" s="{look}"', value) for n, (value, look) in enumerate(cells)]
        self.fh.write(f'<row r="{row}" ht="{height:g}" customHeight="1">{"".join(written)}</row>')

    def _written(self, place: str, value: Value) -> str:
        if value is None or value == "":
            return f"{place}/>"
        if isinstance(value, str):
            text = self._escape_control_characters(html.escape(value, quote=False)) if _MARKED.search(value) else value
            return f'{place} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        return f"{place}><v>{(value - _DAY_0).days if isinstance(value, date) else value}</v></c>"
