"""How sure an item is, and why not surer: where it was found, then what about it is doubtful.

The weights are coarse on purpose. docs/develop/extraction.md has how often items of each band were right.
"""

from __future__ import annotations

from typing import Final

from jiandi.base.text.words import N_
from jiandi.loop.intake.extract import items, tables
from jiandi.loop.intake.extract.model import DocumentKind, Draft

PROSE_OWNER: Final = N_("The unit is read from the sentence, not from a label.")
LETTER_OWNER: Final = N_("No unit is named; the body the letter is about is offered.")
HANDED_DOWN: Final = N_("Unit or deadline come from the heading above.")
YEAR_SUPPLIED: Final = N_("The year of the deadline is not printed; the year named before it is taken.")
NO_DAY: Final = N_("The deadline names no day.")
TWO_DAYS: Final = N_("Several days are named; the last one is taken.")
NO_SUCH_DAY: Final = N_("The deadline is not a day of the calendar.")
LONG: Final = N_("It is long and may hold several items.")
SHORT: Final = N_("It is very short.")
ALONE: Final = N_("No problem was found that it belongs to.")

_FOUND: Final[dict[str, float]] = {
    items.LABELLED: 0.95,
    tables.CELL: 0.95,
    items.ABOUT: 0.95,
    items.NUMBERED: 0.92,
    items.SECTION: 0.9,
    items.UNDER_FINDING: 0.88,
    items.DATED: 0.82,
    items.STATED: 0.72,
    items.OUTCOME: 0.75,
    items.ASKED: 0.7,
    items.FOLLOWS: 0.68,
    items.TOPIC: 0.6,
    items.AHEAD: 0.4,
}
_LESS: Final[dict[str, float]] = {
    NO_SUCH_DAY: 0.4,
    LETTER_OWNER: 0.2,
    PROSE_OWNER: 0.15,
    LONG: 0.15,
    YEAR_SUPPLIED: 0.13,
    ALONE: 0.1,
    SHORT: 0.1,
    NO_DAY: 0.1,
    TWO_DAYS: 0.08,
    HANDED_DOWN: 0.06,
}
_OWNERS: Final = {"prose": PROSE_OWNER, "letter": LETTER_OWNER, "above": HANDED_DOWN}
_DOES: Final = ("plan", "progress", "reply", "ledger")
_MANY_LETTERS: Final = 600
_FEW_LETTERS: Final = 6
_LEAST: Final = 0.1


def weighed(draft: Draft, kind: DocumentKind, *, has_findings: bool) -> tuple[float, tuple[str, ...]]:
    """Confidence from 0 to 1, and the doubts about an item, the gravest first."""
    found = _doubts(draft, kind, has_findings=has_findings)
    doubts = tuple(doubt for doubt in _LESS if doubt in found)
    sure = _FOUND.get(draft.reason, 0.5) - sum(_LESS[doubt] for doubt in doubts)
    return max(round(sure, 2), _LEAST), doubts


def _doubts(draft: Draft, kind: DocumentKind, *, has_findings: bool) -> set[str]:
    length = draft.end - draft.start
    found = {LONG} if length > _MANY_LETTERS else {SHORT} if length < _FEW_LETTERS else set()
    if (draft.lead or draft.support) and draft.owned_by in _OWNERS:
        found.add(_OWNERS[draft.owned_by])
    if has_findings and kind in _DOES and draft.type == "measure" and draft.parent is None:
        found.add(ALONE)
    return found | _about_the_term(draft)


def _about_the_term(draft: Draft) -> set[str]:
    term = draft.term
    if term is None:
        return set()
    found = {NO_SUCH_DAY} if term.fault else set()
    if term.last_day is None and term.relative is None and term.duty is None and not (term.at_once or term.goes_on or term.fault):
        found.add(NO_DAY)
    if term.year_supplied:
        found.add(YEAR_SUPPLIED)
    return found | ({TWO_DAYS} if draft.milestones else set())
