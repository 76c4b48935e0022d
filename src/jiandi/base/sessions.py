"""Django's sessions in the database; the one query of every request is compiled once."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from jiandi.base import clock
from jiandi.base.prepared import PreparedModels

_BY_KEY = PreparedModels(Session, lambda key: Session.objects.filter(session_key=key), str)


class SessionStore(db.SessionStore):
    """An ended session is none, as in Django."""

    def _get_session_from_db(self) -> Any:
        found = _BY_KEY.first(self.session_key or "")
        if found is not None and found.expire_date > clock.now():
            return found
        self._session_key = None
        return None
