"""Turns of a finding that belong to no single stage: at once, basically done, long term, standing, handed over, withdrawn.

Each is an action: one transaction, policy and guard through the lifecycle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from jiandi.base.errors import NotFound
from jiandi.base.text.words import N_
from jiandi.record.ledger import lifecycle, load, reads, reviews, targets, verbs
from jiandi.record.ledger.models import Finding
from jiandi.record.policy import decide, independence
from jiandi.record.trail import queries as trail
from jiandi.record.trail.actor import Actor


@dataclass(frozen=True)
class Turn:
    """What the person brings along; each verb asks for some of it (``ASKED``)."""

    reason: str = ""
    document: str = ""
    stage_goal: str = ""
    next_review: date | None = None


ASKED: Mapping[str, tuple[str, ...]] = {
    "start_at_once": ("reason",),
    "call_basically_done": ("stage_goal", "next_review", "reason"),
    "make_long_term": ("stage_goal", "next_review", "document", "reason"),
    "make_standing": ("next_review", "reason"),
    "hand_over": ("document", "reason"),
    "withdraw": ("document", "reason"),
    "restore": ("reason",),
    "reopen": ("reason",),
}


def take(*, actor: Actor, finding_id: int, verb: str, turn: Turn, version: int) -> Finding:
    """Take one of the turns in ``ASKED``."""
    if verb not in ASKED:
        raise NotFound("finding.no_turn", N_("There is no such step."))
    with transaction.atomic():
        finding = load.finding(actor, finding_id, version)
        if verb == "reopen":
            return verbs.reopen(actor=actor, finding=finding, reason=turn.reason)
        facts = reads.finding_facts(finding, **_brought(actor, finding, verb, turn))
        reason = " ".join(part for part in (turn.reason.strip(), turn.document.strip()) if part)
        target = targets.of_finding(finding)
        lifecycle.move(finding, verb, actor=actor, target=target, facts=facts, reason=reason, fields=_fields(verb, turn))
        if verb in ("hand_over", "withdraw", "make_standing"):
            verbs.stop_closings(finding, actor=actor)
        return finding


def offer(*, actor: Actor, finding: Finding, verb: str) -> None:
    """Raise unless the turn exists, leaves the finding's state, and is the actor's to take; its guard asks later."""
    if verb not in ASKED:
        raise NotFound("finding.no_turn", N_("There is no such step."))
    step = lifecycle.find("finding", finding.state, verb)
    decide.require(actor, step.who, targets.of_finding(finding))


def _brought(actor: Actor, finding: Finding, verb: str, turn: Turn) -> dict[str, Any]:
    brought: dict[str, Any] = {"reason": turn.reason, "document": turn.document}
    if "stage_goal" in ASKED[verb]:
        brought |= {"stage_goal": turn.stage_goal.strip(), "next_review": turn.next_review}
    if verb == "make_standing":
        brought |= {"reviews_passed": reviews.passed_in_a_row(finding), "reviews_wanted": reviews.wanted(finding)}
    if verb == "restore":
        brought["independence"] = tuple(_same_person(actor, finding))
    return brought


def _same_person(actor: Actor, finding: Finding) -> list[object]:
    """Who withdrew a finding does not restore it."""
    last = [e for e in trail.history("finding", finding.pk) if e.verb == "withdraw"]
    if last and last[-1].actor_id == actor.user_id and not actor.is_system:
        return [independence.second_person()]
    return []


def _fields(verb: str, turn: Turn) -> dict[str, Any]:
    if "next_review" not in ASKED[verb]:
        return {}
    fields: dict[str, Any] = {"next_review": turn.next_review}
    if "stage_goal" in ASKED[verb]:
        fields["stage_goal"] = turn.stage_goal.strip()[:300]
    return fields
