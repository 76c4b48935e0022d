"""Writes: causes, campaigns, and what units answer."""

from jiandi.loop.diagnose.actions.answers import (
    COMPARE,
    add_proof,
    compare_answers,
    excuse_answer,
    excuse_unit,
    give_answers,
    keep_drafts,
    open_sheet,
)
from jiandi.loop.diagnose.actions.campaigns import close_campaign, remind, remind_due, send_on, start_campaign
from jiandi.loop.diagnose.actions.causes import add_cause, change_cause, drop_cause

__all__ = [
    "COMPARE",
    "add_cause",
    "add_proof",
    "change_cause",
    "close_campaign",
    "compare_answers",
    "drop_cause",
    "excuse_answer",
    "excuse_unit",
    "give_answers",
    "keep_drafts",
    "open_sheet",
    "remind",
    "remind_due",
    "send_on",
    "start_campaign",
]
