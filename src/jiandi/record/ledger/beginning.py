"""What every deed on a measure begins with: it is planned work, and it starts by itself."""

from __future__ import annotations

from collections.abc import Iterable

from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import lifecycle, verbs
from jiandi.record.ledger.models import Finding, Measure
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import SYSTEM, Actor

DOERS = ("lead", "delegate", "support", "share")


def expect_planned(measure: Measure) -> None:
    """A draft is not approved yet, and nothing is done any more on a dropped or failed measure."""
    if measure.state in ("draft", "dropped", "failed"):
        raise RuleBroken(
            "measure.not_planned",
            N_("Measure {number} is not being worked on: it is not approved yet, or it was given up. See the plan."),
            number=measure.number,
        )


def start(measure: Measure, served: Iterable[Finding]) -> None:
    """The first note, evidence or claim starts the measure and the findings it serves."""
    if measure.state == "planned":
        lifecycle.move(measure, "start", actor=SYSTEM)
    for finding in served:
        verbs.start_work(finding)


def recount(served: Iterable[Finding], *, actor: Actor) -> None:
    for finding in served:
        verbs.keep_claims(finding, actor=actor, verb="recount")


def unit_of(actor: Actor, measure: Measure, target: Target, unit_id: int | None = None) -> int:
    """The unit in whose name the actor acts: the one named, else the lead, else the first of its own with a part."""
    parts = target.paths(*DOERS)
    mine = Unit.objects.filter(pk__in={d.unit_id for d in actor.duties}).order_by("path")
    able = [u for u in mine if any(part.startswith(u.path) for part in parts)]
    if unit_id is not None:
        if not actor.is_system and unit_id not in {u.pk for u in able}:
            raise BadInput("measure.unit", N_("This unit has no part in the measure. Choose another."))
        return unit_id
    leads = any(measure.lead.path.startswith(u.path) for u in able)
    return measure.lead_id if leads or not able else able[0].pk
