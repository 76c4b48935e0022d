"""Where the heading row of a ledger is and what each column means: guessed, remembered for an issuer, or chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from jiandi.loop.intake.readers import headings
from jiandi.loop.intake.readers.model import Line, ReadDocument, Table, column_letters
from jiandi.loop.intake.rules.mapping import FIELDS, MANY, NOTHING, LedgerMapping, Remembered, SheetMapping, closest

LOOKED_THROUGH: Final = 20
SAMPLES: Final = 10
SAMPLE_LETTERS: Final = 60
MOST_COLUMNS: Final = 60
_LOOKED_INTO: Final = 200
_PROSE: Final = 14
_TELLING: Final = ("text", "detail", "title", "measure")


class Column(NamedTuple):
    """A column and its field ("": left out). ``why``: "known", "beside", "sentences", "doubled", "no_place", "unknown", "unnamed",
    "remembered", "chosen"; ``about`` is the field it was heard as, or the place of the column that was taken instead."""

    at: int
    letters: str
    place: str
    heading: str
    field: str
    why: str
    about: str = ""


@dataclass
class Sheet:
    """Cells by row and column, merged ones spread over their extent."""

    key: str
    table: Table
    rows: dict[int, dict[int, Line]] = field(default_factory=dict)
    letters: dict[int, str] = field(default_factory=dict)

    def address(self, row: int, column: int) -> str:
        letters = self.letters.get(column)
        if letters is None:
            sheet = f"{self.table.name}!" if self.table.name else ""
            letters = self.letters[column] = sheet + column_letters(self.table.first_column + column)
        return f"{letters}{self.table.first_row + row}"


@dataclass(frozen=True)
class Head:
    """The heading row of a sheet: names by column, the first row below, and how many names are known."""

    names: dict[int, str]
    row: int
    below: int
    score: int


@dataclass(frozen=True)
class Recognised:
    """A sheet, its heading row and its columns; one without known headings, or left out, brings no rows in."""

    sheet: Sheet
    head: Head
    columns: tuple[Column, ...]
    is_taken: bool

    def fields(self) -> dict[int, str]:
        """Column → field, for the columns that come in."""
        return {column.at: column.field for column in self.columns if column.field}


def recognise(
    document: ReadDocument, mapping: LedgerMapping | None = None, forms: Iterable[Remembered] = ()
) -> tuple[list[Recognised], Remembered]:
    """Every sheet that may be a ledger, and the remembered form its columns were taken from."""
    chosen = mapping or LedgerMapping()
    sheets = [spread(table, number) for number, table in enumerate(document.tables, start=1)]
    heads = [(sheet, _head(document, sheet, chosen.sheets.get(sheet.key, SheetMapping()))) for sheet in sheets]
    found = [(sheet, head) for sheet, head in heads if head is not None]
    form = _remembered(found, list(forms))
    return [_recognised(document, sheet, head, chosen.sheets.get(sheet.key), form) for sheet, head in found], form


def _remembered(found: list[tuple[Sheet, Head]], forms: list[Remembered]) -> Remembered:
    """The form that all known sheets make together, or else one of a single sheet whose headings nobody knows."""
    together = form_of(name for _, head in found if head.score for name in head.names.values())
    alone = (form_of(head.names.values()) for _, head in found)
    tried = (closest(forms, headings_) for headings_ in (together, *alone) if headings_)
    return next((form for form in tried if form is not NOTHING), NOTHING)


def without_rows(document: ReadDocument, found: Iterable[Recognised]) -> list[str]:
    """Sheets in which nothing looks like a ledger: a page of notes, an empty one."""
    seen = {one.sheet.key for one in found}
    return [key for number, table in enumerate(document.tables, start=1) if (key := table.name or str(number)) not in seen]


def form_of(names: Iterable[str]) -> frozenset[str]:
    """The set of headings a form is known by."""
    return frozenset(filter(None, map(headings.plain, names)))


def spread(table: Table, number: int = 1) -> Sheet:
    sheet = Sheet(table.name or str(number), table)
    for cell in table.cells:
        sheet.rows.setdefault(cell.row, {})[cell.column] = cell
    for cell in table.cells:
        if cell.rows > 1 or cell.columns > 1:
            for row in range(cell.row, cell.row + cell.rows):
                for column in range(cell.column, cell.column + cell.columns):
                    sheet.rows.setdefault(row, {}).setdefault(column, cell)
    return sheet


def _recognised(document: ReadDocument, sheet: Sheet, head: Head, chosen: SheetMapping | None, form: Remembered) -> Recognised:
    guessed = _with_chosen(_guess(document, sheet, head), chosen, form)
    is_mapped = form is not NOTHING and any(column.field == "text" for column in guessed)
    is_taken = not chosen.left_out if chosen else head.score > 0 or is_mapped
    return Recognised(sheet, head, tuple(guessed[:MOST_COLUMNS]), is_taken)


def _with_chosen(guessed: list[Column], chosen: SheetMapping | None, form: Remembered) -> list[Column]:
    """A person's choice wins over what is remembered, which wins over the guess."""
    said: Mapping[str, str] = chosen.columns if chosen else {}
    found: list[Column] = []
    for column in guessed:
        name = headings.plain(column.heading)
        if column.letters in said:
            is_guessed = said[column.letters] == column.field and column.why != "doubled"
            found.append(column if is_guessed else column._replace(field=said[column.letters], why="chosen"))
        elif form is not NOTHING and name in form.columns:
            found.append(column._replace(field=form.columns[name], why="remembered"))
        else:
            found.append(column)
    return found if said else _once(found)


def _once(columns: list[Column]) -> list[Column]:
    """What is remembered by a heading's words stands once."""
    taken: dict[str, str] = {}
    found: list[Column] = []
    for column in columns:
        first = taken.setdefault(column.field, column.place) if column.field and column.field not in MANY else column.place
        found.append(column if first == column.place else column._replace(field="", why="doubled", about=first))
    return found


def _head(document: ReadDocument, sheet: Sheet, chosen: SheetMapping) -> Head | None:
    if chosen.head is not None and chosen.head - sheet.table.first_row in sheet.rows:
        row = chosen.head - sheet.table.first_row
        single, double = _single(document, sheet, row), _double(document, sheet, row)
        return double if double is not None and double.score > single.score else single
    best: Head | None = None
    for row in sorted(sheet.rows)[:LOOKED_THROUGH]:
        for candidate in (_single(document, sheet, row), _double(document, sheet, row)):
            if candidate is not None and candidate.score >= 2 and (best is None or candidate.score > best.score):
                best = candidate
    return best or _fullest(document, sheet)


def _fullest(document: ReadDocument, sheet: Sheet) -> Head | None:
    """Where no heading is known: the first row with most cells, for a person to map."""
    rows = sorted(sheet.rows)[:LOOKED_THROUGH]
    fullest = max(rows, key=lambda row: (len({id(cell) for cell in sheet.rows[row].values()}), -row), default=None)
    if fullest is None or len(sheet.rows[fullest]) < 2:
        return None
    return replace(_single(document, sheet, fullest), score=0)


def _single(document: ReadDocument, sheet: Sheet, row: int) -> Head:
    own = {column: cell for column, cell in sheet.rows[row].items() if cell.columns == 1}
    names = {column: document.words(cell) for column, cell in own.items()}
    below = max((cell.row + cell.rows for cell in own.values()), default=row + 1)
    return Head(names, row, below, _score(names))


def _double(document: ReadDocument, sheet: Sheet, row: int) -> Head | None:
    """A heading over several columns with headings of its own below; the cells above may be merged or, in a .csv, just empty."""
    upper, lower = sheet.rows[row], sheet.rows.get(row + 1)
    if lower is None or not (any(1 < cell.columns < len(upper) for cell in upper.values()) or _is_loose(document, upper, lower)):
        return None
    names: dict[int, str] = {}
    for column in sorted(upper.keys() | lower.keys()):
        above, under = upper.get(column), lower.get(column)
        first = document.words(above) if above is not None else ""
        second = document.words(under) if under is not None and under is not above else ""
        joined = first + second
        names[column] = second if second and headings.meanings(second) and not headings.meanings(joined) else joined
    return Head(names, row, row + 2, _score(names))


def _is_loose(document: ReadDocument, upper: dict[int, Line], lower: dict[int, Line]) -> bool:
    """Headings whose second level is nothing but headings."""
    if all(under is upper.get(column) for column, under in lower.items()):
        return False
    own = [under for column, under in lower.items() if under is not upper.get(column)]
    return _score({c: document.words(cell) for c, cell in upper.items()}) >= 2 and all(
        headings.meanings(document.words(one)) for one in own
    )


def _score(names: dict[int, str]) -> int:
    known = [headings.meanings(name) for name in names.values()]
    speaks = any(meaning and meaning[0] in _TELLING for meaning in known)
    return sum(bool(meaning) for meaning in known) if speaks else 0


def _guess(document: ReadDocument, sheet: Sheet, head: Head) -> list[Column]:
    """Each column with the field its heading means; one with two meanings takes the one still free."""
    heard, doubles = _heard(head)
    told = _one_text(heard)
    for column, name in told.items():
        if name == "state" and _is_prose(document, sheet, head, column):
            told[column] = "progress"
    found: list[Column] = []
    for column in sorted({*head.names, *_filled(sheet, head)}):
        words, place = headings.shown(head.names.get(column, "")), _place(sheet, head, column)
        one = Column(column, column_letters(sheet.table.first_column + column), place, words, "", "unknown" if words else "unnamed")
        name, at_first = told.get(column, ""), heard.get(column, "")
        if column in doubles:
            one = one._replace(why="doubled", about=_place(sheet, head, doubles[column]))
        elif name in FIELDS:
            one = one._replace(field=name, why="known" if name in (at_first, "text") else "beside")
        elif name:
            one = one._replace(why="sentences" if at_first == "state" else "no_place", about=name)
        found.append(one)
    return found


def _place(sheet: Sheet, head: Head, column: int) -> str:
    """The cell of a heading that a person reads last: the lower of two."""
    lower = sheet.rows.get(head.below - 1, {}).get(column)
    return sheet.address(lower.row if lower is not None else head.row, column)


def _filled(sheet: Sheet, head: Head) -> set[int]:
    """Columns with something in them, whether they have a heading or not."""
    rows = [row for row in sorted(sheet.rows) if row >= head.below][:_LOOKED_INTO]
    return {column for row in rows for column in sheet.rows[row]}


def _heard(head: Head) -> tuple[dict[int, str], dict[int, int]]:
    """Column → field, and column → the column that has its only field already."""
    taken: dict[str, int] = {}
    heard: dict[int, str] = {}
    doubles: dict[int, int] = {}
    for column in sorted(head.names, key=lambda one: (len(headings.meanings(head.names[one])), one)):
        meanings = headings.meanings(head.names[column])
        free = next((name for name in meanings if name not in taken or name in MANY), None)
        if free is not None:
            taken.setdefault(free, column)
            heard[column] = free
        elif meanings:
            doubles[column] = taken[meanings[0]]
    return heard, doubles


def _one_text(columns: dict[int, str]) -> dict[int, str]:
    """具体问题 beside 反馈问题: the first is the text, the second the title; alone it is the text."""
    names = set(columns.values())
    change: dict[str, str] = {}
    if "detail" in names:
        change = {"detail": "text", "text": "category" if "title" in names and "category" not in names else "title"}
        if "text" in names and "title" in names:
            change["text"] = "manifest"
    elif "text" not in names:
        change = {"title": "text"}
    return {column: change.get(name, name) for column, name in columns.items()}


def _is_prose(document: ReadDocument, sheet: Sheet, head: Head, column: int) -> bool:
    """A column of 完成情况 that tells stories is no column of states."""
    rows = [row for row in sorted(sheet.rows) if row >= head.below][:_LOOKED_INTO]
    words = [document.words(cell) for row in rows if (cell := sheet.rows[row].get(column)) is not None]
    return bool(words) and sum(len(one) > _PROSE for one in words) * 2 > len(words)


def plain(document: ReadDocument, one: Recognised) -> dict[str, Any]:
    """A recognised sheet as JSON, with the first rows as they stand."""
    columns = [{**column._asdict(), "plain": headings.plain(column.heading)} for column in one.columns]
    rows = [row for row in sorted(one.sheet.rows) if row >= one.head.below][:SAMPLES]
    samples = [
        {"row": one.sheet.table.first_row + row, "cells": [_shown(document, one.sheet, row, c.at) for c in one.columns]} for row in rows
    ]
    return {
        "key": one.sheet.key,
        "head": one.sheet.table.first_row + one.head.row,
        "is_known": one.head.score > 0,
        "is_taken": one.is_taken,
        "columns": columns,
        "samples": samples,
    }


def _shown(document: ReadDocument, sheet: Sheet, row: int, column: int) -> str:
    cell = sheet.rows[row].get(column)
    words = document.words(cell).strip() if cell is not None and cell.column == column else ""
    return words if len(words) <= SAMPLE_LETTERS else words[: SAMPLE_LETTERS - 1] + "…"
