"""Words, icons and tones of the record's codes, and how dates and rates are said. No pages, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from jiandi.base.text.words import N_

SMALLEST_RATED: Final = 5
SOON: Final = 3


@dataclass(frozen=True)
class Sign:
    """How a code shows: word (message id), icon, tone. Three carriers, so that colour is never alone."""

    word: str
    icon: str
    tone: str = "quiet"


STATES: Final[dict[str, Sign]] = {
    "registered": Sign(N_("Registered"), "circle", "quiet"),
    "planned": Sign(N_("Plan approved"), "list-check", "plan"),
    "in_progress": Sign(N_("Being rectified"), "play-circle", "work"),
    "basically_done": Sign(N_("Basically done (not counted)"), "circle-half", "partly"),
    "long_term": Sign(N_("Long-term"), "hourglass-split", "long"),
    "submitted": Sign(N_("Awaiting verification"), "send", "wait"),
    "verified": Sign(N_("Verified (to be closed)"), "patch-check", "good"),
    "closed": Sign(N_("Closed"), "check-circle-fill", "good"),
    "reopened": Sign(N_("Reopened"), "arrow-counterclockwise", "back"),
    "standing": Sign(N_("Standing duty"), "arrow-repeat", "long"),
    "handed_over": Sign(N_("Handed over"), "box-arrow-right", "quiet"),
    "withdrawn": Sign(N_("Withdrawn with approval"), "slash-circle", "quiet"),
    # overlays
    "overdue": Sign(N_("Overdue"), "exclamation-triangle-fill", "late"),
    "extension_pending": Sign(N_("Extension pending"), "calendar-plus", "wait"),
    "awaiting_upper": Sign(N_("Awaiting the superior"), "arrow-up-circle", "wait"),
    "disputed": Sign(N_("Dispute unanswered"), "chat-left-dots", "wait"),
    "effect_due": Sign(N_("Effect to be seen"), "eye", "wait"),
    "not_yet_checked": Sign(N_("Taken over, not checked"), "question-circle", "wait"),
}

MARKS: Final[dict[str, Sign]] = {
    "yes": Sign(N_("yes"), "check-lg"),
    "claimed": Sign(N_("claimed, not yet accepted"), "hourglass-split"),
    "returned": Sign(N_("returned"), "arrow-return-left"),
    "failed": Sign(N_("did not hold"), "x-lg"),
    "none": Sign(N_("no effect measure applies"), "slash"),
    "no": Sign(N_("not yet"), "circle"),
}

NOTICES: Final[dict[str, str]] = {
    "success": "bi-check-circle",
    "warning": "bi-exclamation-circle",
    "error": "bi-x-octagon",
    "info": "bi-info-circle",
}


ERRORS: Final[dict[int, str]] = {
    403: N_("This is not yours to do"),
    404: N_("Not found"),
    409: N_("Somebody else was faster"),
    413: N_("The file is too long"),
    422: N_("This cannot be done yet"),
    429: N_("Too many attempts"),
    500: N_("Something went wrong"),
}


def claim_word(claim: str) -> str:
    """The word of ``said``, ``done`` or ``well``."""
    spoken = {"said": pgettext("claim", "Said"), "done": pgettext("claim", "Done"), "well": pgettext("claim", "Done well")}
    return spoken.get(claim, claim)


def sign_of(code: object) -> Sign:
    """The sign of a state or overlay; an unknown code reads as itself."""
    text = str(code or "")
    return STATES.get(text, Sign(text.replace("_", " "), "dot"))


def mark_of(value: object) -> str:
    """One of MARKS from a truth value or a code."""
    text = value if isinstance(value, str) else str(bool(value))
    text = {"True": "yes", "False": "no"}.get(text, text)
    return text if text in MARKS else "no"


def percent(count: int, total: int, decimals: int = 0) -> str:
    """Truncated, never rounded up; empty when there are fewer than five to count."""
    if total < SMALLEST_RATED:
        return ""
    steps = 10**decimals
    whole, rest = divmod(count * 100 * steps // total, steps)
    return f"{whole}.{rest:0{decimals}d}%" if decimals else f"{whole}%"


def days_left(due: date, today: date) -> str:
    """The days to a due date in words."""
    days = (due - today).days
    if days < 0:
        return ngettext("overdue by %(days)s day", "overdue by %(days)s days", -days) % {"days": -days}
    if days == 0:
        return _("due today")
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


def urgency(due: date, today: date) -> str:
    """``late``, ``soon`` or ``later``: which look a due date gets."""
    days = (due - today).days
    return "late" if days < 0 else "soon" if days <= SOON else "later"


@dataclass(frozen=True)
class Part:
    """A stretch of a quoted text; ``hit`` when it is the marked one."""

    text: str
    hit: bool


def parts_of(text: str, spans: list[tuple[int, int]]) -> list[Part]:
    """Cut a text at its marked spans; overlapping and empty spans are left out."""
    parts: list[Part] = []
    at = 0
    for start, end in sorted(spans):
        if start < at or end <= start:
            continue
        parts += [Part(text[at:start], False), Part(text[start:end], True)]
        at = end
    parts.append(Part(text[at:], False))
    return [part for part in parts if part.text]
