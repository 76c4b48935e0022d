"""Writes: measures while they are drafted, and the versions of a plan."""

from jiandi.loop.plan.actions.joint import serve_also, serve_no_more
from jiandi.loop.plan.actions.measures import (
    add_measure,
    change_measure,
    drop_measure,
    set_effect_measure,
    set_excuse,
    set_standard,
)
from jiandi.loop.plan.actions.versions import approve_plan, return_plan, submit_plan, submit_round_plan, take_back_plan

__all__ = [
    "add_measure",
    "approve_plan",
    "change_measure",
    "drop_measure",
    "return_plan",
    "serve_also",
    "serve_no_more",
    "set_effect_measure",
    "set_excuse",
    "set_standard",
    "submit_plan",
    "submit_round_plan",
    "take_back_plan",
]
