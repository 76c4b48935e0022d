"""What others find: claims and findings judged, effects looked at, the closing chain walked."""

from jiandi.loop.verify.actions.above import Answer, record_upper, send_up, set_authority, take_back_upper
from jiandi.loop.verify.actions.claims import accept_claim, return_claim
from jiandi.loop.verify.actions.closing import name_leader, refuse_closing, sign_closing
from jiandi.loop.verify.actions.effect import record_effect, schedule_effect
from jiandi.loop.verify.actions.findings import accept_finding, open_check, return_finding
from jiandi.loop.verify.actions.proofs import draw_cases, find_no_case, record_proof
from jiandi.loop.verify.actions.reviews import record_review

__all__ = [
    "Answer",
    "accept_claim",
    "accept_finding",
    "draw_cases",
    "find_no_case",
    "name_leader",
    "open_check",
    "record_effect",
    "record_proof",
    "record_review",
    "record_upper",
    "refuse_closing",
    "return_claim",
    "return_finding",
    "schedule_effect",
    "send_up",
    "set_authority",
    "sign_closing",
    "take_back_upper",
]
