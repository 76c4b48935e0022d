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
from jiandi.loop.intake.actions.covering import cover_item, register_findings
from jiandi.loop.intake.actions.items import accept_above, confirm_item, edit_item, item_for, merge_items, split_item
from jiandi.loop.intake.actions.letters import (
    begin_reading,
    fail_letter,
    finish_review,
    propose_items,
    read_again,
    receive_letter,
    receive_without_text,
    review_again,
)
from jiandi.loop.intake.actions.settling import approve_drop, ask_drop, hold_item, reopen_item
from jiandi.loop.intake.actions.undoing import undo

__all__ = [
    "accept_above",
    "approve_drop",
    "ask_drop",
    "batch_for",
    "begin_reading",
    "confirm_item",
    "cover_item",
    "discard_batch",
    "edit_item",
    "fail_batch",
    "fail_letter",
    "finish_review",
    "hold_item",
    "import_rows",
    "item_for",
    "merge_items",
    "propose_batch",
    "propose_items",
    "read_again",
    "receive_letter",
    "receive_without_text",
    "register_findings",
    "reopen_item",
    "review_again",
    "split_item",
    "stop_taking",
    "take_batch",
    "take_ledger",
    "undo",
    "undo_batch",
    "write_batch",
]
