"""What stands in the way of a plan's approval. No Django here; see ``guards``."""

from __future__ import annotations

from jiandi.base.errors import Unmet
from jiandi.base.text.words import N_
from jiandi.record.ledger.facts import PlanFacts


def approve_plan(p: PlanFacts) -> list[Unmet]:
    found = []
    if p.open_remarks:
        text = N_("{n} points of the opinions are not answered. Say of each whether it is taken, and if not, why.")
        found.append(Unmet("open_remarks", text, {"n": p.open_remarks}))
    if p.still_asked:
        text = N_("{n} parties may still give their opinion. Wait for them, or until their day has passed.")
        found.append(Unmet("still_asked", text, {"n": p.still_asked}))
    return found
