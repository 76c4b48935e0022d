"""How a duty can stand to a record. Each relation is one small question."""

from __future__ import annotations

from collections.abc import Callable

from jiandi.record.policy.targets import Rule, Target
from jiandi.record.trail.actor import DutyHeld

ROUND, PARTY, UNIT, POST, ANYWHERE = "round", "party", "unit", "post", "anywhere"


def _round(duty: DutyHeld, target: Target, _rule: Rule) -> bool:
    return duty.covers_round(target.round_id)


def _party(duty: DutyHeld, target: Target, rule: Rule) -> bool:
    """The duty's unit, or a unit below it, has one of the rule's parts in the finding."""
    if not duty.covers_round(target.round_id):
        return False
    return any(path.startswith(duty.unit_path) for path in target.paths(*rule.parts))


def _unit(duty: DutyHeld, target: Target, _rule: Rule) -> bool:
    """The record's one unit is the duty's unit or below it."""
    return duty.covers_round(target.round_id) and bool(target.unit_path) and target.unit_path.startswith(duty.unit_path)


def _post(duty: DutyHeld, target: Target, _rule: Rule) -> bool:
    return duty.covers_round(target.round_id) and target.leader_post_id is not None and duty.post_id == target.leader_post_id


def _anywhere(_duty: DutyHeld, _target: Target, _rule: Rule) -> bool:
    return True


RELATIONS: dict[str, Callable[[DutyHeld, Target, Rule], bool]] = {
    ROUND: _round,
    PARTY: _party,
    UNIT: _unit,
    POST: _post,
    ANYWHERE: _anywhere,
}
