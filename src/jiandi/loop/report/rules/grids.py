"""A sheet of a form as the pointing page shows it: texts, merged cells, and the labels beside a cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jiandi.loop.report.rules import spots

MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 400, 60, 20
TEXT = 200
_NUMBER = re.compile(r"[\s\d.,、%]*")
_REACH = 12
_FEW = 2


@dataclass(frozen=True)
class Sheet:
    """Texts and kinds (``text``, ``number``, ``formula``) by row and column, from 1."""

    name: str
    rows: int
    columns: int
    widths: tuple[int, ...]
    texts: Mapping[tuple[int, int], tuple[str, str]]
    merged: tuple[tuple[int, int, int, int], ...]

    def text(self, row: int, column: int) -> str:
        return self.texts.get(self.anchor(row, column), ("", ""))[0]

    def kind(self, row: int, column: int) -> str:
        return self.texts.get(self.anchor(row, column), ("", ""))[1]

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        """The cell that holds the value of a merged range."""
        for top, left, bottom, right in self.merged:
            if top <= row <= bottom and left <= column <= right:
                return top, left
        return row, column

    def labels(self, row: int, column: int) -> tuple[list[str], list[str]]:
        """Words to the left and words above, nearest first, that tell what a cell is for."""
        left = [self._word(row, at) for at in range(column - 1, 0, -1)]
        above = [self._word(at, column) for at in range(row - 1, max(0, row - _REACH - 1), -1)]
        return _distinct(left), _distinct(above)

    def _word(self, row: int, column: int) -> str:
        text, kind = self.texts.get(self.anchor(row, column), ("", ""))
        return text if kind == "text" and not _NUMBER.fullmatch(text) and not self._is_title(row, column) else ""

    def _is_title(self, row: int, column: int) -> bool:
        """What goes over the whole breadth heads the sheet, not a column."""
        return self.columns > _FEW and any(
            top <= row <= bottom and left <= column <= right and right - left + 1 >= self.columns
            for top, left, bottom, right in self.merged
        )

    def heading(self, row: int, column: int) -> str:
        """The nearest words above a cell: what heads its column."""
        return next(iter(self.labels(row, column)[1]), "")

    def room_from(self, row: int) -> int:
        """The last row of the blank stretch that begins at ``row``; what is numbered beforehand counts as blank."""
        last = row
        while last < self.rows and self._is_blank(last + 1, like=row):
            last += 1
        return last

    def _is_blank(self, row: int, like: int) -> bool:
        """A formula of its own (a total) ends the stretch; one that each row has does not."""
        columns = range(1, self.columns + 1)
        return not any(self._word(row, n) or (self.kind(row, n) == "formula" != self.kind(like, n)) for n in columns)


def sheet(plain: Mapping[str, Any]) -> Sheet:
    return Sheet(
        name=plain["name"],
        rows=plain["rows"],
        columns=plain["columns"],
        widths=tuple(plain["widths"]),
        texts={(row, column): (text, kind) for row, column, text, kind in plain["cells"]},
        merged=tuple(tuple(one) for one in plain["merged"]),
    )


def place(sheet: Sheet, row: int, column: int) -> str:
    """As notes name a cell."""
    return f"{sheet.name}!{spots.address(row, column)}"


def _distinct(words: list[str]) -> list[str]:
    return list(dict.fromkeys(word for word in words if word))
