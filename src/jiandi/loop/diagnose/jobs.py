"""Run by the worker: answers are compared with earlier ones; once a day, units whose day is near or past are reminded."""

from __future__ import annotations

from typing import Any

from jiandi.base.jobs import Run, job
from jiandi.loop.diagnose import actions
from jiandi.record.ledger.models import Campaign
from jiandi.record.trail.actor import SYSTEM

DAY = 24 * 3600


@job(actions.COMPARE)
def compare_answers(run: Run) -> dict[str, Any]:
    """Look for the words of other units in what one unit answered."""
    return {"like": actions.compare_answers(int(run.payload["asked"]))}


@job("diagnose.remind_silent", every_seconds=DAY)
def remind_silent(_run: Run) -> dict[str, Any]:
    """One reminder for each unit with open cells, in every round with a running campaign."""
    rounds = Campaign.objects.filter(state="running").order_by("round_id").values_list("round_id", flat=True).distinct()
    return {"reminded": sum(actions.remind_due(actor=SYSTEM, round_id=pk) for pk in rounds)}
