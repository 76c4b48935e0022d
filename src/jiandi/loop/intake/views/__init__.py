"""Pages of intake."""

from jiandi.loop.intake.views.drafting import draft
from jiandi.loop.intake.views.feeds import carry, problem, proposal_step, take_off
from jiandi.loop.intake.views.fixing import fix_now
from jiandi.loop.intake.views.handing_in import batch, batch_step, index, ledger, letter, without_text
from jiandi.loop.intake.views.mapping import mapping, marked
from jiandi.loop.intake.views.picturing import page_picture, print_pages, sheet
from jiandi.loop.intake.views.returning import returned, returned_one, returned_step
from jiandi.loop.intake.views.reviewing import review, since
from jiandi.loop.intake.views.sourcing import panel
from jiandi.loop.intake.views.stepping import item_step, letter_step
from jiandi.loop.intake.views.taking_over import differences, differences_file, gaps, left_out

__all__ = [
    "batch",
    "batch_step",
    "carry",
    "differences",
    "differences_file",
    "draft",
    "fix_now",
    "gaps",
    "index",
    "item_step",
    "ledger",
    "left_out",
    "letter",
    "letter_step",
    "mapping",
    "marked",
    "page_picture",
    "panel",
    "print_pages",
    "problem",
    "proposal_step",
    "returned",
    "returned_one",
    "returned_step",
    "review",
    "sheet",
    "since",
    "take_off",
    "without_text",
]
