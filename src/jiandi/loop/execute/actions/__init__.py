"""What units do: note, prove, say, claim, register rules, submit."""

from jiandi.loop.execute.actions.claims import claim_done, say, strike_said, take_back_claim
from jiandi.loop.execute.actions.evidence import add_evidence, begin_upload, finish_upload
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

__all__ = [
    "NewNote",
    "accept_evidence",
    "add_evidence",
    "begin_upload",
    "claim_done",
    "enter_seen",
    "expire_evidence",
    "finish_upload",
    "look_again",
    "put_in_force",
    "quarantine",
    "register_rule",
    "replace_evidence",
    "return_evidence",
    "run_out",
    "say",
    "share_evidence",
    "strike_said",
    "submit_finding",
    "take_back_claim",
    "take_back_finding",
    "write_note",
    "write_notes",
]
