"""What units do: note, prove, say, claim, register rules, submit."""

from jiandi.loop.execute.actions.claims import claim_done, say, strike_said, take_back_claim
from jiandi.loop.execute.actions.evidence import add_evidence
from jiandi.loop.execute.actions.notes import NewNote, write_note, write_notes
from jiandi.loop.execute.actions.register import (
    NewRule,
    abolish_rule,
    add_rule,
    answer_question,
    change_rule,
    keep_text,
    mark_not_followed,
    put_in_force,
    review_rule,
)
from jiandi.loop.execute.actions.rules_made import link_rule, register_rule
from jiandi.loop.execute.actions.submission import submit_finding, take_back_finding

__all__ = [
    "NewNote",
    "NewRule",
    "abolish_rule",
    "add_evidence",
    "add_rule",
    "answer_question",
    "change_rule",
    "claim_done",
    "keep_text",
    "link_rule",
    "mark_not_followed",
    "put_in_force",
    "register_rule",
    "review_rule",
    "say",
    "strike_said",
    "submit_finding",
    "take_back_claim",
    "take_back_finding",
    "write_note",
    "write_notes",
]
