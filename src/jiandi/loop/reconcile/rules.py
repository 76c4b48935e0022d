"""What stands on a sheet, and what a decision needs. Plain values; a sheet holds no free text."""

from __future__ import annotations

import json
from collections import Counter as Tally
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any

from jiandi.base import digests
from jiandi.base.errors import Unmet
from jiandi.base.text.words import N_
from jiandi.record.regimes import lights

KINDS = ("go_on", "press", "recheck", "other")
# Decisions that somebody must carry out; the next sheet starts from those still open.
TASKS = ("press", "recheck", "other")
COUNTED_OUT = ("withdrawn",)
FACETS = ("state", "lead", "due", "said", "done", "well")


@dataclass(frozen=True)
class Line:
    """One finding as it stood at a head of the trail."""

    finding_id: int
    unit_id: int | None
    state: str
    due: date | None
    is_said: bool
    is_done: bool
    is_well: bool
    days_overdue: int
    times_returned: int
    times_reopened: int


def make_lines(
    values: Mapping[str, Mapping[int, str]], returned: Mapping[int, int], reopened: Mapping[int, int], as_of: date
) -> list[Line]:
    """Lines in the order of the findings; ``values`` are facet -> finding -> value, an empty value is none."""
    return [
        Line(
            finding_id=finding_id,
            unit_id=int(lead) if (lead := values["lead"].get(finding_id, "")) else None,
            state=state,
            due=(due := _day(values["due"].get(finding_id, ""))),
            is_said=bool(values["said"].get(finding_id)),
            is_done=bool(values["done"].get(finding_id)),
            is_well=bool(values["well"].get(finding_id)),
            days_overdue=days_overdue(state, due, as_of),
            times_returned=returned.get(finding_id, 0),
            times_reopened=reopened.get(finding_id, 0),
        )
        for finding_id, state in sorted(values["state"].items())
        if state
    ]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def days_overdue(state: str, due: date | None, as_of: date) -> int:
    """Days since the agreed day, while an obligation still runs."""
    return (as_of - due).days if due is not None and lights.is_overdue(state, due, as_of) else 0


def canonical(lines: Iterable[Line]) -> bytes:
    """The one text of a sheet: an array per line, in the order of the findings, dates as ISO."""
    rows = [list(astuple(line)) for line in sorted(lines, key=lambda line: line.finding_id)]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"), default=str).encode()


def digest(lines: Iterable[Line], algorithm: str) -> str:
    return digests.digest(algorithm, b"sheet\n", canonical(lines))


def totals(lines: Iterable[Line]) -> dict[str, Any]:
    """The figures in the head of a sheet; the withdrawn are listed but leave the denominators."""
    kept = list(lines)
    live = [line for line in kept if line.state not in COUNTED_OUT]
    return {
        "total": len(kept),
        "counted": len(live),
        "by_state": dict(sorted(Tally(line.state for line in kept).items())),
        "said": sum(line.is_said for line in live),
        "done": sum(line.is_done for line in live),
        "well": sum(line.is_well for line in live),
        "overdue": sum(line.days_overdue > 0 for line in live),
        "returned": sum(line.times_returned for line in live),
        "reopened": sum(line.times_reopened for line in live),
    }


def unmet_decision(kind: str, text: str, due: date | None, today: date) -> list[Unmet]:
    """Everything that a decision still lacks."""
    if kind not in KINDS:
        return [Unmet("kind", N_("Choose one of the four decisions."))]
    found = []
    if kind in {"press", "other"} and not text.strip():
        found.append(Unmet("text", N_("Write what is to be done, in one sentence.")))
    if kind in {"press", "recheck"} and due is None:
        found.append(Unmet("due", N_("Set the day by which it is done.")))
    if due is not None and due < today:
        found.append(Unmet("past", N_("The day of the task is over already. Choose a later one.")))
    return found


# Where every item is on the day a phase ends: exactly one of these. The first four leave the open list.
LEFT = ("closed", "standing", "handed_over", "withdrawn")
CARRIED = ("awaiting", "long_term", "overdue", "extended", "within", "undated")
GROUPS = (*LEFT, *CARRIED)
_AWAITING = ("submitted", "verified")


@dataclass(frozen=True)
class Placed:
    """One item on the day of the change. Being overdue or extended is also told of those that another group holds."""

    finding_id: int
    unit_id: int | None
    state: str
    source: str
    due: date | None
    is_overdue: bool
    is_extended: bool
    is_well: bool
    group: str


@dataclass(frozen=True)
class Item:
    """A finding as it stands, before it is placed."""

    finding_id: int
    unit_id: int | None
    state: str
    source: str
    due: date | None
    first_due: date | None
    is_well: bool


def place(item: Item, today: date) -> Placed:
    """The one group of an item: what has left, what waits for others, then long term, overdue, extended, within its date."""
    state, due = item.state, item.due
    overdue = state not in LEFT and lights.is_overdue(state, due, today)
    extended = state not in LEFT and due is not None and item.first_due is not None and due > item.first_due
    group = _group(state, is_overdue=overdue, is_extended=extended, has_due=due is not None)
    return Placed(item.finding_id, item.unit_id, state, item.source, due, overdue, extended, item.is_well, group)


def _group(state: str, *, is_overdue: bool, is_extended: bool, has_due: bool) -> str:
    if state in LEFT:
        return state
    if state in _AWAITING:
        return "awaiting"
    if state == "long_term":
        return "long_term"
    if is_overdue:
        return "overdue"
    if is_extended:
        return "extended"
    return "within" if has_due else "undated"


def phase_totals(items: Iterable[Placed]) -> dict[str, Any]:
    """The statement: opened = what has left + what is carried over, in whole and for each source."""
    kept = list(items)
    groups = Tally(one.group for one in kept)
    sources: dict[str, Tally[str]] = {}
    for one in kept:
        sources.setdefault(one.source, Tally())[one.group] += 1
    return {
        "opened": len(kept),
        "groups": {group: groups[group] for group in GROUPS},
        "carried": sum(groups[group] for group in CARRIED),
        "overdue": sum(one.is_overdue for one in kept),
        "extended": sum(one.is_extended for one in kept),
        "seen_to_work": sum(one.is_well for one in kept if one.group == "closed"),
        "by_state": dict(sorted(Tally(one.state for one in kept).items())),
        "by_source": {source: {group: found[group] for group in GROUPS} for source, found in sorted(sources.items())},
    }


def adds_up(totals: Mapping[str, Any]) -> bool:
    """Whether every item is in exactly one group, in whole and over the sources."""
    whole = totals["groups"]
    over = Tally[str]()
    for found in totals["by_source"].values():
        over.update(found)
    return sum(whole.values()) == totals["opened"] and all(over[group] == n for group, n in whole.items())


@dataclass(frozen=True)
class PhaseFacts:
    """What a change of phase is decided on."""

    is_running: bool
    has_next: bool
    items_open: int
    opened: int
    planned_end: date | None
    today: date
    document: str = ""


def unmet_phase(f: PhaseFacts) -> list[Unmet]:
    """Everything that stands in the way of closing a phase."""
    found = []
    if not f.is_running:
        found.append(Unmet("ended", N_("The round is ended.")))
    if not f.has_next:
        found.append(Unmet("last", N_("No phase follows the one the round is in.")))
    if not f.opened:
        found.append(Unmet("empty", N_("The round has no findings yet.")))
    if f.items_open:
        text = N_("{n} items of the letter are neither covered, held elsewhere nor dropped. Settle them first, or they would be lost.")
        found.append(Unmet("items", text, {"n": f.items_open}))
    if f.planned_end and f.today <= f.planned_end and not f.document.strip():
        text = N_("The phase runs until {day}. To close it earlier, give the number of the document that allows it.")
        found.append(Unmet("early", text, {"day": f.planned_end.isoformat()}))
    return found
