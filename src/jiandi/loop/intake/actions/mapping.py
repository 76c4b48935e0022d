"""How a ledger is to be read, as a person says it; it is checked again with that, and remembered for the issuer."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import transaction

from jiandi.base import digests
from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.intake import queries, rules
from jiandi.loop.intake.actions.batches import ask_reading, batch_for
from jiandi.record.ledger import lifecycle, targets, write
from jiandi.record.ledger.models import ImportBatch, RememberedMapping, Round
from jiandi.record.trail.actor import Actor


def check_again(*, actor: Actor, batch_id: int, version: int, mapping: rules.LedgerMapping | None = None) -> ImportBatch:
    """Repeat the check of a ledger, with another mapping if one is given. Nothing is taken in."""
    with transaction.atomic():
        batch = batch_for(actor, batch_id, version)
        if batch.state == "received" and queries.work(batch).is_busy:
            raise RuleBroken("intake.being_checked", N_("This ledger is being checked already. Wait until that is over."))
        fields: dict[str, Any] = {"fault": ""}
        if mapping is not None:
            fields["mapping"] = mapping.plain()
            _remember(actor, batch, mapping)
        lifecycle.move(batch, "ask_check", actor=actor, target=targets.of_round(batch.round), fields=fields)
        ask_reading(batch, actor)
    return batch


def _remember(actor: Actor, batch: ImportBatch, mapping: rules.LedgerMapping) -> None:
    """For the issuer of the round and the set of headings: who asks for a form gives its columns their meaning."""
    Round.objects.select_for_update().get(pk=batch.round_id)
    headings_now = rules.remembered_as(batch.recognised, mapping).headings
    before = rules.closest(queries.remembered_forms(batch.round), headings_now)
    learnt = rules.remembered_as(batch.recognised, mapping, before)
    issuer, headings = queries.issuer_of(batch.round), sorted(learnt.headings)
    if not issuer or not headings:
        return
    fields = {"headings": headings, "columns": learnt.columns, "states": learnt.states, "units": learnt.units}
    form = digests.digest(settings.JIANDI_ALGORITHM, json.dumps(headings, ensure_ascii=False).encode())
    known = RememberedMapping.objects.select_for_update().filter(issuer=issuer, form=form).first()
    if known is None:
        write.create(RememberedMapping(issuer=issuer, form=form, **fields), actor=actor, verb="remember")
    elif any(getattr(known, name) != value for name, value in fields.items()):
        write.change(known, fields, actor=actor, verb="remember")
