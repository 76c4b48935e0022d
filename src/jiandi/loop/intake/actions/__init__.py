"""Writes of intake, one file per thing: letters, their items, what covers them, ledgers taken over."""

from jiandi.loop.intake.actions.batches import (
    batch_for,
    discard_batch,
    fail_batch,
    import_rows,
    propose_batch,
    stop_taking,
    take_batch,
    take_ledger,
    undo_batch,
    write_batch,
)
from jiandi.loop.intake.actions.covering import cover_item, cover_items, register_findings
from jiandi.loop.intake.actions.differences import ask_differences, explain_difference, finish_differences
from jiandi.loop.intake.actions.feeds import Problem, answer_proposal, carry_over, propose_problem, register_problem, take_off
from jiandi.loop.intake.actions.fix_now import Notice, register_fix_now
from jiandi.loop.intake.actions.items import accept_above, confirm_item, edit_item, item_for, merge_items, split_item
from jiandi.loop.intake.actions.letters import (
    ask_for_pages,
    begin_reading,
    fail_letter,
    fault_json,
    finish_review,
    propose_items,
    read_again,
    receive_letter,
    receive_without_text,
    review_again,
)
from jiandi.loop.intake.actions.mapping import check_again
from jiandi.loop.intake.actions.placing import choose_all, choose_unit, move_in, move_out, move_under
from jiandi.loop.intake.actions.settling import approve_drop, ask_drop, hold_item, reopen_item
from jiandi.loop.intake.actions.undoing import undo
from jiandi.loop.intake.actions.unread import take_up

__all__ = [
    "Notice",
    "Problem",
    "accept_above",
    "answer_proposal",
    "approve_drop",
    "ask_differences",
    "ask_drop",
    "ask_for_pages",
    "batch_for",
    "begin_reading",
    "carry_over",
    "check_again",
    "choose_all",
    "choose_unit",
    "confirm_item",
    "cover_item",
    "cover_items",
    "discard_batch",
    "edit_item",
    "explain_difference",
    "fail_batch",
    "fail_letter",
    "fault_json",
    "finish_differences",
    "finish_review",
    "hold_item",
    "import_rows",
    "item_for",
    "merge_items",
    "move_in",
    "move_out",
    "move_under",
    "propose_batch",
    "propose_items",
    "propose_problem",
    "read_again",
    "receive_letter",
    "receive_without_text",
    "register_findings",
    "register_fix_now",
    "register_problem",
    "reopen_item",
    "review_again",
    "split_item",
    "stop_taking",
    "take_batch",
    "take_ledger",
    "take_off",
    "take_up",
    "undo",
    "undo_batch",
    "write_batch",
]
