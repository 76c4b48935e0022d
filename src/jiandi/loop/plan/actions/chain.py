"""Signatures on a version: one after the other as the regime says, each by another person; the last one approves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from jiandi.base import clock
from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.plan import queries
from jiandi.record.ledger import lifecycle, plans, targets, write
from jiandi.record.ledger.models import Measure, PlanChange, PlanPart, PlanVersion
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor
from jiandi.record.trail.models import TrailEntry

WRITING = ("add", "change")


def sign(plan: PlanVersion, *, actor: Actor, opinion: str) -> bool:
    """Sign the step whose turn it is; True when that approved the version. Without a chain there is one step, the office's."""
    target = targets.of_round(plan.round)
    require_turn(actor, plan, "approve")
    lifecycle.find("planversion", plan.state, "approve")
    expect_apart(actor, plan)
    place, is_last = plan.step, plan.step + 1 >= plan.steps
    if is_last:
        fields = {"opinion": opinion.strip(), "decided_at": clock.now(), "step": plan.steps}
        verb = "approve_signed" if plan.chain else "approve"
        facts = queries.plan_facts(plan)
        lifecycle.move(plan, verb, actor=actor, target=target, facts=facts, reason=opinion, fields=fields)
    else:
        write.change(plan, {"step": plan.step + 1}, actor=actor, verb="sign", reason=opinion)
    take_part(actor, plan, "signed", place=place, opinion=opinion)
    return is_last


def require_turn(actor: Actor, plan: PlanVersion, verb: str) -> None:
    """Policy: the role whose step it is; where the regime has no chain, whoever approves or returns plans."""
    target = targets.of_round(plan.round)
    if plan.chain and plan.step < plan.steps:
        decide.require_role(actor.as_seat(), plan.chain[plan.step]["role"], target)
    else:
        decide.require(actor, f"plan.{verb}", target)


def take_part(actor: Actor, plan: PlanVersion, part: str, *, place: int | None = None, opinion: str = "") -> None:
    """Write down an actor's part; the database refuses a second one of the same person. The system has no part."""
    expect_apart(actor, plan)
    if not actor.is_system:
        write.attach([PlanPart(plan=plan, holder=actor.holder, part=part, place=place, opinion=opinion.strip(), at=clock.now())])


def expect_apart(actor: Actor, plan: PlanVersion) -> None:
    """Refuse who has a part in the version already."""
    if not actor.is_system and actor.holder in plans.holders(plan, "made", "reviewed", "signed"):
        text = N_("You wrote this plan, gave an opinion on it or signed it already; another person does this step.")
        raise RuleBroken("plan.person", text)


def take_parts_of_authors(actor: Actor, plan: PlanVersion, drafts: Sequence[Measure] = (), asked: Iterable[PlanChange] = ()) -> None:
    """Who handed the version in, wrote a measure that is new in it, or asked for a change that it carries."""
    found = {actor.holder, *(change.asked_by for change in asked), *_writers(drafts)} - {"user:None"}
    write.attach([PlanPart(plan=plan, holder=holder, part="made", at=clock.now()) for holder in sorted(found)])


def _writers(measures: Sequence[Measure]) -> set[str]:
    """As the trail of the measures names them."""
    entries = TrailEntry.objects.filter(thing="measure", thing_id__in=[m.pk for m in measures], verb__in=WRITING)
    bodies = (json.loads(body) for body in entries.values_list("body", flat=True))
    return {f"post:{one['stands_for']}" if one["stands_for"] else f"user:{one['actor']}" for one in bodies}
