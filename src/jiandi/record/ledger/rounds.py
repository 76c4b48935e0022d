"""The round that a person works in now: kept in the session, chosen in the top bar."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest

from jiandi.base.errors import NotFound
from jiandi.base.text.words import N_
from jiandi.record.ledger.models import Round
from jiandi.record.ledger.scope import visible_rounds

KEY = "round"


def choices(request: HttpRequest) -> list[Round]:
    """Rounds one may see, newest first; read once per request."""
    kept = cast("Any", request)
    if not hasattr(kept, "_rounds"):
        found = Round.objects.filter(visible_rounds(kept.actor)).select_related("regime", "unit")[:50]
        kept._rounds = list(found)  # noqa: SLF001
    return cast("list[Round]", kept._rounds)  # noqa: SLF001


def chosen(request: HttpRequest) -> Round | None:
    """The round kept in the session if one may still see it, else the newest."""
    wanted = request.session.get(KEY)
    found = choices(request)
    return next((r for r in found if r.pk == wanted), found[0] if found else None)


def required(request: HttpRequest) -> Round:
    """The chosen round, for pages that make no sense without one."""
    found = chosen(request)
    if found is None:
        raise NotFound("ledger.no_round", N_("There is no inspection you have a part in yet. Open one, or ask the office."))
    return found


def choose(request: HttpRequest, round_id: int) -> None:
    request.session[KEY] = round_id
