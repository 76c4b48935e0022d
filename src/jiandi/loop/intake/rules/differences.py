"""Why a total of the old ledger differs from ours (差异说明): every difference goes to rows, by reason, or says that nobody knows.

For every total, row by row: how often the old ledger counts it, and whether we do. The sum of what each row explains, and what is
left unexplained, is always exactly the difference.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from jiandi.base.text.words import N_
from jiandi.loop.intake.rules.taking import CheckedRow, OldLine, state_from_word

FINISHED: Final = frozenset({"verified", "closed", "standing"})
AT_REST: Final = frozenset({*FINISHED, "handed_over", "withdrawn"})
REASONS: Final[dict[str, str]] = {
    "joined": N_("several measures of one problem stand in several rows: one problem here"),
    "unchecked": N_("the old ledger calls it finished, nobody has checked it here (counted apart)"),
    "basically": N_("“basically done” never counts as done, and its date still runs"),
    "word": N_("the old word is read as this state"),
    "withdrawn": N_("withdrawn: listed, but not counted"),
    "merged": N_("the same unit under another name"),
    "several": N_("several lead units in one cell: the first leads, the others support"),
    "unknown_unit": N_("no unit of this name is known"),
    "day": N_("its day has passed since the day of the ledger"),
    "changed": N_("changed here since it was taken over"),
}
_CLOSED: Final = re.compile(r"(?<!未)(?<!待)(?<!申请)(?<!拟)(?:销号|办结)")


@dataclass(frozen=True)
class Now:
    """A finding as it stands here today."""

    finding_id: int
    number: str
    title: str
    state: str
    lead_id: int | None
    is_done: bool
    is_unchecked: bool
    is_overdue: bool


@dataclass(frozen=True)
class Pair:
    """A problem of the old ledger and what became of it; ``states`` are what its words mean."""

    old: CheckedRow
    now: Now
    states: Mapping[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> tuple[OldLine, ...]:
        return self.old.lines or (OldLine(self.old.row, self.old.old_word, self.old.leads, self.old.due),)

    def state_of(self, line: OldLine) -> str:
        return (
            self.old.state
            if line.word[:60] == self.old.old_word
            else self.states.get(line.word) or state_from_word(line.word) or "in_progress"
        )


@dataclass(frozen=True)
class Part:
    """Rows that explain a part of a difference for one reason; ``pairs`` are places in the list of pairs."""

    reason: str
    amount: int
    pairs: tuple[int, ...]


@dataclass(frozen=True)
class Comparison:
    """One total: ``old`` + the parts + ``unexplained`` = ``ours``. ``place`` is the cell that states it, if one does."""

    key: str
    old: int
    ours: int
    parts: tuple[Part, ...]
    place: str = ""

    @property
    def difference(self) -> int:
        return self.ours - self.old

    @property
    def unexplained(self) -> int:
        return self.difference - sum(part.amount for part in self.parts)

    @property
    def is_alike(self) -> bool:
        return not self.difference and not self.parts


@dataclass(frozen=True)
class Total:
    """How a total is counted: by line of the old ledger, by problem of it, and here; ``why`` names the reason between the last two."""

    key: str
    by_line: Callable[[Pair, OldLine], bool]
    by_problem: Callable[[Pair], bool]
    here: Callable[[Pair], bool]
    why: Callable[..., str]


def compare(pairs: Sequence[Pair], stated: Mapping[str, tuple[int, str]], units: Mapping[str, int | None], as_of: date) -> list[Comparison]:
    """Every total that the old ledger has or states, ours beside it."""
    words, names, leads = _places(pairs)
    totals: list[tuple[Total, Sequence[int]]] = [(total, range(len(pairs))) for total in _of_all(as_of.isoformat())]
    totals += [(_of_word(word), places) for word, places in words.items()]
    totals += [(_of_unit(name, units), sorted({*places, *leads.get(units.get(name), ())})) for name, places in names.items()]
    counts_problems = _counts_problems(pairs, stated)
    found = [_compare(total, pairs, among, stated.get(total.key), counts_problems=counts_problems) for total, among in totals]
    known = {total.key for total, _among in totals}
    return found + [Comparison(key, n, 0, (), place) for key, (n, place) in stated.items() if key not in known]


def _places(pairs: Sequence[Pair]) -> tuple[dict[str, list[int]], dict[str, list[int]], dict[int | None, list[int]]]:
    """Where each word and each name of a unit stands, and what each unit leads here: a total looks at no other pair."""
    words: dict[str, list[int]] = defaultdict(list)
    names: dict[str, list[int]] = defaultdict(list)
    leads: dict[int | None, list[int]] = defaultdict(list)
    for at, pair in enumerate(pairs):
        for word in dict.fromkeys(line.word for line in pair.lines if line.word):
            words[word].append(at)
        for name in dict.fromkeys(name for line in pair.lines for name in line.leads):
            names[name].append(at)
        if pair.now.lead_id is not None:
            leads[pair.now.lead_id].append(at)
    return words, names, leads


def _counts_problems(pairs: Sequence[Pair], stated: Mapping[str, tuple[int, str]]) -> bool:
    """Whether the old ledger counts problems: its own total says so. Without one its rows are counted."""
    return "total" in stated and stated["total"][0] == len(pairs)


def _compare(
    total: Total, pairs: Sequence[Pair], among: Iterable[int], stated: tuple[int, str] | None, *, counts_problems: bool
) -> Comparison:
    parts: dict[str, list[tuple[int, int]]] = defaultdict(list)
    old = ours = 0
    for at in among:
        pair = pairs[at]
        as_problem = bool(total.by_problem(pair))
        as_lines = int(as_problem) if counts_problems else sum(total.by_line(pair, line) for line in pair.lines)
        here = bool(total.here(pair))
        old, ours = old + as_lines, ours + here
        if as_lines != as_problem:
            parts["joined"].append((at, as_problem - as_lines))
        if here != as_problem:
            parts[total.why(pair, was=as_problem)].append((at, here - as_problem))
    told = tuple(Part(reason, sum(n for _, n in some), tuple(at for at, _ in some)) for reason, some in parts.items())
    number, place = stated or (old, "")
    return Comparison(total.key, number, ours, told, place)


def _since(pair: Pair, *, was: bool = True) -> str:
    return "withdrawn" if was and pair.now.state == "withdrawn" else "changed"


def _of_all(as_of: str) -> tuple[Total, ...]:
    return (
        Total("total", lambda _p, _l: True, lambda _p: True, lambda p: p.now.state != "withdrawn", _since),
        Total("done", _line_done, lambda p: p.old.state in FINISHED or p.old.state == "basically_done", lambda p: p.now.is_done, _why_done),
        Total(
            "closed",
            lambda _p, line: bool(_CLOSED.search(line.word)),
            lambda p: bool(_CLOSED.search(p.old.old_word)),
            lambda p: p.now.state == "closed",
            lambda p, *, was: "word" if not was and p.old.state == "closed" else _since(p, was=was),
        ),
        Total(
            "overdue",
            lambda p, line: _ran_out(line.due, p.state_of(line), as_of),
            lambda p: _ran_out(p.old.due, p.old.state, as_of),
            lambda p: p.now.is_overdue,
            lambda p, *, was: _why_overdue(p, as_of, was=was),
        ),
    )


def _line_done(pair: Pair, line: OldLine) -> bool:
    return pair.state_of(line) in FINISHED or pair.state_of(line) == "basically_done"


def _why_done(pair: Pair, *, was: bool) -> str:
    if was and pair.now.is_unchecked:
        return "unchecked"
    return "basically" if was and pair.now.state == "basically_done" else _since(pair, was=was)


def _ran_out(due: str, state: str, as_of: str) -> bool:
    return bool(due) and due < as_of and state not in AT_REST and state != "basically_done"


def _why_overdue(pair: Pair, as_of: str, *, was: bool) -> str:
    if not was and pair.now.state == "basically_done":
        return "basically"
    return "day" if not was and pair.old.due >= as_of and pair.now.state == pair.old.state else _since(pair, was=was)


def _of_word(word: str) -> Total:
    kept = word[:60]
    return Total(
        f"word:{word}",
        lambda _p, line: line.word == word,
        lambda p: p.old.old_word == kept,
        lambda p: p.old.old_word == kept and p.now.state == p.old.state and p.now.state != "withdrawn",
        _since,
    )


def _of_unit(name: str, units: Mapping[str, int | None]) -> Total:
    unit = units.get(name)

    def why(pair: Pair, *, was: bool) -> str:
        if unit is None:
            return "unknown_unit"
        if not was:
            return "merged" if any(units.get(other) == unit for other in pair.old.leads[:1]) else "changed"
        return "several" if pair.old.leads[:1] != (name,) and pair.now.state != "withdrawn" else _since(pair, was=was)

    return Total(
        f"unit:{name}",
        lambda _p, line: name in line.leads,
        lambda p: name in p.old.leads,
        lambda p: unit is not None and p.now.lead_id == unit and p.now.state != "withdrawn",
        why,
    )
