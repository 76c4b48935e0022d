"""What the office says of a total that differs from its old ledger, and the file of all of them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiandi.base import clock, jobs
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.intake import queries
from jiandi.loop.intake.actions.batches import batch_for
from jiandi.record.ledger import lifecycle, write
from jiandi.record.ledger.models import ImportBatch, Report
from jiandi.record.trail.actor import SYSTEM, Actor

WRITE = "intake.write_differences"
LONGEST = 500


def explain_difference(*, actor: Actor, batch_id: int, version: int, total: str, text: str) -> ImportBatch:
    """Write the office's reason beside a total of the old ledger; an empty text takes it back."""
    with transaction.atomic():
        batch = batch_for(actor, batch_id, version)
        _require_taken(batch)
        if all(one.compared.key != total for one in queries.differences(batch).found):
            raise BadInput("intake.no_total", N_("This ledger has no such total. Open the page again."))
        reasons = {key: kept for key, kept in batch.reasons.items() if key != total}
        if text.strip():
            reasons[total] = text.strip()[:LONGEST]
        write.change(batch, {"reasons": reasons}, actor=actor, verb="explain")
    return batch


def _require_taken(batch: ImportBatch) -> None:
    if batch.state != "taken":
        raise RuleBroken("intake.not_taken", N_("This ledger has not been taken in. Take it in first; then its totals can be compared."))


def ask_differences(*, actor: Actor, batch_id: int) -> Report:
    """Ask for the explanation as a workbook; the worker writes it."""
    with transaction.atomic():
        batch = batch_for(actor, batch_id)
        _require_taken(batch)
        title = _("Explanation of differences: {name}").format(name=batch.file_name)
        row = Report(round=batch.round, kind="difference", title=title[:200], asked_by_id=actor.user_id or 0, as_of=clock.today())
        write.create(row, actor=actor, verb="ask")
        jobs.enqueue(WRITE, {"report": row.pk, "batch": batch.pk}, actor_id=actor.user_id, key=str(row.pk))
    return row


def finish_differences(report: Report, fields: dict[str, Any]) -> Report:
    """The workbook is in the store."""
    with transaction.atomic():
        lifecycle.move(report, "finish", actor=SYSTEM, fields=fields)
    return report
