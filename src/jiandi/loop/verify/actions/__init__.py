"""What others find: claims and findings judged, effects looked at, the closing chain walked."""

from jiandi.loop.verify.actions.claims import accept_claim, return_claim
from jiandi.loop.verify.actions.closing import sign_closing
from jiandi.loop.verify.actions.effect import record_effect, schedule_effect
from jiandi.loop.verify.actions.findings import accept_finding, open_check, return_finding

__all__ = [
    "accept_claim",
    "accept_finding",
    "open_check",
    "record_effect",
    "return_claim",
    "return_finding",
    "schedule_effect",
    "sign_closing",
]
