"""From what was extracted to the rows of a review."""

from __future__ import annotations

import bisect
import itertools

from jiandi.base.text.words import N_
from jiandi.loop.intake import rules
from jiandi.loop.intake.extract import Extraction, Item, OutlineItem

NOT_RECOGNISED = N_("The reader could not tell what this is. Choose its type, or drop it with a reason.")
ALL_PERCENT = 100
UNSURE = 30
DOUBTS_TOLD = 2
SHORT_HEADING = 60


def proposals_of(found: Extraction) -> list[rules.Proposal]:
    """Items and the outline they stand in, as one list from top to bottom; no numbered paragraph is left out."""
    headings = _untouched(found)
    rows: list[Item | OutlineItem] = sorted([*found.items, *headings], key=lambda one: (one.start, -one.end))
    place_of = {id(row): place for place, row in enumerate(rows)}
    items = {item.id: place_of[id(item)] for item in found.items}
    above = _places_above(found, place_of)
    grouping = {item.parent for item in found.items if item.type == "finding" and item.parent is not None}
    holding = set(above.values())
    return [
        _from_item(row, items, above, grouping) if isinstance(row, Item) else _from_outline(row, place_of, above, holding, len(rows))
        for row in rows
    ]


def _untouched(found: Extraction) -> list[OutlineItem]:
    """Outline entries no item lies in."""
    starts = [item.start for item in found.items]
    reach = [0, *itertools.accumulate((item.end for item in found.items), max)]
    return [one for one in found.outline if reach[bisect.bisect_left(starts, one.end)] <= one.start]


def _places_above(found: Extraction, place_of: dict[int, int]) -> dict[int, int]:
    """For each row, the place of the heading it stands under."""
    above: dict[int, int] = {}
    ends = [one.end for one in found.outline]
    for item in found.items:
        if item.parent is None:
            at = bisect.bisect_right(ends, item.start)
            inside = at < len(ends) and found.outline[at].start < item.end
            first = found.outline[at].parent if inside else at - 1 if at else None
            _keep(above, place_of.get(id(item)), _first_row(found.outline, first, place_of))
    for one in found.outline:
        _keep(above, place_of.get(id(one)), _first_row(found.outline, one.parent, place_of))
    return above


def _keep(above: dict[int, int], place: int | None, parent: int | None) -> None:
    if place is not None and parent is not None and parent < place:
        above[place] = parent


def _first_row(outline: tuple[OutlineItem, ...], at: int | None, place_of: dict[int, int]) -> int | None:
    """The nearest outline entry, from ``at`` upwards, that is a row itself."""
    while at is not None and id(outline[at]) not in place_of:
        at = outline[at].parent
    return None if at is None else place_of[id(outline[at])]


def _from_item(item: Item, items: dict[int, int], above: dict[int, int], grouping: set[int]) -> rules.Proposal:
    parent = items.get(item.parent) if item.parent is not None else above.get(items[item.id])
    groups = item.type == "finding" and item.id in grouping and len(item.text) <= SHORT_HEADING
    return rules.Proposal(
        type="heading" if groups else item.type,
        text=item.text,
        start=item.start,
        end=item.end,
        parent=parent if parent is None or parent < items[item.id] else None,
        level=" ".join(item.level),
        lead=item.lead,
        support=item.support,
        due_text=item.deadline_text or "",
        confidence=round(item.confidence * ALL_PERCENT),
        doubt="\n".join(item.doubts[:DOUBTS_TOLD]) or item.reason,
    )


def _from_outline(one: OutlineItem, place_of: dict[int, int], above: dict[int, int], holding: set[int], count: int) -> rules.Proposal:
    """A heading over something is structure; a numbered paragraph with nothing below it is a row nobody understood."""
    place = place_of[id(one)]
    holds = place in holding and place + 1 < count
    return rules.Proposal(
        type="heading" if holds else "finding",
        text=one.title if holds else "",
        start=one.start,
        end=one.end,
        parent=above.get(place),
        level=one.number if holds else "",
        confidence=ALL_PERCENT if holds else UNSURE,
        doubt="" if holds else NOT_RECOGNISED,
    )
