"""Pages: the panel of a finding (causes), campaigns, and the sheets that units answer on."""

from jiandi.loop.diagnose.views.campaigns import ask, campaign, close_campaign, hints, index, load, remind
from jiandi.loop.diagnose.views.causes import add_cause, change_cause, drop_cause, panel
from jiandi.loop.diagnose.views.sheets import add_proof, excuse_answer, excuse_unit, open_sheet, send_on, sheet

__all__ = [
    "add_cause",
    "add_proof",
    "ask",
    "campaign",
    "change_cause",
    "close_campaign",
    "drop_cause",
    "excuse_answer",
    "excuse_unit",
    "hints",
    "index",
    "load",
    "open_sheet",
    "panel",
    "remind",
    "send_on",
    "sheet",
]
