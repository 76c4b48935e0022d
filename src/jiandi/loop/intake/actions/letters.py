"""A letter comes in, is read, and its review ends."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from jiandi.base import clock, digests, files, jobs
from jiandi.base.errors import BadInput, JiandiError, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.intake import queries, rules
from jiandi.record.ledger import lifecycle, load, targets, write
from jiandi.record.ledger.facts import ItemFacts
from jiandi.record.ledger.models import Letter, LetterItem, Round
from jiandi.record.policy import decide
from jiandi.record.trail import writing
from jiandi.record.trail.actor import SYSTEM, Actor

READ = queries.READ_LETTER
MOST_ITEMS = 2000
PLACE_STEP = 1024
"""Places leave room between rows, so that a row split in two moves no other."""


def receive_letter(
    *,
    actor: Actor,
    round_id: int,
    title: str,
    number: str = "",
    received_on: date,
    kind: str = "letter",
    level: str = "",
    file_name: str,
    chunks: Iterable[bytes],
) -> Letter:
    """Keep a document as it came, with its digest, and ask for it to be read."""
    round_ = _allowed_round(actor, round_id)
    _require_head(title, received_on, level)
    stored = store_upload(chunks, file_name)
    with transaction.atomic():
        Round.objects.select_for_update().get(pk=round_.pk)
        refuse_twice(round_, stored.digest)
        letter = Letter(
            round=round_,
            kind=kind,
            level=level,
            title=title.strip()[:200],
            number=number.strip()[:60],
            received_on=received_on,
            file_name=file_name[-200:],
            file_digest=stored.digest,
            file_algorithm=stored.algorithm,
            file_bytes=stored.size,
        )
        write.create(letter, actor=actor, verb="receive")
        jobs.enqueue(READ, {"letter": letter.pk}, actor_id=actor.user_id)
    return letter


def receive_without_text(
    *,
    actor: Actor,
    round_id: int,
    title: str,
    number: str,
    received_on: date,
    item_count: int,
    keeper: str,
    kind: str = "letter",
    level: str = "",
) -> Letter:
    """Register a document that may not enter this network: its items are rows without text, to be held or filled in."""
    round_ = _allowed_round(actor, round_id)
    _require_head(title, received_on, level)
    if not 1 <= item_count <= MOST_ITEMS or not keeper.strip():
        raise BadInput(
            "intake.count_and_keeper",
            N_("Say how many items the document has (1 to {most}) and which post keeps it."),
            most=MOST_ITEMS,
        )
    with transaction.atomic():
        letter = Letter(
            round=round_, kind=kind, level=level, title=title.strip()[:200], number=number.strip()[:60], received_on=received_on
        )
        write.create(letter, actor=actor, verb="receive")
        words = gettext("Item {n}; its text is kept outside this network")
        items = [
            LetterItem(letter=letter, place=n * PLACE_STEP, text=words.format(n=n), keeper=keeper.strip()[:120], level=str(n))
            for n in range(1, item_count + 1)
        ]
        write.create_many(items, actor=actor, verb="propose")
        lifecycle.move(letter, "propose", actor=actor, target=targets.of_round(round_))
    return letter


def store_upload(chunks: Iterable[bytes], file_name: str) -> files.StoredFile:
    """The file in the store; an empty one is refused."""
    stored = files.store(chunks, limit_bytes=settings.JIANDI_UPLOAD_LIMIT_MB * 1024**2, algorithm=settings.JIANDI_ALGORITHM)
    if stored.size == 0:
        raise BadInput("intake.empty_file", N_("“{place}” is empty. Choose the file again."), place=file_name)
    return stored


def refuse_twice(round_: Round, digest: str) -> None:
    """The same file comes into a round once."""
    there = Letter.objects.filter(round=round_, file_digest=digest).first()
    if there is not None:
        raise BadInput(
            "intake.same_file",
            N_("This file is already here: “{title}”, received on {day}. Open it in the list of documents instead."),
            title=there.title,
            day=there.received_on.isoformat(),
        )


def _allowed_round(actor: Actor, round_id: int) -> Round:
    round_ = load.round_(actor, round_id)
    decide.require(actor, "letter.receive", targets.of_round(round_))
    return round_


def _require_head(title: str, received_on: date, level: str) -> None:
    if not title.strip():
        raise BadInput("intake.no_title", N_("The document has no title. Write it as it is printed."))
    if received_on > clock.today():
        raise BadInput("intake.day_ahead", N_("The day of receipt lies ahead. Write the day on which it came."))
    if level and level not in dict(Round.LEVELS):
        raise BadInput("intake.level", N_("Choose whose letter it is, or leave it as the round says."))


def read_again(*, actor: Actor, letter_id: int, version: int) -> Letter:
    """Try a document once more that could not be read."""
    with transaction.atomic():
        letter = load.letter(actor, letter_id)
        decide.require(actor, "letter.receive", targets.of_round(letter.round))
        writing.expect_version(letter, version)
        lifecycle.move(letter, "read", actor=actor, target=targets.of_round(letter.round), fields={"fault": ""})
        jobs.enqueue(READ, {"letter": letter.pk}, actor_id=actor.user_id)
    return letter


def ask_for_pages(*, actor: Actor, letter_id: int) -> Letter:
    """Have the pages of a Word document printed, to be looked at; asked once while it is being done."""
    with transaction.atomic():
        letter = load.letter(actor, letter_id)
        decide.require(actor, "letter.review", targets.of_round(letter.round))
        if queries.pages_from(letter) == "printed" and not queries.is_printing(letter):
            jobs.enqueue(queries.PRINT, {"letter": letter.pk}, actor_id=actor.user_id)
    return letter


def begin_reading(letter_id: int) -> Letter:
    """The worker takes the letter up; one that broke off goes on."""
    with transaction.atomic():
        letter = load.letter(SYSTEM, letter_id)
        if letter.state != "reading":
            lifecycle.move(letter, "read", actor=SYSTEM)
    return letter


def fail_letter(letter_id: int, error: JiandiError) -> Letter:
    """Keep why it could not be read as code, text and values, so that each reader sees it in an own language."""
    with transaction.atomic():
        letter = load.letter(SYSTEM, letter_id)
        lifecycle.move(letter, "fail", actor=SYSTEM, fields={"fault": fault_json(error)})
    return letter


def fault_json(error: JiandiError) -> str:
    """An error as it is kept beside a document or ledger, to be shown in the reader's language later."""
    kept: dict[str, Any] = {"code": error.code, "text": error.text, "params": error.params}
    if isinstance(error, RuleBroken):
        kept["unmet"] = [{"text": u.text, "params": u.params} for u in error.unmet if u.text != error.text]
    return json.dumps(kept, ensure_ascii=False, default=str)


def propose_items(
    letter_id: int,
    *,
    text: str,
    proposals: Sequence[rules.Proposal],
    layout: Sequence[Sequence[Any]] = (),
    reading: Mapping[str, Any] | None = None,
) -> Letter:
    """Write the text and the rows the reader proposes, with what it says of its reading, and open the review."""
    with transaction.atomic():
        letter = load.letter(SYSTEM, letter_id)
        fields = {
            "text": text,
            "text_digest": digests.digest(settings.JIANDI_ALGORITHM, text.encode()),
            "layout": [list(one) for one in layout],
            "reading": dict(reading or {}),
        }
        lifecycle.move(letter, "propose", actor=SYSTEM, fields=fields)
        table = queries.unit_table()
        items = [_item(letter, place, one, table) for place, one in enumerate(proposals, start=1)]
        for generation in _generations(proposals):
            for place in generation:
                above = proposals[place].parent
                items[place].parent = None if above is None else items[above]
            write.create_many([items[place] for place in generation], actor=SYSTEM, verb="propose")
    return letter


def _item(letter: Letter, place: int, one: rules.Proposal, table: rules.Table) -> LetterItem:
    found = rules.resolve_units(one.lead, table)
    doubts = [one.doubt, *(r.doubt for r in found[:1])]
    is_heading = one.type == "heading"
    return LetterItem(
        letter=letter,
        place=place * PLACE_STEP,
        type=one.type,
        level=one.level[:120],
        text=one.text or letter.text[one.start : one.end],
        start=one.start,
        end=one.end,
        unit_id=found[0].unit_id if found else None,
        lead_text="、".join(one.lead)[:200],
        support_text="、".join(one.support)[:400],
        due_text=one.due_text[:200],
        category=one.category[:120],
        confidence=min(one.confidence, rules.LOW - 1) if any(r.doubt for r in found[:1]) else one.confidence,
        doubt="\n".join(filter(None, doubts))[:300],
        confirmed=is_heading,
        state="covered" if is_heading else "open",
    )


def _generations(proposals: Sequence[rules.Proposal]) -> list[list[int]]:
    """Places by depth: a row is written after the one above it."""
    depths: list[int] = []
    for one in proposals:
        depths.append(0 if one.parent is None else depths[one.parent] + 1)
    return [[place for place, depth in enumerate(depths) if depth == wanted] for wanted in range(max(depths, default=-1) + 1)]


def finish_review(*, actor: Actor, letter_id: int, version: int) -> Letter:
    """Every row is confirmed, merged or dropped: the review is over. The trail says how much of the text stands in no row."""
    return _turn_review(actor, letter_id, version, "finish_review")


def review_again(*, actor: Actor, letter_id: int, version: int) -> Letter:
    """Open a finished review."""
    return _turn_review(actor, letter_id, version, "review_again")


def _turn_review(actor: Actor, letter_id: int, version: int, verb: str) -> Letter:
    with transaction.atomic():
        letter = load.letter(actor, letter_id)
        writing.expect_version(letter, version)
        unconfirmed = letter.items.filter(state="open", confirmed=False).count()
        left = len(queries.unread_of(letter, queries.items_of(letter))) if verb == "finish_review" else 0
        facts, reason = ItemFacts(unconfirmed=unconfirmed), f"unread {left}" if left else ""
        lifecycle.move(letter, verb, actor=actor, target=targets.of_round(letter.round), facts=facts, reason=reason)
    return letter
