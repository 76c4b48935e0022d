"""Reads .csv: one table, whatever its encoding and the sign between its cells."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers import plain_text, spreadsheet
from jiandi.loop.intake.readers.building import too_many_columns, too_many_rows
from jiandi.loop.intake.readers.limits import Limits
from jiandi.loop.intake.readers.model import ReadDocument

MEDIA_TYPE: Final = "text/csv"
_SIGNS: Final = ",\t;|，"
_LOOK: Final = 50


def read(path: Path, limits: Limits) -> ReadDocument:
    """The rows as they stand; a cell in quotation marks may hold line ends and separators."""
    text = plain_text.words_of(path, limits)
    csv.field_size_limit(limits.letters)
    try:
        rows = list(_rows(text, path.name, limits))
    except csv.Error as error:
        raise BadInput(
            "intake.bad_csv",
            N_("The rows of “{place}” cannot be told apart: a quotation mark is open or a cell too long. Save it as .xlsx."),
            place=path.name,
        ) from error
    return spreadsheet.document_of(path, [("", rows, {})], MEDIA_TYPE)


def _rows(text: str, name: str, limits: Limits) -> Iterator[list[str]]:
    for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator(text))):
        if number >= limits.rows:
            raise too_many_rows(name, limits)
        if len(row) > limits.columns and len(row := _without_empty_end(row)) > limits.columns:
            raise too_many_columns(name, limits)
        yield row


def _without_empty_end(row: list[str]) -> list[str]:
    last = max((at for at, words in enumerate(row) if words.strip()), default=-1)
    return row[: last + 1]


def separator(text: str) -> str:
    """The sign that parts most of the first rows into the same number of cells, two at least."""
    best, most = ",", 0
    for sign in _SIGNS:
        widths = Counter(len(row) for row in _first_rows(text, sign) if row)
        width, rows = max(widths.items(), key=lambda one: (one[1] * (one[0] > 1), one[0]), default=(1, 0))
        if width > 1 and rows * width > most:
            best, most = sign, rows * width
    return best


def _first_rows(text: str, sign: str) -> list[list[str]]:
    try:
        return [row for row, _ in zip(csv.reader(io.StringIO(text, newline=""), delimiter=sign), range(_LOOK), strict=False)]
    except csv.Error:
        return []
