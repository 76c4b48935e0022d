"""Pages of intake."""

from jiandi.loop.intake.views.handing_in import batch, batch_step, index, ledger, letter, without_text
from jiandi.loop.intake.views.reviewing import item_step, letter_step, review, since
from jiandi.loop.intake.views.sourcing import panel

__all__ = [
    "batch",
    "batch_step",
    "index",
    "item_step",
    "ledger",
    "letter",
    "letter_step",
    "panel",
    "review",
    "since",
    "without_text",
]
