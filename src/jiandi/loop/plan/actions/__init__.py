"""Writes: measures while they are drafted, and the versions of a plan."""

from jiandi.loop.plan.actions.goals import drop_goal, keep_cycle, meet_goal, set_goal
from jiandi.loop.plan.actions.measures import (
    add_measure,
    change_measure,
    drop_measure,
    pay_funds,
    set_effect_measure,
    set_excuse,
    set_standard,
)
from jiandi.loop.plan.actions.versions import approve_plan, return_plan, submit_plan, submit_round_plan, take_back_plan

__all__ = [
    "add_measure",
    "approve_plan",
    "change_measure",
    "drop_goal",
    "drop_measure",
    "keep_cycle",
    "meet_goal",
    "pay_funds",
    "return_plan",
    "set_effect_measure",
    "set_excuse",
    "set_goal",
    "set_standard",
    "submit_plan",
    "submit_round_plan",
    "take_back_plan",
]
