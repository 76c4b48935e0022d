"""A row that becomes no finding: held elsewhere, or dropped with a second person's approval; and back."""

from __future__ import annotations

import json
from datetime import date

from django.db import transaction

from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.intake.actions.items import item_for, target_of
from jiandi.record.ledger import lifecycle
from jiandi.record.ledger.facts import ItemFacts
from jiandi.record.ledger.models import LetterItem
from jiandi.record.trail.actor import Actor
from jiandi.record.trail.models import TrailEntry


def hold_item(*, actor: Actor, item_id: int, version: int, kept_number: str, keeper: str, review_on: date | None) -> LetterItem:
    """The row is kept elsewhere (另册管理): number, keeper, and the day it is looked at again."""
    kept = {"kept_number": kept_number.strip()[:60], "keeper": keeper.strip()[:120], "review_on": review_on}
    facts = ItemFacts(kept_number=kept["kept_number"] or "", keeper=kept["keeper"] or "", review_on=review_on)  # type: ignore[arg-type]
    with transaction.atomic():
        item = item_for(actor, item_id, version)
        lifecycle.move(item, "hold", actor=actor, target=target_of(item), facts=facts, fields={**kept, "confirmed": True})
    return item


def ask_drop(*, actor: Actor, item_id: int, version: int, reason: str) -> LetterItem:
    """Ask the director to leave a row out."""
    reason = reason.strip()[:300]
    with transaction.atomic():
        item = item_for(actor, item_id, version)
        facts, fields = ItemFacts(reason=reason), {"reason": reason, "confirmed": True}
        lifecycle.move(item, "ask_drop", actor=actor, target=target_of(item), facts=facts, reason=reason, fields=fields)
    return item


def approve_drop(*, actor: Actor, item_id: int, version: int) -> LetterItem:
    """The director approves what somebody else asked for."""
    with transaction.atomic():
        item = item_for(actor, item_id, version)
        facts = ItemFacts(reason=item.reason, asked_by=_asked_by(item), holder=actor.holder)
        lifecycle.move(item, "drop", actor=actor, target=target_of(item), facts=facts, reason=item.reason)
    return item


def reopen_item(*, actor: Actor, item_id: int, version: int, reason: str = "") -> LetterItem:
    """Put a settled row back among the open ones; what was set aside becomes a row to be looked at."""
    with transaction.atomic():
        item = item_for(actor, item_id, version)
        _require_uncovered(item)
        fields: dict[str, object] = {"covered_by_id": None}
        if item.type == "aside":
            fields |= {"type": "finding", "confirmed": False}
        lifecycle.move(item, "open", actor=actor, target=target_of(item), reason=reason, fields=fields)
    return item


def _require_uncovered(item: LetterItem) -> None:
    """A finding that stands keeps its row covered."""
    standing = item.findings.exclude(state="withdrawn").first()
    if standing is not None:
        raise RuleBroken(
            "intake.finding_stands",
            N_("Finding {number} was made from this row. Withdraw it first, on the issuer's document."),
            number=standing.number,
        )


def _asked_by(item: LetterItem) -> str:
    """Who asked for the drop, as the trail says."""
    asked = TrailEntry.objects.filter(thing="letteritem", thing_id=item.pk, verb="ask_drop").order_by("-number").first()
    if asked is None:
        return ""
    stands_for = json.loads(asked.body).get("stands_for")
    return f"post:{stands_for}" if stands_for else f"user:{asked.actor_id}"
