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
from jiandi.loop.diagnose.actions.causes import add_cause, change_cause, drop_cause, flag_finding, put_word
from jiandi.loop.diagnose.actions.proofs import point_to_proof, show_cause
from jiandi.loop.diagnose.actions.raised import ASKED, Brought, propose_cause, register_from, take_step

__all__ = [
    "ASKED",
    "COMPARE",
    "Brought",
    "add_cause",
    "add_proof",
    "change_cause",
    "close_campaign",
    "compare_answers",
    "drop_cause",
    "excuse_answer",
    "excuse_unit",
    "flag_finding",
    "give_answers",
    "keep_drafts",
    "open_sheet",
    "point_to_proof",
    "propose_cause",
    "put_word",
    "register_from",
    "remind",
    "remind_due",
    "send_on",
    "show_cause",
    "start_campaign",
    "take_step",
]
