"""What no row holds is taken up: made a row of its own, or set aside with a reason."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.intake import queries, rules
from jiandi.loop.intake.actions.items import TYPES, require_review
from jiandi.record.ledger import load, targets, write
from jiandi.record.ledger.models import Letter, LetterItem
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor

ASIDE = "aside"
LONGEST_REASON = 300


def take_up(*, actor: Actor, letter_id: int, spans: Sequence[tuple[int, int]], type: str, reason: str = "") -> list[LetterItem]:  # noqa: A002
    """Each of these stretches becomes a row of this type; of the type “aside” it needs a reason and names nothing to be done."""
    with transaction.atomic():
        Letter.objects.select_for_update().filter(pk=letter_id).first()
        letter = load.letter(actor, letter_id)
        decide.require(actor, "letter.review", targets.of_round(letter.round))
        require_review(letter)
        _check(spans, type, reason)
        rows = queries.items_of(letter)
        free = {(one.start, one.end) for one in queries.unread_of(letter, rows)}
        if not set(spans) <= free:
            raise RuleBroken("intake.read_meanwhile", N_("Somebody has read this part meanwhile. Look at the list again."))
        made = [_row(letter, rows, span, type, reason.strip()[:LONGEST_REASON]) for span in sorted(set(spans))]
        write.create_many(made, actor=actor, verb="set_aside" if type == ASIDE else "take_up")
    return made


def _check(spans: Sequence[tuple[int, int]], wanted: str, reason: str) -> None:
    if wanted not in TYPES:
        raise BadInput("intake.no_type", N_("Choose one of the types offered."))
    if not spans:
        raise BadInput("intake.no_stretch", N_("Tick what you have read, then say what it is."))
    if wanted == ASIDE and not reason.strip():
        raise BadInput("intake.no_reason", N_("Say why nothing has to be done about it."))


def _row(letter: Letter, rows: Sequence[LetterItem], span: tuple[int, int], wanted: str, reason: str) -> LetterItem:
    """In the order of the text; a measure comes under the finding before it, everything else under the heading before it."""
    start, end = span
    before = [row for row in rows if row.start is not None and row.start <= start]
    is_structure = wanted in rules.STRUCTURE
    above = None if is_structure else _above(before, ("finding", "heading") if wanted != "finding" else ("heading",))
    return LetterItem(
        letter=letter,
        place=before[-1].place if before else max(0, min((row.place for row in rows), default=2) // 2),
        parent_id=above,
        type=wanted,
        text=letter.text[start:end],
        start=start,
        end=end,
        reason=reason if wanted == ASIDE else "",
        confirmed=is_structure,
        state="covered" if is_structure else "open",
    )


def _above(before: Sequence[LetterItem], types: tuple[str, ...]) -> int | None:
    return next((row.pk for row in reversed(before) if row.type in types), None)
