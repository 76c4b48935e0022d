"""Signing in by key: the digest is looked up, the person's own duties decide."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from jiandi.base import clock
from jiandi.base.errors import NotAllowed
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.record.accounts import actions, queries
from jiandi.record.accounts.models import Token

READS = ("GET", "HEAD", "OPTIONS")


class KeyAuth(HttpBearer):
    """``Authorization: Bearer jd_…``; writing needs the scope "write"."""

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        found = (
            Token.objects.select_related("user")
            .filter(
                secret_digest=actions.token_digest(token),
                ended_at__isnull=True,
                expires_at__gt=clock.now(),
                user__is_active=True,
            )
            .first()
        )
        if found is None:
            return None
        if request.method not in READS and "write" not in found.scopes.split():
            raise NotAllowed("api.read_only", N_("This key may only read. Make one that may write."))
        cast("Request", request).actor = queries.actor_for(found.user, zone="internet")
        actions.touch_token(found)
        return found
