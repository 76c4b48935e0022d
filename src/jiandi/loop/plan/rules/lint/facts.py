"""What the linter looks at and what it says: plain facts in, marks out. No Django here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

from jiandi.base.errors import Unmet
from jiandi.base.text import normalise
from jiandi.base.text.words import Word
from jiandi.record.regimes.planning import Fit

# A copy or an older rule that a sentence speaks of; whether it may be named depends on who reads.
MEASURE, RULE = "measure", "rule"
TYPED: Final = ""
# Values of sentences that are themselves messages.
_WORDS: Final = frozenset({"kind"})


@dataclass(frozen=True)
class Like:
    """Another thing that is like this measure: its kind and key, and (a rule) its title."""

    kind: str
    key: int
    title: str = ""


@dataclass(frozen=True)
class Draft:
    """A measure as the linter sees it. ``number`` is empty while it is typed; ``likes`` are found beforehand, by rule code.

    ``is_lowest``: its lead is the lowest unit of its branch, with another unit between it and the inspected one.
    """

    number: int | str
    text: str
    kind: str
    horizon: str
    due: date | None
    standard: str = ""
    recurs: str = ""
    rule_verb: str = ""
    lead: str = ""
    lead_path: str = ""
    is_lowest: bool = False
    has_goals: bool = False
    is_typed: bool = False
    likes: Mapping[str, Like] = field(default_factory=dict)

    @cached_property
    def plain(self) -> str:
        """The text in its normal form; many rules look at it."""
        return normalise.plain(self.text)


@dataclass(frozen=True)
class Case:
    """A finding with its measures and what its regime and its surroundings say. ``owners``: (name, path) of the units whose causes it has."""

    number: str
    measures: tuple[Draft, ...]
    title: str = ""
    category: str = ""
    klass: str = "time_limited"
    standard: str = ""
    effect_measure: str = ""
    excuse: str = ""
    is_common: bool = False
    needs_prevent: bool = True
    is_checked_elsewhere: bool = False
    phase_end: date | None = None
    owners: tuple[tuple[str, str], ...] = ()
    fits: tuple[Fit, ...] = ()

    def of(self, draft: Draft) -> dict[str, Any]:
        """The values a sentence about one measure begins with."""
        return {"number": draft.number}


@dataclass(frozen=True)
class Mark:
    """One sentence of the linter: what is missing and why it matters. ``measure`` is empty where it is about the finding.

    ``named`` is the same sentence for those who may see what ``like`` points at.
    """

    code: str
    text: str
    params: dict[str, Any] = field(default_factory=dict)
    measure: int | str = ""
    finding: str = ""
    level: str = "warning"
    named: str = ""
    like: Like | None = None

    def unmet(self) -> Unmet:
        return Unmet(self.code, self.text, self.params)

    def as_stored(self) -> dict[str, Any]:
        """As the plan version keeps it."""
        kept = {"code": self.code, "level": self.level, "finding": self.finding, "measure": self.measure, "text": self.text}
        like = {"named": self.named, "like": [self.like.kind, self.like.key]} if self.like else {}
        return {**kept, "params": self.params, **like}


def from_stored(kept: Mapping[str, Any]) -> Mark:
    like = Like(*kept["like"]) if kept.get("like") else None
    names = ("code", "text", "measure", "finding", "level")
    params = {name: Word(value) if name in _WORDS else value for name, value in kept["params"].items()}
    return Mark(**{name: kept[name] for name in names}, params=params, named=kept.get("named", ""), like=like)


Marks = Iterator[Mark]
