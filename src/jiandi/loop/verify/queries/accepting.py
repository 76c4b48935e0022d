"""Who may accept a finding under its regime, whose a signature is, and which posts lead in charge."""

from __future__ import annotations

from django.db.models import Q

from jiandi.record.accounts.models import Duty
from jiandi.record.ledger import reads
from jiandi.record.ledger.models import Closing, Finding
from jiandi.record.policy import decide, roles
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor


def accepting_role(finding: Finding) -> str:
    """The role that the regime's first step at acceptance names; empty if it names none."""
    steps = reads.profile_of(finding).steps_at("accept")
    return steps[0].role if steps else ""


def may_accept(actor: Actor, finding: Finding, target: Target) -> bool:
    """Policy says who may at all; the regime narrows it to one role."""
    role = accepting_role(finding)
    return decide.may(actor, "finding.accept", target) and (not role or decide.holds(actor.as_seat(), role, target))


def require_accept(actor: Actor, finding: Finding, target: Target) -> None:
    decide.require(actor, "finding.accept", target)
    if role := accepting_role(finding):
        decide.require_role(actor.as_seat(), role, target)


def is_at(actor: Actor, closing: Closing, target: Target) -> bool:
    """Whether the step whose turn it is asks for a role that the actor holds for this finding."""
    return closing.step < len(closing.chain) and decide.holds(actor, closing.chain[closing.step]["role"], target)


def leader_posts(round_id: int) -> list[tuple[int, str]]:
    """Posts that somebody holds as leader in charge, for this round or for all: (id, unit and title)."""
    held = Duty.objects.filter(Q(round_id=round_id) | Q(round_id__isnull=True), role=roles.LEADER, until__isnull=True)
    confirmed = held.filter(Q(given_by__isnull=True) | Q(confirmed_by__isnull=False)).order_by("post__unit__path", "post__title")
    found = confirmed.values_list("post_id", "post__unit__name", "post__title")
    return list({post_id: (post_id, f"{unit} {title}") for post_id, unit, title in found}.values())
