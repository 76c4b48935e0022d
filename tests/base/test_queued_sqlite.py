"""Writers on SQLite take turns; a turn ends with its transaction, however that ends."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import OperationalError, connection, connections, transaction

from jiandi.base.queued_sqlite.base import DatabaseWrapper

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]
Opened = Callable[[float], DatabaseWrapper]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Connections to one database, each willing to wait so many seconds."""
    made: list[DatabaseWrapper] = []

    def one(seconds: float) -> DatabaseWrapper:
        given = copy.deepcopy(connection.settings_dict)
        given["NAME"] = tmp_path / "own.sqlite3"
        given["OPTIONS"]["timeout"] = seconds
        made.append(DatabaseWrapper(given, "own"))
        made[-1].inc_thread_sharing()
        return made[-1]

    yield one
    for connected in made:
        connected.close()


def begin(one: DatabaseWrapper) -> None:
    one.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def end(one: DatabaseWrapper, how: Callable[[], None]) -> None:
    how()
    one.set_autocommit(True)


def test_a_second_writer_is_told_when_its_time_is_up(opened: Opened) -> None:
    first, second = opened(5), opened(0.05)
    begin(first)
    with pytest.raises(OperationalError, match="locked"):
        begin(second)
    end(first, first.commit)
    begin(second)
    end(second, second.commit)


@pytest.mark.parametrize("how", ["commit", "rollback"])
def test_the_turn_passes_on_at_the_end_of_a_transaction(opened: Opened, how: str) -> None:
    first, second = opened(5), opened(0.2)
    for _ in range(3):
        begin(first)
        end(first, getattr(first, how))
        begin(second)
        end(second, getattr(second, how))


def test_a_lost_connection_gives_up_its_turn(opened: Opened) -> None:
    first, second = opened(5), opened(0.2)
    begin(first)
    first.close()
    begin(second)
    end(second, second.rollback)


def test_who_waits_gets_the_turn_as_soon_as_it_is_free(opened: Opened) -> None:
    first, second, done = opened(5), opened(5), threading.Event()
    begin(first)

    def wait() -> None:
        begin(second)
        end(second, second.commit)
        done.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert not done.wait(0.05)
    end(first, first.commit)
    waiting.join(4)
    assert done.is_set()


def test_the_database_in_use_takes_turns() -> None:
    in_use = connections["default"]
    assert isinstance(in_use, DatabaseWrapper)
    with transaction.atomic():
        assert in_use._turn is not None
    assert in_use._turn is None
