"""Pages: the panel of a finding (causes) and its pictures, causes taken higher up, campaigns, and the sheets that units answer on."""

from jiandi.loop.diagnose.views.campaigns import ask, campaign, close_campaign, hints, index, load, remind
from jiandi.loop.diagnose.views.causes import add_cause, change_cause, drop_cause, flag, look_cause, panel, propose_cause, show_cause, tree
from jiandi.loop.diagnose.views.dimensions import dimension_rows, dimensions, kinds, put_word
from jiandi.loop.diagnose.views.raised import matters, raised, raised_one, raised_step, register_raised
from jiandi.loop.diagnose.views.sheets import add_proof, excuse_answer, excuse_unit, open_sheet, send_on, sheet

__all__ = [
    "add_cause",
    "add_proof",
    "ask",
    "campaign",
    "change_cause",
    "close_campaign",
    "dimension_rows",
    "dimensions",
    "drop_cause",
    "excuse_answer",
    "excuse_unit",
    "flag",
    "hints",
    "index",
    "kinds",
    "load",
    "look_cause",
    "matters",
    "open_sheet",
    "panel",
    "propose_cause",
    "put_word",
    "raised",
    "raised_one",
    "raised_step",
    "register_raised",
    "remind",
    "send_on",
    "sheet",
    "show_cause",
    "tree",
]
