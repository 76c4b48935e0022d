"""One question, one answer: may this actor do this verb to this record, and if not, why not."""

from __future__ import annotations

from dataclasses import dataclass

from jiandi.base.errors import NotAllowed
from jiandi.base.text.words import N_
from jiandi.record.policy import administrators, checkers, leadership, office, roles, unit
from jiandi.record.policy.relations import PARTY, POST, RELATIONS, ROUND
from jiandi.record.policy.targets import NOWHERE, Rule, Target
from jiandi.record.trail.actor import Actor


def _merged() -> dict[str, tuple[Rule, ...]]:
    table: dict[str, tuple[Rule, ...]] = {}
    for group in (office, unit, checkers, leadership, administrators):
        for verb, rules in group.RULES.items():
            table[verb] = (*table.get(verb, ()), *rules)
    return table


TABLE = _merged()


@dataclass(frozen=True)
class Decision:
    """``roles`` names who may, when the answer is no."""

    allowed: bool
    roles: tuple[str, ...] = ()


def decide(actor: Actor, verb: str, target: Target = NOWHERE) -> Decision:
    """The system itself may; a person needs a duty with the right role in the right relation."""
    rules = TABLE[verb]
    if actor.is_system:
        return Decision(allowed=True)
    for rule in rules:
        if any(d.role in rule.roles and RELATIONS[rule.relation](d, target, rule) for d in actor.duties):
            return Decision(allowed=True)
    return Decision(allowed=False, roles=tuple(sorted({role for rule in rules for role in rule.roles})))


def may(actor: Actor, verb: str, target: Target = NOWHERE) -> bool:
    return decide(actor, verb, target).allowed


def require(actor: Actor, verb: str, target: Target = NOWHERE) -> None:
    """Raise NotAllowed, naming the roles that may."""
    decision = decide(actor, verb, target)
    if not decision.allowed:
        raise _refusal(f"policy.{verb}", decision.roles)


def _refusal(code: str, who: tuple[str, ...]) -> NotAllowed:
    return NotAllowed(
        code,
        N_("Your duties do not allow this. It is done by: {roles}. Ask one of them, or the security administrator."),
        roles=[roles.TITLES[role] for role in who],
    )


_STANDING = {
    **dict.fromkeys(roles.UNIT, Rule(roles.UNIT, PARTY, ("lead",))),
    **dict.fromkeys((roles.VERIFIER, roles.DEPARTMENT), Rule(frozenset(), PARTY, ("verifier",))),
    roles.LEADER: Rule(frozenset(), POST),
}


def holds(actor: Actor, role: str, target: Target) -> bool:
    """Whether the actor has ``role`` for this record: in its lead or verifying unit, by post, or for its round."""
    rule = _STANDING.get(role, Rule(frozenset(), ROUND))
    return any(d.role == role and RELATIONS[rule.relation](d, target, rule) for d in actor.duties)


def require_role(actor: Actor, role: str, target: Target) -> None:
    """Raise NotAllowed unless the actor holds ``role`` for this record (steps of a regime's closing chain)."""
    if not actor.is_system and not holds(actor, role, target):
        raise _refusal(f"role.{role}", (role,))
