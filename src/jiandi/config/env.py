"""Typed readers of the environment. A wrong value stops the start with a sentence."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

PREPARED_AFTER = 5  # times a statement is asked on one connection


class WrongSetting(SystemExit):
    """A setting that cannot be used; Python prints the sentence and ends with code 1."""


def text(name: str, default: str = "") -> str:
    """Value of NAME, or the content of the file that NAME_FILE points to (for secrets)."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in ("", "0", "1", "true", "false", "yes", "no"):
        return default if value == "" else value in ("1", "true", "yes")
    raise WrongSetting(f"{name}={value!r}: use 1 or 0.")


def number(name: str, default: int) -> int:
    value = os.environ.get(name, "")
    if not value:
        return default
    if not value.isdigit():
        raise WrongSetting(f"{name}={value!r}: use a whole number.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """Comma-separated values."""
    return [w.strip() for w in text(name, default).split(",") if w.strip()]


def database(url: str, data: Path) -> dict[str, Any]:
    """Django's settings of one database: SQLite in the data folder unless a postgresql:// address is given."""
    if not url:
        return sqlite(data / "jiandi.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)))
    if parts.scheme not in ("postgresql", "postgres"):
        raise WrongSetting(f"JIANDI_DATABASE_URL: {parts.scheme!r} is not known. Use postgresql://user@host/name or leave it empty.")
    kept = number("JIANDI_DATABASE_KEEP_SECONDS", 60)
    # A connection that is not kept may lie behind a pooler, where a prepared statement is lost with the transaction.
    asked = {"server_side_binding": True, "prepare_threshold": PREPARED_AFTER if kept else None}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_MAX_AGE": kept,
        "OPTIONS": asked | dict(parse_qsl(parts.query)),
    }


def sqlite(path: Path) -> dict[str, Any]:
    """One writer at a time, readers never wait: WAL, BEGIN IMMEDIATE, every commit on disk."""
    return {
        "ENGINE": "jiandi.base.queued_sqlite",
        "NAME": str(path),
        "CONN_MAX_AGE": number("JIANDI_DATABASE_KEEP_SECONDS", 60),
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-8000",
        },
    }
