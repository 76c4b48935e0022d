"""The two panes of a letter's review: its text with coloured stretches, and its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Sum

from jiandi.loop.intake import rules
from jiandi.loop.intake.queries.deadlines import Deadlines
from jiandi.loop.intake.queries.pieces import Piece, page_starts, pages_of, pieces_of, unread_of
from jiandi.loop.intake.queries.review_rows import ItemRow, Shown, row_of
from jiandi.loop.intake.queries.reviewers import Reviewer, others_at
from jiandi.loop.intake.queries.sheets import places_of
from jiandi.loop.intake.queries.units import living_units, unit_table
from jiandi.record.ledger import targets
from jiandi.record.ledger.models import Finding, Letter, LetterItem, Round
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor

ROWS = 100
TITLE = 16
UNSURE = "unsure"
"""The order in which only rows that nobody has confirmed are shown, the least certain first."""


@dataclass(frozen=True)
class Unread:
    """A stretch that no row holds, as the list above the rows shows it."""

    start: int
    end: int
    words: str
    page: int

    @property
    def key(self) -> str:
        return f"{self.start}-{self.end}"


@dataclass(frozen=True)
class Review:
    """Everything the review page shows. ``ready`` rows would be registered now; ``alone`` ones stand under no finding."""

    letter: Letter
    rows: list[ItemRow]
    page: Page[LetterItem]
    coverage: rules.Coverage
    order: str
    confirmed: int
    open_rows: int
    unsure: int
    ready: int
    alone: int
    next_open: int | None
    next_page: int
    items: list[LetterItem]
    places: list[Any]
    unread: tuple[Unread, ...]
    reviewers: list[Reviewer]
    stamp: str
    may_review: bool
    may_drop: bool

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The text for the left pane; most steps change the right one alone."""
        alone = [rules.Stretch(one.start, one.end) for one in self.unread]
        return pieces_of(self.letter.text, self.items, alone, page_starts(self.places))

    @property
    def is_running(self) -> bool:
        return self.letter.state == "in_review" and self.may_review

    @property
    def is_by_doubt(self) -> bool:
        return self.order == UNSURE


def items_of(letter: Letter) -> list[LetterItem]:
    """Rows of a letter that are still rows, from top to bottom."""
    found = LetterItem.objects.filter(letter=letter).exclude(state="merged")
    items = list(found.select_related("unit", "covered_by").order_by("place", "start", "pk"))
    for item in items:
        item.letter = letter
    return items


def review(letter: Letter, actor: Actor, page: int, order: str = "", opened: int | None = None) -> Review:
    """Rows of one page (that of the row with an open form), counts of all of them, and the whole text."""
    items = items_of(letter)
    unread = unread_of(letter, items)
    places = places_of(letter)
    target = targets.of_round(letter.round)
    listed = _by_doubt(items) if order == UNSURE else items
    held = next((at for at, item in enumerate(listed) if item.pk == opened), None)
    shown = Paginator(listed, ROWS).get_page(page if held is None else held // ROWS + 1)
    waiting = [i for i in items if i.state == "open"]
    alone = _alone(items)
    next_open = next((i for i in waiting if i.type != "heading"), None)
    reviewers, touched = others_at(letter, actor)
    pages = pages_of(items, places)
    return Review(
        letter=letter,
        rows=_rows(letter, items, list(shown), Shown(pages, touched, by_doubt=order == UNSURE)),
        page=shown,
        coverage=coverage_of(items, letter.round_id),
        order=order,
        confirmed=sum(i.confirmed for i in items if i.type not in rules.STRUCTURE),
        open_rows=len(waiting),
        unsure=sum(not i.confirmed for i in waiting),
        ready=sum(i.confirmed for i in waiting if i.pk not in alone and i.type in ("finding", "measure")),
        alone=len(alone),
        next_open=next_open.pk if next_open else None,
        next_page=listed.index(next_open) // ROWS + 1 if next_open in listed else 1,
        items=items,
        places=places,
        unread=_named(letter.text, unread, places),
        reviewers=_titled(reviewers, items),
        stamp=stamp(letter),
        may_review=decide.may(actor, "letter.review", target),
        may_drop=decide.may(actor, "letter_item.drop", target),
    )


def _titled(reviewers: Iterable[Reviewer], items: Iterable[LetterItem]) -> list[Reviewer]:
    by_id = {item.pk: item for item in items}
    return [replace(one, title=rules.title_of(by_id[one.item_id].text, TITLE)) for one in reviewers if one.item_id in by_id]


def _by_doubt(items: Sequence[LetterItem]) -> list[LetterItem]:
    return sorted((i for i in items if i.state == "open" and not i.confirmed), key=lambda i: i.confidence)


def _rows(letter: Letter, items: Sequence[LetterItem], listed: Sequence[LetterItem], shown: Shown) -> list[ItemRow]:
    """Units are looked up only where a row names one that is not known."""
    by_id = {item.pk: item for item in items}
    deadlines = Deadlines(letter)
    asking = [item for item in listed if item.state == "open" and item.unit_id is None and item.lead_text]
    table: Mapping[str, tuple[int, ...]] = unit_table() if asking else {}
    names: dict[int, str] = dict(living_units().values_list("pk", "name")) if asking else {}
    above: list[int] = []
    return [row_of(item, by_id, above, deadlines, shown, (table, names)) for item in listed]


def _named(text: str, unread: Iterable[rules.Stretch], places: Sequence[Sequence[int]]) -> tuple[Unread, ...]:
    starts = sorted(page_starts(places).items())

    def page(at: int) -> int:
        return next((number for start, number in reversed(starts) if start <= at), 0)

    return tuple(Unread(one.start, one.end, text[one.start : one.end], page(one.start)) for one in unread)


def _alone(items: Sequence[LetterItem]) -> set[int]:
    """Open rows that no finding row stands above: registering cannot cover them."""
    by_id = {item.pk: item for item in items}

    def serves(item: LetterItem) -> bool:
        above = by_id.get(item.parent_id or 0)
        while above is not None and above.type != "finding":
            above = by_id.get(above.parent_id or 0)
        return above is not None

    return {i.pk for i in items if i.state == "open" and i.type not in ("finding", *rules.STRUCTURE) and not serves(i)}


def stamp(letter: Letter) -> str:
    """Changes with every write on the letter or a row of it."""
    sums = LetterItem.objects.filter(letter=letter).aggregate(n=Count("pk"), changes=Sum("version"))
    return f"{letter.version}-{sums['n']}-{sums['changes'] or 0}"


def coverage(round_: Round) -> rules.Coverage:
    """The two-way check of a round: open items, and findings that stand in no letter."""
    rows: list[Any] = list(LetterItem.objects.filter(letter__round=round_).only("pk", "type", "state").order_by("letter", "place"))
    return coverage_of(rows, round_.pk)


def coverage_of(items: Iterable[LetterItem], round_id: int) -> rules.Coverage:
    named = Finding.objects.filter(round_id=round_id).exclude(state="withdrawn").values_list("pk", "source", "item_id")
    return rules.coverage(
        (rules.Covering(item.pk, item.type, item.state) for item in items),
        (rules.Named(pk, source, item_id is not None) for pk, source, item_id in named),
    )
