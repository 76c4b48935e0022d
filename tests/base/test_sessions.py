"""A session that has ended is none; one that holds is read with a single query."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from jiandi.base.sessions import SessionStore


@pytest.fixture
def key(db: None) -> str:
    store = SessionStore()
    store["stands_for"] = 7
    store.save()
    return str(store.session_key)


def test_a_kept_session_is_found(key: str) -> None:
    assert SessionStore(key)["stands_for"] == 7


@pytest.mark.parametrize("left", [timedelta(0), timedelta(seconds=-1)])
def test_an_ended_session_is_none(key: str, left: timedelta) -> None:
    Session.objects.update(expire_date=timezone.now() + left)
    assert SessionStore(key).load() == {}


def test_an_unknown_or_missing_key_is_none(key: str) -> None:
    assert SessionStore(f"{key}x").load() == {}
    assert SessionStore(None).load() == {}
