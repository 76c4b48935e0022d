"""What units do: note, prove, say, claim, register rules, submit, ask for time or help, pass on."""

from jiandi.loop.execute.actions.claims import claim_done, say, strike_said, take_back_claim
from jiandi.loop.execute.actions.evidence import add_evidence, begin_upload, finish_upload
from jiandi.loop.execute.actions.extensions import (
    Wanted,
    ask_extension,
    explain_overdue,
    grant_extension,
    refuse_extension,
    set_catch_up,
    take_back_extension,
)
from jiandi.loop.execute.actions.notes import NewNote, write_note, write_notes
from jiandi.loop.execute.actions.proving import (
    accept_evidence,
    enter_seen,
    expire_evidence,
    look_again,
    quarantine,
    replace_evidence,
    return_evidence,
    run_out,
    share_evidence,
)
from jiandi.loop.execute.actions.rules_made import put_in_force, register_rule
from jiandi.loop.execute.actions.submission import submit_finding, take_back_finding
from jiandi.loop.execute.actions.supports import accept_support, ask_support, give_support, refuse_support, take_back_support
from jiandi.loop.execute.actions.transfers import (
    Order,
    accept_transfer,
    ask_transfer,
    delegate,
    end_delegation,
    order_transfer,
    refuse_transfer,
    take_back_transfer,
)

__all__ = [
    "NewNote",
    "Order",
    "Wanted",
    "accept_evidence",
    "accept_support",
    "accept_transfer",
    "add_evidence",
    "ask_extension",
    "ask_support",
    "ask_transfer",
    "begin_upload",
    "claim_done",
    "delegate",
    "end_delegation",
    "enter_seen",
    "expire_evidence",
    "explain_overdue",
    "finish_upload",
    "give_support",
    "grant_extension",
    "look_again",
    "order_transfer",
    "put_in_force",
    "quarantine",
    "refuse_extension",
    "refuse_support",
    "refuse_transfer",
    "register_rule",
    "replace_evidence",
    "return_evidence",
    "run_out",
    "say",
    "set_catch_up",
    "share_evidence",
    "strike_said",
    "submit_finding",
    "take_back_claim",
    "take_back_extension",
    "take_back_finding",
    "take_back_support",
    "take_back_transfer",
    "write_note",
    "write_notes",
]
