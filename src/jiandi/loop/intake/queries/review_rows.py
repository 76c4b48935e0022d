"""One row of the review: what it says, what about it is uncertain, and what a person may choose by one key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from jiandi.loop.intake import rules
from jiandi.loop.intake.extract import confidence
from jiandi.loop.intake.queries.deadlines import Deadlines, Proposed
from jiandi.record.ledger.models import LetterItem

DEEPEST: Final = 4
CHOICES: Final = 9
GUESSED: Final = frozenset({confidence.PROSE_OWNER, confidence.LETTER_OWNER, confidence.HANDED_DOWN, rules.SHORTENED})
"""Doubts about the unit of a row: it is shown as less sure, however sure the row is."""


@dataclass(frozen=True)
class Shown:
    """What surrounds the rows: pages of the file, who touched a row lately, the order asked for."""

    pages: Mapping[int, int] = field(default_factory=dict)
    touched: Mapping[int, str] = field(default_factory=dict)
    by_doubt: bool = False


@dataclass(frozen=True)
class Candidate:
    """A unit that a row may mean, and the key that chooses it."""

    key: int
    unit_id: int
    name: str


@dataclass(frozen=True)
class ItemRow:
    """A row of the review; ``doubts`` are message ids, shown when confidence is low; ``belongs`` is the row it stands under,
    where the indent does not show it."""

    item: LetterItem
    depth: int
    doubts: tuple[str, ...]
    due: Proposed
    is_low: bool
    is_unit_guessed: bool
    candidates: tuple[Candidate, ...]
    candidates_left: int
    means_many: bool
    is_open: bool
    next_step: str
    asks_approval: bool
    belongs: LetterItem | None
    page: int
    touched_by: str

    @property
    def day(self) -> str:
        last = self.due.due.last_day
        return last.isoformat() if last else ""


def row_of(
    item: LetterItem,
    by_id: Mapping[int, LetterItem],
    above: list[int],
    deadlines: Deadlines,
    shown: Shown,
    units: tuple[rules.Table, Mapping[int, str]],
) -> ItemRow:
    """``above`` keeps the line of rows under which the next one would seem to stand."""
    is_low = item.confidence < rules.LOW and not item.confirmed
    depth = _depth(item, by_id)
    meant, many, left = _candidates(item, *units)
    return ItemRow(
        item=item,
        depth=0 if shown.by_doubt else min(depth, DEEPEST),
        doubts=tuple(item.doubt.splitlines()) if is_low else (),
        due=deadlines.of(item),
        is_low=is_low,
        is_unit_guessed=not item.confirmed and any(doubt in GUESSED for doubt in item.doubt.splitlines()),
        candidates=meant,
        candidates_left=left,
        means_many=many,
        is_open=item.state == "open",
        next_step="confirm" if item.state == "open" and not item.confirmed else "",
        asks_approval=item.state == "drop_asked",
        belongs=_belongs(item, by_id, above, depth, shown),
        page=shown.pages.get(item.pk, 0),
        touched_by=shown.touched.get(item.pk, ""),
    )


def _depth(item: LetterItem, by_id: Mapping[int, LetterItem]) -> int:
    depth, parent = 0, by_id.get(item.parent_id or 0)
    while parent is not None and depth < DEEPEST:
        depth, parent = depth + 1, by_id.get(parent.parent_id or 0)
    return depth


def _belongs(item: LetterItem, by_id: Mapping[int, LetterItem], above: list[int], depth: int, shown: Shown) -> LetterItem | None:
    """The parent, if a reader of the list would take another row for it."""
    seeming = above[depth - 1] if 0 < depth <= len(above) else None
    del above[depth:]
    above.append(item.pk)
    if item.parent_id is None or (item.parent_id == seeming and not shown.by_doubt):
        return None
    return by_id.get(item.parent_id)


def _candidates(item: LetterItem, table: rules.Table, names: Mapping[int, str]) -> tuple[tuple[Candidate, ...], bool, int]:
    """Units that fit the words of a row without a unit."""
    if item.unit_id is not None or item.state != "open" or not item.lead_text:
        return (), False, 0
    found = next(iter(rules.resolve_units([item.lead_text], table)), None)
    ids = [one for one in found.candidates if one in names] if found else []
    many = found is not None and found.doubt == rules.MANY_MEANT and len(ids) > 1
    offered = tuple(Candidate(key, one, names[one]) for key, one in enumerate(ids[:CHOICES], start=1))
    return offered, many, max(0, len(ids) - CHOICES)
