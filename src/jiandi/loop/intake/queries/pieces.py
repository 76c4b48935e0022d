"""The text of a letter cut where rows begin and end, where pages begin, and where no row stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiandi.loop.intake import rules
from jiandi.record.ledger.models import Letter, LetterItem


@dataclass(frozen=True)
class Piece:
    """A stretch of the letter's text; ``item_id`` is the innermost row it belongs to, ``page`` that which begins here."""

    text: str
    start: int
    item_id: int | None = None
    type: str = ""
    is_first: bool = False
    is_unread: bool = False
    page: int = 0


def pieces_of(
    text: str, items: Iterable[LetterItem], unread: Iterable[rules.Stretch] = (), pages: Mapping[int, int] | None = None
) -> tuple[Piece, ...]:
    """The text cut at every row's ends; where rows lie in each other, the shorter one has the stretch."""
    spans = [item for item in items if item.start is not None and item.end is not None]
    begins = {at: page for at, page in (pages or {}).items() if at < len(text)}
    stretches = list(unread)
    cuts = (e for item in spans for e in (item.start or 0, item.end or 0) if e <= len(text))
    edges = sorted({0, len(text), *cuts, *begins, *(e for one in stretches for e in (one.start, one.end))})
    places = {edge: n for n, edge in enumerate(edges)}
    owner: dict[int, LetterItem] = {}
    for item in sorted(spans, key=lambda item: (item.start or 0) - (item.end or 0)):
        for n in range(places.get(item.start or 0, 0), places.get(item.end or 0, 0)):
            owner[n] = item
    alone = {n for one in stretches for n in range(places[one.start], places[one.end])}
    seen: set[int] = set()
    return tuple(
        _piece(text, edges[n], edges[n + 1], owner.get(n), seen, is_unread=n in alone, page=begins.get(edges[n], 0))
        for n in range(len(edges) - 1)
    )


def _piece(text: str, start: int, end: int, item: LetterItem | None, seen: set[int], *, is_unread: bool, page: int) -> Piece:
    if item is None:
        return Piece(text[start:end], start, is_unread=is_unread, page=page)
    is_first = item.pk not in seen
    seen.add(item.pk)
    return Piece(text[start:end], start, item.pk, item.type, is_first, page=page)


def page_starts(places: Sequence[Sequence[int]]) -> dict[int, int]:
    """Where each page of the file begins in the text."""
    first: dict[int, int] = {}
    for start, _end, page, *_rest in places:
        first[page] = min(start, first.get(page, start))
    return {start: page for page, start in sorted(first.items(), reverse=True)}


def pages_of(items: Iterable[LetterItem], places: Sequence[Sequence[int]]) -> dict[int, int]:
    """The page on which each row begins, for documents with pages."""
    starts = sorted(page_starts(places).items())
    found: dict[int, int] = {}
    for item in items:
        before = [page for at, page in starts if item.start is not None and at <= item.start]
        if before:
            found[item.pk] = before[-1]
    return found


def unread_of(letter: Letter, items: Iterable[LetterItem]) -> tuple[rules.Stretch, ...]:
    """Stretches of the letter that no row holds; its title and what rows show as fields count as held."""
    if not letter.text:
        return ()
    rows = [item for item in items if item.start is not None and item.end is not None]
    shown = {words for item in rows for words in (item.lead_text, item.support_text, item.due_text, item.category) if words}
    spans = [(item.start or 0, item.end or 0) for item in rows]
    layout: list[Any] = letter.layout
    return rules.unread(letter.text, layout, spans, [letter.title, letter.number, *shown])
