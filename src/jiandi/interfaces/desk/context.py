"""What the frame shows on every page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from jiandi.loop import STAGES
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger import rounds


def frame(request: HttpRequest) -> dict[str, Any]:
    """Stages, the rounds one may see, the round chosen, and who acts; nothing is read before a template asks."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"stages": STAGES}
    return {
        "stages": STAGES,
        "actor": actor,
        "rounds": SimpleLazyObject(lambda: rounds.choices(request)),
        "current_round": SimpleLazyObject(lambda: rounds.chosen(request)),
        "seats": SimpleLazyObject(lambda: accounts.seats_for(actor)),
    }
