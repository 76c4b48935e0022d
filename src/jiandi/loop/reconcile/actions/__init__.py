"""Freeze a sheet, decide on its lines, finish the meeting; close a phase, or undo that."""

from jiandi.loop.reconcile.actions.phase import change_phase, undo_phase
from jiandi.loop.reconcile.actions.sheets import TEXT_LENGTH, TITLE_LENGTH, decide, finish_sheet, freeze_sheet, meet_task

__all__ = [
    "TEXT_LENGTH",
    "TITLE_LENGTH",
    "change_phase",
    "decide",
    "finish_sheet",
    "freeze_sheet",
    "meet_task",
    "undo_phase",
]
