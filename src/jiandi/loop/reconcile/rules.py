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
