"""What differs between two profiles, row by row. Pure: codes and values, no words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final, Literal

from jiandi.record.regimes.parts import Profile

Kind = Literal["added", "removed", "moved", "changed"]
# By what a row is known as the same row in another version.
KEYS: Final = {
    "phases": "code",
    "classes": "code",
    "ledger_columns": "field",
    "required": "state",
    "lights": "code",
    "ladder": "level",
    "closing_chain": "code",
    "rhythm": "for_class",
    "report_blocks": "code",
    "score_items": "code",
    "score_vetoes": "code",
    "grades": "code",
}
UNCOUNTED: Final = frozenset({"code", "version"})


@dataclass(frozen=True)
class Difference:
    """One thing that is another in ``new``: a field of a part or of one of its rows, or a whole row.

    ``row`` is the row itself (of the new version where it exists there), None where the part has no rows;
    ``place`` counts its row from 1 in the version it is taken from.
    """

    part: str
    kind: Kind
    field: str = ""
    before: Any = None
    after: Any = None
    row: Any = None
    place: int = 0


def between(old: Profile, new: Profile) -> list[Difference]:
    """Everything that differs, in the order of the profile's parts; code and version are not counted."""
    found: list[Difference] = []
    for part in fields(Profile):
        before, after = getattr(old, part.name), getattr(new, part.name)
        if part.name in UNCOUNTED or before == after:
            continue
        found += _of_rows(part.name, before, after) if has_rows(before, after) else _of_one(part.name, before, after)
    return found


def has_rows(*values: Any) -> bool:
    """Whether a part is a table of rows."""
    return any(isinstance(value, tuple) and value and is_dataclass(value[0]) for value in values)


def flat(part: Any) -> dict[str, Any]:
    """A part's values by dotted name: ``{"name.zh": "制定方案", "length": 1}``."""
    return dict(_flat(part, ""))


def _flat(part: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for one in fields(part):
        value = getattr(part, one.name)
        if is_dataclass(value):
            yield from _flat(value, f"{prefix}{one.name}.")
        else:
            yield f"{prefix}{one.name}", value


def _of_one(part: str, before: Any, after: Any) -> list[Difference]:
    if not is_dataclass(before):
        return [Difference(part, "changed", "", before, after)]
    return _changed(part, before, after, None, 0)


def _changed(part: str, before: Any, after: Any, row: Any, place: int) -> list[Difference]:
    old, new = flat(before), flat(after)
    return [Difference(part, "changed", name, old[name], new[name], row, place) for name in new if old[name] != new[name]]


def _of_rows(part: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> list[Difference]:
    old, new = _keyed(part, before), _keyed(part, after)
    gone = [Difference(part, "removed", row=row, place=place) for key, (place, row) in old.items() if key not in new]
    found: list[Difference] = []
    moved = _moved([key for key in old if key in new], [key for key in new if key in old])
    for key, (place, row) in new.items():
        if key not in old:
            found.append(Difference(part, "added", row=row, place=place))
            continue
        if key in moved:
            found.append(Difference(part, "moved", before=old[key][0], after=place, row=row, place=place))
        found += _changed(part, old[key][1], row, row, place)
    return [*found, *gone]


def _keyed(part: str, rows: tuple[Any, ...]) -> dict[Any, tuple[int, Any]]:
    """Rows by what names them; doubled keys (a draft may hold them) are told apart by their turn."""
    found: dict[Any, tuple[int, Any]] = {}
    for place, row in enumerate(rows, start=1):
        key = getattr(row, KEYS.get(part, fields(row)[0].name))
        turn = sum(1 for known, _turn in found if known == key)
        found[key, turn] = (place, row)
    return found


def _moved(old: list[Any], new: list[Any]) -> set[Any]:
    """The fewest rows that must move to make one order of the other: those outside the longest common run."""
    at = {key: place for place, key in enumerate(old)}
    runs: list[list[Any]] = []
    for key in new:
        before = [run for run in runs if at[run[-1]] < at[key]]
        runs.append([*_longest(before), key])
    return set(new) - set(_longest(runs))


def _longest(runs: list[list[Any]]) -> list[Any]:
    return max(runs, key=len, default=[])
