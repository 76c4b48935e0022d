"""Database triggers that refuse to change or delete what the trail has written (the only vendor SQL)."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("trail_trailentry", "trail_leaf", "trail_head")
_REFUSAL = "the trail is append-only"


def raise_guards(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers; safe to call again."""
    lower_guards(connection)
    with connection.cursor() as cursor:
        for statement in _CREATE[connection.vendor]:
            for table in TABLES:
                cursor.execute(statement.format(table=table, refusal=_REFUSAL))


def lower_guards(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers: only the tests' flush may."""
    with connection.cursor() as cursor:
        for statement in _DROP[connection.vendor]:
            for table in TABLES:
                cursor.execute(statement.format(table=table))


def missing_guards(connection: BaseDatabaseWrapper) -> list[str]:
    """Tables whose refusal is not in place."""
    with connection.cursor() as cursor:
        cursor.execute(_LIST[connection.vendor])
        found = {row[0] for row in cursor.fetchall()}
    wanted = [(table, f"{table}_no_{verb}") for table in TABLES for verb in ("update", "delete")]
    return sorted({table for table, name in wanted if name not in found})


def after_migrate(using: str, **_kwargs: Any) -> None:
    connection = connections[using]
    if TABLES[0] in connection.introspection.table_names():
        raise_guards(connection)


_CREATE = {
    "sqlite": (
        "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
        "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{refusal}'; END $$",
        "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ),
}
_DROP = {
    "sqlite": ("DROP TRIGGER IF EXISTS {table}_no_update", "DROP TRIGGER IF EXISTS {table}_no_delete"),
    "postgresql": (
        "DROP TRIGGER IF EXISTS {table}_no_update ON {table}",
        "DROP TRIGGER IF EXISTS {table}_no_delete ON {table}",
        "DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
    ),
}
_LIST = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
}
