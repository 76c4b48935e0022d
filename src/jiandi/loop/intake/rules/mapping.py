"""The mapping of a ledger: which column is which field, which state an old word means, which unit a name is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_

FIELDS: Final[Mapping[str, str]] = {
    "text": N_("Problem"),
    "title": N_("Title of the problem"),
    "category": N_("Category"),
    "outline_number": N_("Number in the old ledger"),
    "measure": N_("Measure"),
    "lead_units": N_("Lead unit"),
    "support_units": N_("Supporting units"),
    "due_text": N_("Due date"),
    "class": N_("Class"),
    "state": N_("State"),
    "done_text": N_("Day of completion"),
    "standard": N_("Standard of completion"),
    "goal": N_("Goal, where there is no standard"),
}
"""What a column may be. Anything else stays in the file, which is kept whole."""
MANY: Final = frozenset({"measure", "support_units"})
"""Fields that may have several columns; their cells are joined."""
STATES: Final = (
    "registered",
    "planned",
    "in_progress",
    "basically_done",
    "long_term",
    "submitted",
    "verified",
    "closed",
    "standing",
    "reopened",
    "handed_over",
    "withdrawn",
)
NEW: Final = "new"
LEAVE: Final = "leave"
SAME_AS: Final = "as:"
_SHARED: Final = 0.5
_BAD: Final = N_("The mapping is not understood at {place}. Its form is described under “mapping” in the reference.")


@dataclass(frozen=True)
class SheetMapping:
    """Of one sheet: its heading row as people count, and column letters -> field ("" leaves the column out)."""

    head: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    left_out: bool = False


@dataclass(frozen=True)
class LedgerMapping:
    """What a person chose. What is not named here is guessed.

    ``states``: word -> state. ``units``: name -> "new", "leave", or "as:" with the name of the unit it is.
    """

    sheets: Mapping[str, SheetMapping] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        sheets = {name: {"head": one.head, "columns": dict(one.columns), "left_out": one.left_out} for name, one in self.sheets.items()}
        return {"sheets": sheets, "states": dict(self.states), "units": dict(self.units)}

    @staticmethod
    def from_plain(values: Any) -> LedgerMapping:
        """From JSON; `BadInput` names the place that is not understood."""
        given = _table(values, "/")
        sheets = {name: _sheet(one, f"sheets/{name}") for name, one in _table(given.get("sheets", {}), "sheets").items()}
        states, units = (_table(given.get(part, {}), part) for part in ("states", "units"))
        _expect(set(given) <= {"sheets", "states", "units"}, "/")
        for word, state in states.items():
            _expect(state in STATES, f"states/{word}")
        for name, choice in units.items():
            _expect(is_unit_choice(choice), f"units/{name}")
        return LedgerMapping(sheets, states, units)


@dataclass(frozen=True)
class Remembered:
    """What was chosen for an issuer's form: its headings, heading -> field, and words and names as in a mapping."""

    headings: frozenset[str]
    columns: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


NOTHING: Final = Remembered(frozenset())


def closest(forms: Iterable[Remembered], headings: frozenset[str]) -> Remembered:
    """The remembered form with most of the same headings: a column more or less is still the same form. Newest first."""
    best, most = NOTHING, _SHARED
    for form in forms:
        every = form.headings | headings
        shared = len(form.headings & headings) / len(every) if every else 0.0
        if shared > most:
            best, most = form, shared
    return best


def is_unit_choice(choice: Any) -> bool:
    return isinstance(choice, str) and (choice in (NEW, LEAVE) or (choice.startswith(SAME_AS) and choice != SAME_AS))


def same_as(choice: str) -> str:
    """The unit's name a choice points to; empty when it points to none."""
    return choice.removeprefix(SAME_AS) if choice.startswith(SAME_AS) else ""


def remembered_as(recognised: Mapping[str, Any], mapping: LedgerMapping, before: Remembered = NOTHING) -> Remembered:
    """What is worth knowing when the form comes again: what is said now, and what was said ``before`` about words not seen this time.

    A heading that stands twice with different fields keeps none.
    """
    columns: dict[str, str] = {}
    headings: set[str] = set()
    twice: set[str] = set()
    for sheet in recognised.get("sheets", ()):
        said = mapping.sheets.get(sheet["key"], SheetMapping(left_out=not sheet["is_taken"]))
        for column in () if said.left_out else sheet["columns"]:
            heading, name = column["plain"], said.columns.get(column["letters"], column["field"])
            headings.add(heading)
            if columns.setdefault(heading, name) != name:
                twice.add(heading)
    kept = {heading: name for heading, name in columns.items() if heading and heading not in twice}
    states = {**_unseen(before.states, recognised, "states", "word"), **{word: state for word, state in mapping.states.items() if word}}
    units = {**_unseen(before.units, recognised, "units", "name"), **{name: to for name, to in mapping.units.items() if to != NEW}}
    return Remembered(frozenset(filter(None, headings)), kept, states, units)


def _unseen(said: Mapping[str, str], recognised: Mapping[str, Any], part: str, key: str) -> dict[str, str]:
    seen = {one[key] for one in recognised.get(part, ())}
    return {word: meaning for word, meaning in said.items() if word not in seen}


def unit_choices(recognised: Mapping[str, Any]) -> dict[str, str]:
    """What was said about each name, now or for an earlier ledger of the form."""
    return {one["name"]: one["choice"] for one in recognised.get("units", ()) if one["choice"]}


def meant_name(name: str, choices: Mapping[str, str]) -> str:
    """The unit's name a name in the ledger stands for, over several steps; empty when it is no unit."""
    seen: set[str] = set()
    while name not in seen:
        seen.add(name)
        choice = choices.get(name, NEW)
        if choice == LEAVE:
            return ""
        name = same_as(choice) or name
    return name


def doubled(columns: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Field, first and second column, for each field that may have one column and has two."""
    taken: dict[str, str] = {}
    found: list[tuple[str, str, str]] = []
    for letters, name in columns.items():
        if name and name not in MANY:
            first = taken.setdefault(name, letters)
            if first != letters:
                found.append((name, first, letters))
    return found


def _sheet(values: Any, place: str) -> SheetMapping:
    given = _table(values, place)
    columns = _table(given.get("columns", {}), f"{place}/columns")
    for letters, name in columns.items():
        _expect(name == "" or name in FIELDS, f"{place}/columns/{letters}")
    head = given.get("head")
    _expect(head is None or (type(head) is int and head > 0), f"{place}/head")
    _expect(isinstance(given.get("left_out", False), bool), f"{place}/left_out")
    for _name, _first, second in doubled(columns):
        _expect(False, f"{place}/columns/{second}")
    return SheetMapping(head, columns, given.get("left_out", False))


def _table(values: Any, place: str) -> dict[str, Any]:
    _expect(isinstance(values, dict) and all(isinstance(name, str) for name in values), place)
    found: dict[str, Any] = values
    return found


def _expect(holds: object, place: str) -> None:
    if not holds:
        raise BadInput("intake.bad_mapping", _BAD, place=place)
