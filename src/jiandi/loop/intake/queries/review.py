"""The two panes of a letter's review: its text with coloured stretches, and its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Sum

from jiandi.base.text import due
from jiandi.loop.intake import rules
from jiandi.record.ledger import targets
from jiandi.record.ledger.models import Finding, Letter, LetterItem, Round
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor

ROWS = 100
DEEPEST = 4


@dataclass(frozen=True)
class ItemRow:
    """A row of the review; ``doubts`` are message ids, shown when confidence is low."""

    item: LetterItem
    depth: int
    doubts: tuple[str, ...]
    day: str
    is_low: bool
    is_open: bool
    next_step: str
    asks_approval: bool


@dataclass(frozen=True)
class Piece:
    """A stretch of the letter's text; ``item_id`` is the innermost row it belongs to."""

    text: str
    start: int
    item_id: int | None = None
    type: str = ""
    is_first: bool = False


@dataclass(frozen=True)
class Review:
    """Everything the review page shows. ``ready`` rows would be registered now; ``alone`` ones stand under no finding."""

    letter: Letter
    rows: list[ItemRow]
    page: Page[LetterItem]
    coverage: rules.Coverage
    confirmed: int
    open_rows: int
    ready: int
    alone: int
    next_open: int | None
    next_page: int
    pieces: tuple[Piece, ...]
    stamp: str
    may_review: bool
    may_drop: bool

    @property
    def is_running(self) -> bool:
        return self.letter.state == "in_review" and self.may_review


def review(letter: Letter, actor: Actor, page: int) -> Review:
    """Rows of one page, counts of all of them, and the whole text."""
    found = LetterItem.objects.filter(letter=letter).exclude(state="merged")
    items = list(found.select_related("unit", "covered_by").order_by("place", "start", "pk"))
    for item in items:
        item.letter = letter
    pages = Paginator(items, ROWS)
    shown = pages.get_page(page)
    target, year = targets.of_round(letter.round), letter.round.feedback_on.year
    depths = _depths(items)
    covering = coverage_of(items, letter.round_id)
    waiting = [i for i in items if i.state == "open"]
    alone = _alone(items)
    next_open = next((i for i in waiting if i.type != "heading"), None)
    return Review(
        letter=letter,
        rows=[_row(item, depths[item.pk], year) for item in shown],
        page=shown,
        coverage=covering,
        confirmed=sum(i.confirmed for i in items if i.type != "heading"),
        open_rows=len(waiting),
        ready=sum(i.confirmed for i in waiting if i.pk not in alone and i.type in ("finding", "measure")),
        alone=len(alone),
        next_open=next_open.pk if next_open else None,
        next_page=items.index(next_open) // ROWS + 1 if next_open else 1,
        pieces=pieces_of(letter.text, items),
        stamp=stamp(letter),
        may_review=decide.may(actor, "letter.review", target),
        may_drop=decide.may(actor, "letter_item.drop", target),
    )


def _row(item: LetterItem, depth: int, year: int) -> ItemRow:
    read = due.parse_due(item.due_text, year=year) if item.due_text else None
    is_low = item.confidence < rules.LOW and not item.confirmed
    return ItemRow(
        item=item,
        depth=min(depth, DEEPEST),
        doubts=tuple(item.doubt.splitlines()) if is_low else (),
        day=read.last_day.isoformat() if read and read.last_day else "",
        is_low=is_low,
        is_open=item.state == "open",
        next_step="confirm" if item.state == "open" and not item.confirmed else "",
        asks_approval=item.state == "drop_asked",
    )


def _alone(items: Sequence[LetterItem]) -> set[int]:
    """Open rows that no finding row stands above: registering cannot cover them."""
    by_id = {item.pk: item for item in items}

    def serves(item: LetterItem) -> bool:
        above = by_id.get(item.parent_id or 0)
        while above is not None and above.type != "finding":
            above = by_id.get(above.parent_id or 0)
        return above is not None

    return {i.pk for i in items if i.state == "open" and i.type not in ("finding", "heading") and not serves(i)}


def _depths(items: Sequence[LetterItem]) -> dict[int, int]:
    parents = {item.pk: item.parent_id for item in items}
    depths: dict[int, int] = {}
    for pk, parent in parents.items():
        depth, above = 0, parent
        while above is not None and above in parents and depth < DEEPEST:
            depth, above = depth + 1, parents[above]
        depths[pk] = depth
    return depths


def pieces_of(text: str, items: Iterable[LetterItem]) -> tuple[Piece, ...]:
    """The text cut at every row's ends; where rows lie in each other, the shorter one has the stretch."""
    spans = [item for item in items if item.start is not None and item.end is not None]
    edges = sorted({0, len(text), *(e for item in spans for e in (item.start or 0, item.end or 0) if e <= len(text))})
    longest_first = sorted(spans, key=lambda item: (item.start or 0) - (item.end or 0))
    owner: dict[int, LetterItem] = {}
    places = {edge: n for n, edge in enumerate(edges)}
    for item in longest_first:
        for n in range(places.get(item.start or 0, 0), places.get(item.end or 0, 0)):
            owner[n] = item
    seen: set[int] = set()
    return tuple(_piece(text, edges[n], edges[n + 1], owner.get(n), seen) for n in range(len(edges) - 1))


def _piece(text: str, start: int, end: int, item: LetterItem | None, seen: set[int]) -> Piece:
    if item is None:
        return Piece(text[start:end], start)
    is_first = item.pk not in seen
    seen.add(item.pk)
    return Piece(text[start:end], start, item.pk, item.type, is_first)


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
