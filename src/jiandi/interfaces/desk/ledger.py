"""The ledger's filter chips."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from jiandi.record.ledger.listing import Filters
from jiandi.record.ledger.models import Finding


@dataclass(frozen=True)
class Chip:
    """A filter as one link."""

    label: str
    url: str
    active: bool
    count: int | None = None
    icon: str = ""


def chips(filters: Filters) -> list[Chip]:
    """The filters people use most, in the order of urgency."""
    state = [("open", _("Open")), ("submitted", _("Awaiting check")), ("closed", _("Closed")), ("reopened", _("Reopened"))]
    when = [
        ("late", _("Overdue")),
        ("soon", _("Due within 10 days")),
        ("effect", _("Awaiting effect")),
        ("disputed", _("Disputed")),
        ("extension", _("Extension pending")),
        ("upper", _("Awaiting the superior")),
        ("unchecked", _("Taken over, not checked")),
    ]
    found = [("carried", _("From other letters")), ("register", _("Whole register"))]
    return [
        *[Chip(w, filters.address(when="" if filters.when == c else c), filters.when == c) for c, w in when],
        *[Chip(w, filters.address(state="" if filters.state == c else c), filters.state == c) for c, w in state],
        *[
            Chip(str(w), filters.address(source="" if filters.source == c else c), filters.source == c, icon="inbox")
            for c, w in Finding.SOURCES
        ],
        *[Chip(w, filters.address(when="" if filters.when == c else c), filters.when == c, icon="link-45deg") for c, w in found],
    ]
