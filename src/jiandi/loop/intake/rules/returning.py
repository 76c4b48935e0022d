"""A ledger that comes back, beside the one that was handed out: cells that say something else, rows that are gone, new, or there twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from jiandi.base.text.words import N_

CHANGE, CONFLICT, SAME, REFUSED = "change", "conflict", "same", "refused"
TAKE, LEAVE = "take", "leave"

_STATE: Final = N_("A state is never set by a file. Use the step in the case file: it asks for what the rules ask.")
_DATE: Final = N_("An approved date does not change by a file. A later date needs an approved extension; tell the office.")
_FACT: Final = N_("What the letter or the register says does not change by a file. If it is wrong, tell the office.")
_PLAN: Final = N_("This belongs to the approved plan. Change it in the plan, where it is reviewed.")
_PROOF: Final = N_("Claims, evidence and checks have people who answer for them. Enter it in the case file.")
_REASONS: Final[dict[str, str]] = {
    "state": _STATE,
    **dict.fromkeys(("due", "due_now", "due_text", "next_review", "completed_on"), _DATE),
    **dict.fromkeys(("class", "cause", "goal", "standard", "measures", "stage_goals", "lead", "supports", "responsible"), _PLAN),
    **dict.fromkeys(("result", "evidence", "institutions", "checker", "checked_on", "check_method", "check_result", "percent"), _PROOF),
}
GONE: Final = N_("Row {number} “{title}” was in the file that was handed out and is missing now. Nothing happens to the finding.")
ADDED: Final = N_("Row {number} “{title}” was added in the file. Findings are registered under Intake, where their source is named.")
TWICE: Final = N_("Finding {number} “{title}” stands in several rows. None of them is looked at. Leave one and hand the file in again.")
STRANGE: Final = N_("The column “{heading}” is missing or was renamed. Its cells are left as they are.")
MOST_TOLD: Final = 200


class Cell(Protocol):
    """The words of a cell and its address."""

    @property
    def text(self) -> str: ...
    @property
    def place(self) -> str: ...


class Row(Protocol):
    """A row with its key."""

    @property
    def number(self) -> int: ...
    @property
    def finding_id(self) -> int: ...
    @property
    def version(self) -> int: ...
    @property
    def cells(self) -> Sequence[Cell]: ...


class Sheet(Protocol):
    """Headings and rows."""

    @property
    def headings(self) -> Sequence[str]: ...
    @property
    def rows(self) -> Sequence[Row]: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that says something else than when it was handed out. ``was`` and ``said`` are the words of both files."""

    row: int
    finding_id: int
    version: int
    field: str
    heading: str
    place: str
    was: str
    said: str


@dataclass(frozen=True)
class Compared:
    """Differences, and (text, params) of what is told beside them."""

    rows: int
    differences: list[Difference] = field(default_factory=list)
    told: list[tuple[str, dict[str, object]]] = field(default_factory=list)


def why_locked(name: str) -> str:
    """Why a column does not come back, and what to do instead."""
    return _REASONS.get(name, _FACT)


def compare(out: Sheet, back: Sheet, fields: Sequence[str]) -> Compared:
    """``fields`` names what each column of the file that was handed out stands for."""
    found = Compared(sum(bool(row.finding_id) for row in back.rows))
    before = {row.finding_id: row for row in out.rows if row.finding_id}
    times = Counter(row.finding_id for row in back.rows if row.finding_id)
    pairs = _columns(out, back, found)
    for row in back.rows:
        kept = before.get(row.finding_id)
        if kept is None:
            found.told.append((ADDED, {"number": row.number, "title": _title(row)}))
        elif times[row.finding_id] == 1:
            found.differences.extend(_differences(kept, row, pairs, out.headings, fields))
    for key, kept in before.items():
        if times[key] != 1:
            found.told.append((TWICE if times[key] else GONE, {"number": kept.number, "title": _title(kept)}))
    return found


def _columns(out: Sheet, back: Sheet, found: Compared) -> list[tuple[int, int]]:
    """Columns by their headings, as they may have been moved; of equal ones the first meets the first."""
    left = list(enumerate(back.headings))
    pairs: list[tuple[int, int]] = []
    for column, heading in enumerate(out.headings):
        at = next((n for n, (_there, name) in enumerate(left) if plain(name) == plain(heading)), None)
        if at is None:
            found.told.append((STRANGE, {"heading": heading}))
        else:
            pairs.append((column, left.pop(at)[0]))
    return pairs


def _differences(
    kept: Row, row: Row, pairs: Iterable[tuple[int, int]], headings: Sequence[str], fields: Sequence[str]
) -> Iterable[Difference]:
    for column, there in pairs:
        old, new = kept.cells[column].text, row.cells[there].text
        if plain(old) != plain(new) and fields[column] != "serial":
            name, heading = fields[column], headings[column]
            yield Difference(row.number, row.finding_id, kept.version, name, heading, row.cells[there].place, old, new)


def plain(words: str) -> str:
    """Programs write line ends and spaces in their own ways."""
    return " ".join(words.split())


def _title(row: Row) -> str:
    longest = max((cell.text for cell in row.cells[:6]), key=len, default="")
    return plain(longest)[:40]


def kind_of(was: str, now: str, said: str) -> str:
    """How a cell stands: only the file changed it, both did, or both say the same by now."""
    if plain(now) == plain(said):
        return SAME
    return CHANGE if plain(now) == plain(was) else CONFLICT
