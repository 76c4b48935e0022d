"""Every request knows its actor; duties are read once, when first asked for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from jiandi.record.accounts import queries
from jiandi.record.accounts.models import User
from jiandi.record.trail.actor import Actor

NOBODY = Actor(user_id=0, name="", zone="internet")


def with_actor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        is_write = request.method == "POST"  # its actor is read before it holds any locks
        request.actor = _actor(request) if is_write else SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return get_response(request)

    return answer


def _actor(request: HttpRequest) -> Actor:
    user = request.user
    if not isinstance(user, User):
        return NOBODY
    return queries.actor_for(user, stands_for=request.session.get("stands_for"))
