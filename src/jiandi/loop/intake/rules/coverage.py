"""Two-way check: items of the letters that nothing covers, findings that stand in no letter (不能挂一漏万)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

STRUCTURE: Final = frozenset({"heading", "aside"})
"""Types of rows that name nothing to be done: headings, and stretches set aside with a reason."""
SETTLED: Final = frozenset({"covered", "held", "dropped"})


@dataclass(frozen=True)
class Covering:
    """An item as the check sees it."""

    item_id: int
    type: str
    state: str


@dataclass(frozen=True)
class Named:
    """A finding as the check sees it: where it came from and whether an item stands behind it."""

    finding_id: int
    source: str
    has_item: bool


@dataclass(frozen=True)
class Coverage:
    """``total`` and ``settled`` leave out headings and rows merged into others."""

    total: int
    settled: int
    open_items: tuple[int, ...]
    not_in_letter: tuple[int, ...]

    @property
    def left(self) -> int:
        return self.total - self.settled


def needs_cover(item: Covering) -> bool:
    return item.type not in STRUCTURE and item.state != "merged"


def coverage(items: Iterable[Covering], findings: Iterable[Named]) -> Coverage:
    """Open items, and findings without an item that did not come from elsewhere by their source."""
    counted = [item for item in items if needs_cover(item)]
    still = tuple(item.item_id for item in counted if item.state not in SETTLED)
    alone = tuple(f.finding_id for f in findings if not f.has_item and f.source not in ("self", "taken_over"))
    return Coverage(len(counted), len(counted) - len(still), still, alone)
