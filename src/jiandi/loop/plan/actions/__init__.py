"""Writes: measures while they are drafted, the versions of a plan, opinions and signatures on them, changes, papers."""

from jiandi.loop.plan.actions.changes import ask_change, take_back_change
from jiandi.loop.plan.actions.documents import add_pledge, keep_meeting, set_milestone, strike_meeting
from jiandi.loop.plan.actions.goals import drop_goal, keep_cycle, meet_goal, set_goal
from jiandi.loop.plan.actions.joint import serve_also, serve_no_more
from jiandi.loop.plan.actions.measures import (
    add_measure,
    change_measure,
    drop_measure,
    pay_funds,
    set_effect_measure,
    set_excuse,
    set_standard,
)
from jiandi.loop.plan.actions.reviewing import Point, answer_remark, give_opinion, move_review_day, send_for_review
from jiandi.loop.plan.actions.versions import approve_plan, return_plan, submit_plan, submit_round_plan, take_back_plan

__all__ = [
    "Point",
    "add_measure",
    "add_pledge",
    "answer_remark",
    "approve_plan",
    "ask_change",
    "change_measure",
    "drop_goal",
    "drop_measure",
    "give_opinion",
    "keep_cycle",
    "keep_meeting",
    "meet_goal",
    "move_review_day",
    "pay_funds",
    "return_plan",
    "send_for_review",
    "serve_also",
    "serve_no_more",
    "set_effect_measure",
    "set_excuse",
    "set_goal",
    "set_milestone",
    "set_standard",
    "strike_meeting",
    "submit_plan",
    "submit_round_plan",
    "take_back_change",
    "take_back_plan",
]
