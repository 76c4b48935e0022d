"""Where a row belongs: the finding a measure serves, one step in or out, and the unit its words mean."""

from __future__ import annotations

from django.db import transaction

from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.intake import queries, rules
from jiandi.loop.intake.actions.items import in_order, require_open, reviewed_item
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger import write
from jiandi.record.ledger.models import LetterItem
from jiandi.record.trail.actor import Actor

_UNIT_DOUBTS = frozenset({rules.NOT_KNOWN, rules.TWO_MEANT, rules.SHORTENED, rules.MANY_MEANT})
_LONGEST = 400


def move_under(*, actor: Actor, item_id: int, version: int, parent_id: int | None) -> LetterItem:
    """Put a row under another one of the same letter, or under none; what stands under it comes along."""
    with transaction.atomic():
        item = reviewed_item(actor, item_id, version)
        require_open(item)
        _require_place(item, parent_id)
        if item.parent_id != parent_id:
            write.change(item, {"parent_id": parent_id}, actor=actor, verb="move_under")
    return item


def _require_place(item: LetterItem, parent_id: int | None) -> None:
    parents = dict(in_order(item.letter_id).values_list("pk", "parent_id"))
    if parent_id is not None and parent_id not in parents:
        raise BadInput("intake.no_such_row", N_("Choose a row of this document."))
    above = parent_id
    while above is not None:
        if above == item.pk:
            raise RuleBroken("intake.under_itself", N_("A row cannot stand under itself. Choose another one."))
        above = parents.get(above)


def move_in(*, actor: Actor, item_id: int, version: int) -> LetterItem:
    """One step in: under the row above that stands as deep as this one."""
    with transaction.atomic():
        item = reviewed_item(actor, item_id, version)
        before = in_order(item.letter_id).filter(parent_id=item.parent_id, place__lte=item.place).exclude(type="aside")
        beside = [row for row in before if row.pk != item.pk and (row.place, row.start or 0) <= (item.place, item.start or 0)]
        if not beside:
            raise RuleBroken("intake.nothing_beside", N_("No row above stands as deep as this one. Press P and choose where it belongs."))
        return move_under(actor=actor, item_id=item_id, version=version, parent_id=beside[-1].pk)


def move_out(*, actor: Actor, item_id: int, version: int) -> LetterItem:
    """One step out: beside the row it stood under."""
    with transaction.atomic():
        item = reviewed_item(actor, item_id, version)
        if item.parent is None:
            raise RuleBroken("intake.outermost", N_("This row stands under no other."))
        return move_under(actor=actor, item_id=item_id, version=version, parent_id=item.parent.parent_id)


def choose_unit(*, actor: Actor, item_id: int, version: int, unit_id: int) -> LetterItem:
    """Say which unit the row's words mean. The row is still to be confirmed; its doubts about the unit are gone."""
    with transaction.atomic():
        item = reviewed_item(actor, item_id, version)
        require_open(item)
        write.change(item, {"unit_id": accounts.unit_by_id(unit_id).pk, **_surer(item)}, actor=actor, verb="choose_unit")
    return item


def choose_all(*, actor: Actor, item_id: int, version: int) -> LetterItem:
    """The words mean several units together: all of them take part. Which one leads is still to be chosen."""
    with transaction.atomic():
        item = reviewed_item(actor, item_id, version)
        require_open(item)
        found = next(iter(rules.resolve_units([item.lead_text], queries.unit_table())), None)
        if found is None or found.doubt != rules.MANY_MEANT or not found.candidates:
            raise RuleBroken("intake.not_many", N_("These words do not mean several units together. Edit the row and name them."))
        names = dict(queries.living_units().values_list("pk", "name"))
        said = rules.split_names(item.support_text)
        taking_part = "、".join(dict.fromkeys([*said, *(names[pk] for pk in found.candidates if pk in names)]))
        if len(taking_part) > _LONGEST:
            raise RuleBroken(
                "intake.too_many_units", N_("These are too many units for one row. Split the row, or name the units yourself.")
            )
        write.change(item, {"support_text": taking_part}, actor=actor, verb="choose_all")
    return item


def _surer(item: LetterItem) -> dict[str, object]:
    left = [doubt for doubt in item.doubt.splitlines() if doubt not in _UNIT_DOUBTS]
    return {"doubt": "\n".join(left)} if left else {"doubt": "", "confidence": max(item.confidence, rules.LOW)}
