"""Signing in by name and password, without Django's own permissions."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from jiandi.base.prepared import PreparedModels
from jiandi.record.accounts.models import User


class Backend(BaseBackend):
    """A locked or unknown name costs as much time as a wrong password."""

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002 - Django hands it over
        username: str | None = None,
        password: str | None = None,
        **_kwargs: Any,
    ) -> User | None:
        user = User.objects.filter(name=username or "").first()
        if user is None:
            make_password(password or "")
            return None
        return user if user.check_password(password or "") and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        return _ACTIVE.first(int(user_id))


_ACTIVE = PreparedModels(User, lambda user_id: User.objects.filter(pk=user_id, is_active=True), int)
