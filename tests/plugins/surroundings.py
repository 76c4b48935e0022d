"""Where tests run: a data folder of their own, and one of the two databases. Loaded before the settings are read.

JIANDI_TEST_DATABASE_URL chooses PostgreSQL; without it tests run on a SQLite file (in memory no two connections could race).
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")
POSTGRESQL = os.environ.get("JIANDI_TEST_DATABASE_URL", "")
OTHER = "sqlite" if POSTGRESQL else "postgresql"


def _own_folder() -> Path:
    """One folder per run; the workers of one run share it through the environment."""
    given = os.environ.get("JIANDI_TEST_FOLDER")
    if given and "PYTEST_XDIST_WORKER" in os.environ:
        return Path(given)
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix="jiandi-test-", dir=place))


FOLDER = _own_folder()
os.environ["JIANDI_TEST_FOLDER"] = str(FOLDER)
os.environ["JIANDI_DATA"] = str(FOLDER)
(FOLDER / "static").mkdir(exist_ok=True)  # the web server looks there, and warns when there is nothing
os.environ["JIANDI_DATABASE_URL"] = POSTGRESQL
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop is no reason to refuse the ORM


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sqlite: speaks of SQLite alone; left out on PostgreSQL")
    config.addinivalue_line("markers", "postgresql: speaks of PostgreSQL alone; left out on SQLite")
    from django.conf import settings  # noqa: PLC0415 - only now may settings be read

    if not settings.configured:
        return
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; nothing here is worth guarding
    if not POSTGRESQL:
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(FOLDER / "test.sqlite3")


def pytest_report_header() -> str:
    return f"database: {'PostgreSQL' if POSTGRESQL else 'SQLite (a file)'}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test of the other database is not part of this run (and so is not a skip)."""
    left_out = [item for item in items if item.get_closest_marker(OTHER)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker(OTHER)]


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_unconfigure(config: pytest.Config) -> Iterator[None]:
    yield
    if not hasattr(config, "workerinput"):
        shutil.rmtree(FOLDER, ignore_errors=True)
