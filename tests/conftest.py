"""Shared fixtures: the cast, a client signed in as one of them, and a database whose guards a flush may pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from jiandi.record.trail import guards
from tests.cast import Cast, make_cast
from tests.recall import Recall

recall_cast = Recall(make_cast)


@pytest.fixture
def cast(db: None) -> Cast:
    return recall_cast()


@pytest.fixture
def sign_in(cast: Cast) -> Callable[[str], Client]:
    """A client signed in as one of the cast."""

    def open_client(name: str) -> Client:
        client = Client()
        client.force_login(cast.people[name], backend="jiandi.record.accounts.backend.Backend")
        return client

    return open_client


@pytest.fixture
def flushable(transactional_db: None) -> Iterator[Any]:
    """For tests that commit: the guards are up during the test and down for the flush after it."""
    guards.raise_guards(connection)
    yield connection
    guards.lower_guards(connection)
