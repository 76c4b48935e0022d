"""Tables that people hand in: which column is which, and each row by the names of its columns. No Django here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row, and how to mend it."""

    place: int
    text: str
    params: Mapping[str, str]


def columns_of(
    rows: Rows, heads: Mapping[str, Sequence[str]], plain: Callable[[str], str], *, wanted: Sequence[str]
) -> tuple[int, dict[str, int]] | None:
    """The first of ``rows`` whose headings name all ``wanted`` fields, and the column of each field; the first of two alike counts."""
    known = {word: name for name, words in heads.items() for word in words}
    for at, cells in enumerate(rows):
        columns: dict[str, int] = {}
        for column, cell in enumerate(cells):
            name = known.get(plain(cell))
            if name and name not in columns:
                columns[name] = column
        if all(name in columns for name in wanted):
            return at, columns
    return None


def filled(rows: Rows, at: int, columns: Mapping[str, int]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row below the headings that says anything: its number, as people count, and its words by field."""
    for place, cells in enumerate(rows[at + 1 :], start=at + 2):
        given = {name: cells[column].strip() if column < len(cells) else "" for name, column in columns.items()}
        if any(given.values()):
            yield place, given
