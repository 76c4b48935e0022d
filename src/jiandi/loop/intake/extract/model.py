"""What the extraction finds: items with exact spans, and the outline they stand in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from jiandi.loop.intake.extract.terms import Term

ItemType = Literal["finding", "measure", "directive", "result"]
DocumentKind = Literal["feedback", "plan", "progress", "reply", "speech", "news", "official", "ledger"]


OwnedBy = Literal["", "field", "bracket", "prose", "above", "letter"]


@dataclass(frozen=True)
class Span:
    """``text[start:end]``."""

    start: int
    end: int

    def __bool__(self) -> bool:
        return self.end > self.start


@dataclass(frozen=True)
class OutlineItem:
    """A numbered heading or paragraph: its printed number, its words, and where it hangs."""

    number: str
    title: str
    start: int
    end: int
    depth: int
    parent: int | None


@dataclass(frozen=True)
class Deadline:
    """What stands in the fields deadline, deadline_text and milestones of an item, and what it comes to."""

    deadline: str
    text: str
    term: Term
    milestones: tuple[date, ...] = ()


@dataclass(eq=False)
class Draft:
    """An item while the walk still learns about it."""

    type: ItemType
    start: int
    end: int
    reason: str
    level: tuple[str, ...] = ()
    parent: Draft | None = None
    lead: list[str] = field(default_factory=list)
    support: list[str] = field(default_factory=list)
    deadline: str | None = None
    deadline_text: str | None = None
    milestones: tuple[date, ...] = ()
    term: Term | None = None
    status: str | None = None
    owned_by: OwnedBy = ""

    def fall_due(self, found: Deadline) -> None:
        """Take over a deadline with all it says."""
        self.deadline, self.deadline_text = found.deadline, found.text
        self.milestones, self.term = found.milestones, found.term


@dataclass(frozen=True)
class Item:
    """One finding, measure, directive or result; ``text`` is always the slice of the document."""

    id: int
    type: ItemType
    level: tuple[str, ...]
    text: str
    start: int
    end: int
    head_end: int
    parent: int | None
    lead: tuple[str, ...]
    support: tuple[str, ...]
    deadline: str | None
    deadline_text: str | None
    milestones: tuple[date, ...]
    term: Term | None
    status: str | None
    numbers: tuple[str, ...]
    confidence: float
    reason: str
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Extraction:
    """All that was found, in the order of the text; ``rest`` are the lines nothing was made of."""

    kind: DocumentKind
    items: tuple[Item, ...]
    outline: tuple[OutlineItem, ...]
    rest: tuple[Span, ...] = ()
