"""What a clerk points at in a prescribed form: a value, a count, or a list of rows. Plain values that travel as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_

KINDS = {"value": N_("one value"), "count": N_("a figure"), "list": N_("a list of rows")}
LISTS = {"findings": N_("one finding per row"), "units": N_("one lead unit per row"), "named": N_("the units the form names")}
ORDERS = {"number": N_("as registered"), "due": N_("by due date"), "lead": N_("by lead unit")}
STYLES = {"percent": N_("percentage"), "k_of_n": N_("percentage and k of n"), "k": N_("only k"), "n": N_("only n")}
CLAIMS = {
    "said": N_("said"),
    "done": N_("done"),
    "well": N_("done well"),
    "not_said": N_("not said yet"),
    "not_done": N_("not done yet"),
    "not_well": N_("not done well yet"),
}
VALUES = {
    "unit_name": N_("name of the unit that reports"),
    "inspected_unit": N_("name of the inspected unit"),
    "round_title": N_("title of the round"),
    "round_code": N_("code of the round"),
    "issuer": N_("who inspected"),
    "feedback_on": N_("day of feedback"),
    "as_of": N_("as-of date"),
    "as_of_words": N_("as-of date in words"),
    "month_words": N_("year and month in words"),
    "asked_by": N_("who fills it in"),
}
COUNTS = {
    "total": N_("Findings in all"),
    "counted": N_("Findings counted"),
    "complete": N_("Findings complete"),
    "not_complete": N_("Findings not complete"),
    "closed": N_("Findings closed"),
    "open": N_("Open findings"),
    "overdue": N_("Overdue"),
    "unchecked": N_("Taken over, not checked"),
    "said": N_("Findings said"),
    "done": N_("Findings done"),
    "well": N_("Findings done well"),
    "measures": N_("Measures in all"),
    "measures_done": N_("Measures done"),
    "institutions": N_("Rules in force"),
}
RATES = {
    "completion_rate": N_("Completion rate"),
    "said_rate": N_("Said rate"),
    "done_rate": N_("Done rate"),
    "well_rate": N_("Done-well rate"),
    "on_time_rate": N_("On time"),
}
FIGURES = {**COUNTS, **RATES}
MOST_SPOTS = 400
MOST_ROWS = 5000
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_LETTERS = 26


@dataclass(frozen=True)
class Where:
    """Which findings are meant; what is empty asks for nothing. A unit means also the units below it, unless ``is_alone``."""

    state: str = ""
    klass: str = ""
    category: str = ""
    source: str = ""
    unit_id: int = 0
    claim: str = ""
    is_alone: bool = False


ALL = Where()


@dataclass(frozen=True)
class Spot:
    """A cell and what belongs there; of a list, its first cell, with what stands in each column."""

    sheet: int
    cell: str
    kind: str
    what: str = ""
    style: str = "percent"
    where: Where = ALL
    columns: tuple[tuple[str, str], ...] = ()
    last_row: int = 0
    order: str = "number"

    @property
    def row(self) -> int:
        return place_of(self.cell)[0]

    @property
    def column(self) -> int:
        return place_of(self.cell)[1]

    def plain(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Note:
    """What could not be filled as asked: the place in the form, and why."""

    place: str
    text: str
    params: dict[str, Any]

    def plain(self) -> list[Any]:
        return [self.place, self.text, self.params]


def spot(plain: Mapping[str, Any]) -> Spot:
    columns = tuple((letter, what) for letter, what in plain.get("columns", ()))
    return Spot(**{**plain, "where": Where(**plain.get("where", {})), "columns": columns})


def spots(plain: Iterable[Mapping[str, Any]]) -> list[Spot]:
    return [spot(one) for one in plain]


def place_of(cell: str) -> tuple[int, int]:
    """Row and column, from 1, of an address such as C5."""
    found = _CELL.fullmatch(cell.strip().upper())
    if found is None:
        raise BadInput("report.no_cell", N_("“{cell}” is no cell. Write its column and row, for example C5."), cell=cell[:20])
    return int(found[2]), number_of(found[1])


def number_of(letters: str) -> int:
    """Column A is 1."""
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number


def letters_of(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    return f"{letters_of(column)}{row}"


def with_spot(there: list[Spot], new: Spot) -> list[Spot]:
    """The spots with one more, in the order of the form; a cell holds one thing."""
    kept = [one for one in there if (one.sheet, one.cell) != (new.sheet, new.cell)]
    if len(kept) >= MOST_SPOTS:
        text = N_("A form holds at most {limit} places that are filled. Point at a list of rows instead of single cells.")
        raise BadInput("report.too_many_spots", text, limit=MOST_SPOTS)
    return sorted([*kept, new], key=lambda one: (one.sheet, one.row, one.column))


def without_spot(there: list[Spot], sheet: int, cell: str) -> list[Spot]:
    return [one for one in there if (one.sheet, one.cell) != (sheet, cell)]


def covers(one: Spot, sheet: int, row: int, column: int) -> bool:
    """Whether a spot fills this cell."""
    if one.sheet != sheet:
        return False
    if one.kind != "list":
        return place_of(one.cell) == (row, column)
    inside = one.row <= row <= max(one.row, one.last_row)
    return inside and any(number_of(letters) == column for letters, _what in one.columns)


def require_sound(new: Spot) -> None:
    """Only what the program can fill is kept."""
    known = {"value": VALUES, "count": FIGURES, "list": LISTS}.get(new.kind)
    if known is None or new.what not in known:
        raise BadInput("report.what", N_("Choose what goes into {cell}."), cell=new.cell)
    if new.kind != "list":
        return
    if not new.columns:
        raise BadInput("report.no_columns", N_("A list needs at least one column. Choose what stands in each column."))
    if new.last_row < new.row:
        raise BadInput("report.last_row", N_("The last row ({last}) lies above the first ({first})."), last=new.last_row, first=new.row)
    if new.what == "named" and not any(what == "unit" for _letters, what in new.columns):
        raise BadInput("report.no_names", N_("Choose the column in which the form names the units."))
