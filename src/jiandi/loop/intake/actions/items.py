"""A person confirms, edits, splits and merges what the reader proposed. What the letter says never changes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.text import due
from jiandi.base.text.words import N_
from jiandi.loop.intake.actions.letters import PLACE_STEP
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger import lifecycle, load, targets, write
from jiandi.record.ledger.models import Letter, LetterItem
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target
from jiandi.record.trail import writing
from jiandi.record.trail.actor import Actor

TYPES = frozenset(code for code, _ in LetterItem.TYPES)
ROW_TYPES = TYPES - {"aside"}
"""What a row may be turned into; only what no row holds is set aside, a row is dropped."""


def item_for(actor: Actor, item_id: int, version: int | None = None) -> LetterItem:
    """A row of a letter one may read, with letter and round."""
    found = LetterItem.objects.select_related("letter", "unit").filter(pk=item_id).first()
    if found is None:
        raise NotFound("ledger.no_item", N_("It does not exist, or it is not yours to see. Go back to the list."))
    found.letter = load.letter(actor, found.letter_id)
    if version is not None:
        writing.expect_version(found, version)
    return found


def target_of(item: LetterItem) -> Target:
    return targets.of_round(item.letter.round)


def reviewed_item(actor: Actor, item_id: int, version: int) -> LetterItem:
    item = item_for(actor, item_id, version)
    decide.require(actor, "letter.review", target_of(item))
    require_review(item.letter)
    return item


def require_review(letter: Letter) -> None:
    if letter.state != "in_review":
        raise RuleBroken("intake.not_in_review", N_("This document is not in review. Open its review again first."))


def require_open(item: LetterItem) -> None:
    if item.state != "open":
        raise RuleBroken("intake.item_settled", N_("This row is already settled. Open it again first."))


def confirm_item(*, actor: Actor, item_id: int, version: int) -> LetterItem:
    """What the row says is right."""
    with transaction.atomic():
        item = reviewed_item(actor, item_id, version)
        require_open(item)
        if not item.confirmed:
            write.change(item, {"confirmed": True}, actor=actor, verb="confirm")
    return item


def accept_above(*, actor: Actor, letter_id: int, confidence: int) -> int:
    """Confirm every open row of at least this confidence; says how many."""
    with transaction.atomic():
        letter = load.letter(actor, letter_id)
        decide.require(actor, "letter.review", targets.of_round(letter.round))
        require_review(letter)
        rows = list(letter.items.filter(state="open", confirmed=False, confidence__gte=confidence))
        for item in rows:
            write.change(item, {"confirmed": True}, actor=actor, verb="accept_above")
    return len(rows)


def edit_item(
    *,
    actor: Actor,
    item_id: int,
    version: int,
    text: str | None = None,
    type: str | None = None,  # noqa: A002 - the field's name
    unit_id: int | None = None,
    lead_text: str | None = None,
    support_text: str | None = None,
    due_text: str | None = None,
    category: str | None = None,
) -> LetterItem:
    """Correct how a row is read; the span, and with it the letter's own words, stays. A corrected row is confirmed."""
    wanted = {
        "text": text,
        "type": type,
        "unit_id": unit_id,
        "lead_text": lead_text,
        "support_text": support_text,
        "due_text": due_text,
        "category": category,
    }
    with transaction.atomic():
        item = reviewed_item(actor, item_id, version)
        fields = _checked({name: value for name, value in wanted.items() if value is not None}, item)
        was_heading = item.type == "heading" and item.state == "covered" and fields.get("type", "heading") != "heading"
        if was_heading:
            lifecycle.move(item, "open", actor=actor, target=target_of(item), fields=fields)
        else:
            require_open(item)
            write.change(item, fields, actor=actor, verb="edit")
        if item.type == "heading":
            lifecycle.move(item, "cover", actor=actor, target=target_of(item))
    return item


def _checked(given: dict[str, Any], item: LetterItem) -> dict[str, Any]:
    """Only what fits, cut to its column; confirmed, since a person has written it."""
    if not str(given.get("text", "x")).strip():
        raise BadInput("intake.no_words", N_("The row has no text. Write it, or drop the row with a reason."))
    if "type" in given and given["type"] not in ROW_TYPES:
        raise BadInput("intake.no_type", N_("Choose one of the types offered."))
    if given.get("due_text"):
        _require_day(given["due_text"], item)
    if "unit_id" in given:
        given["unit_id"] = accounts.unit_by_id(given["unit_id"]).pk if given["unit_id"] else None
    longest = {f.attname: f.max_length for f in LetterItem._meta.concrete_fields}
    cut = {name: value[: longest[name]] if isinstance(value, str) and longest[name] else value for name, value in given.items()}
    return {**cut, "confirmed": True}


def _require_day(words: str, item: LetterItem) -> None:
    read = due.parse_due(words, year=item.letter.round.feedback_on.year)
    if read.fault:
        raise BadInput("intake.no_such_day", read.fault, text=words)


def split_item(*, actor: Actor, item_id: int, version: int, at: int) -> LetterItem:
    """Cut a row in two at an offset of the letter's text; the first keeps its row, the second is returned."""
    with transaction.atomic():
        item = reviewed_item(actor, item_id, version)
        require_open(item)
        first, second = _cut(item, at)
        place = _place_after(item)
        words = item.letter.text
        new = LetterItem(
            letter=item.letter,
            place=place,
            parent_id=item.parent_id,
            type=item.type,
            level=item.level,
            text=words[slice(*second)],
            start=second[0],
            end=second[1],
            unit_id=item.unit_id,
            lead_text=item.lead_text,
            support_text=item.support_text,
            due_text=item.due_text,
            category=item.category,
        )
        fields = {"text": words[slice(*first)], "start": first[0], "end": first[1], "confirmed": False}
        write.change(item, fields, actor=actor, verb="split")
        return write.create(new, actor=actor, verb="split_off", reason=str(item.pk))


def _cut(item: LetterItem, at: int) -> tuple[tuple[int, int], tuple[int, int]]:
    if item.start is None or item.end is None:
        raise RuleBroken("intake.no_span", N_("This row has no place in a text, so it cannot be cut."))
    first = trimmed(item.letter.text, item.start, at)
    second = trimmed(item.letter.text, at, item.end)
    if not item.start < at < item.end or first[0] >= first[1] or second[0] >= second[1]:
        raise BadInput("intake.cut_outside", N_("Cut inside the row: put the cursor between two of its sentences."))
    return first, second


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends."""
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())


def in_order(letter_id: int) -> QuerySet[LetterItem]:
    """Rows of a letter that are still rows, from top to bottom."""
    return LetterItem.objects.filter(letter_id=letter_id).exclude(state="merged").order_by("place", "start", "pk")


def _place_after(item: LetterItem) -> int:
    following = in_order(item.letter_id).filter(place__gt=item.place).values_list("place", flat=True).first()
    return (item.place + following) // 2 if following else item.place + PLACE_STEP


def merge_items(*, actor: Actor, item_id: int, version: int) -> LetterItem:
    """Join a row to the one above it: that row's span grows to this one's end, and this row is one no more."""
    with transaction.atomic():
        item = reviewed_item(actor, item_id, version)
        require_open(item)
        above = _above(item)
        fields: dict[str, Any] = {"text": f"{above.text}\n{item.text}"}
        if above.start is not None and item.end is not None:
            start, end = above.start, max(above.end or 0, item.end)
            fields = {"text": item.letter.text[start:end], "start": start, "end": end}
        write.change(above, {**fields, "confirmed": False}, actor=actor, verb="merge_in", reason=str(item.pk))
        for child in item.children.all():
            write.change(child, {"parent_id": above.pk}, actor=actor, verb="move_up")
        lifecycle.move(item, "merge", actor=actor, target=target_of(item), reason=str(above.pk))
    return above


def _above(item: LetterItem) -> LetterItem:
    rows = list(in_order(item.letter_id))
    place = next(n for n, row in enumerate(rows) if row.pk == item.pk)
    above = rows[place - 1] if place else None
    if above is None or above.state != "open":
        raise RuleBroken("intake.nothing_above", N_("There is no open row above this one to join it to."))
    return above
