"""What no constraint can say: a campaign closes with no cell open, nothing is asked in a closed one (two tables); and the
day first agreed for a finding stays for ever (rules.md §4.1: a CHECK sees no earlier value)."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

CAMPAIGN, ANSWER, FINDING = "ledger_campaign", "ledger_answer", "ledger_finding"
NOT_COVERED = "a campaign closes only with every cell answered or excused"
IS_OVER = "nothing is asked in a closed campaign"
FIRST_DUE = "the day first agreed never changes"


def set_triggers(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers; safe to call again."""
    drop_triggers(connection)
    _run(connection, _CREATE)


def drop_triggers(connection: BaseDatabaseWrapper) -> None:
    """SQLite checks the bodies of triggers when it renames a table, so they rest during migrations."""
    _run(connection, _DROP)


def _run(connection: BaseDatabaseWrapper, statements: dict[str, tuple[str, ...]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)


def before_migrate(using: str, **_kwargs: Any) -> None:
    connection = connections[using]
    if {CAMPAIGN, ANSWER, FINDING} <= set(connection.introspection.table_names()):
        drop_triggers(connection)


def after_migrate(using: str, **_kwargs: Any) -> None:
    connection = connections[using]
    if {CAMPAIGN, ANSWER, FINDING} <= set(connection.introspection.table_names()):
        set_triggers(connection)


_OPEN = f"EXISTS (SELECT 1 FROM {ANSWER} WHERE campaign_id = NEW.id AND state = 'asked')"  # noqa: S608  # nosec B608
_CLOSED = f"EXISTS (SELECT 1 FROM {CAMPAIGN} WHERE id = NEW.campaign_id AND state = 'closed')"  # noqa: S608  # nosec B608
_CREATE = {
    "sqlite": (
        (
            f"CREATE TRIGGER campaign_is_covered BEFORE UPDATE OF state ON {CAMPAIGN} WHEN NEW.state = 'closed' AND {_OPEN} "
            f"BEGIN SELECT RAISE(ABORT, '{NOT_COVERED}'); END"
        ),
        f"CREATE TRIGGER campaign_is_open BEFORE INSERT ON {ANSWER} WHEN {_CLOSED} BEGIN SELECT RAISE(ABORT, '{IS_OVER}'); END",
        (
            f"CREATE TRIGGER campaign_is_open_still BEFORE UPDATE OF state ON {ANSWER} WHEN {_CLOSED} "
            f"BEGIN SELECT RAISE(ABORT, '{IS_OVER}'); END"
        ),
        (
            f"CREATE TRIGGER first_due_stays BEFORE UPDATE OF first_due ON {FINDING} "
            "WHEN OLD.first_due IS NOT NULL AND NEW.first_due IS NOT OLD.first_due "
            f"BEGIN SELECT RAISE(ABORT, '{FIRST_DUE}'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION campaign_is_covered() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF NEW.state = 'closed' AND {_OPEN} THEN RAISE EXCEPTION '{NOT_COVERED}' USING ERRCODE = 'check_violation'; END IF; "
            "RETURN NEW; END $$"
        ),
        (
            "CREATE OR REPLACE FUNCTION campaign_is_open() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {_CLOSED} THEN RAISE EXCEPTION '{IS_OVER}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
        ),
        f"CREATE TRIGGER campaign_is_covered BEFORE UPDATE OF state ON {CAMPAIGN} FOR EACH ROW EXECUTE FUNCTION campaign_is_covered()",
        f"CREATE TRIGGER campaign_is_open BEFORE INSERT ON {ANSWER} FOR EACH ROW EXECUTE FUNCTION campaign_is_open()",
        f"CREATE TRIGGER campaign_is_open_still BEFORE UPDATE OF state ON {ANSWER} FOR EACH ROW EXECUTE FUNCTION campaign_is_open()",
        (
            "CREATE OR REPLACE FUNCTION first_due_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{FIRST_DUE}' USING ERRCODE = 'check_violation'; END $$"
        ),
        (
            f"CREATE TRIGGER first_due_stays BEFORE UPDATE OF first_due ON {FINDING} FOR EACH ROW "
            "WHEN (OLD.first_due IS NOT NULL AND NEW.first_due IS DISTINCT FROM OLD.first_due) EXECUTE FUNCTION first_due_stays()"
        ),
    ),
}
_DROP = {
    "sqlite": tuple(
        f"DROP TRIGGER IF EXISTS {name}"
        for name in ("campaign_is_covered", "campaign_is_open", "campaign_is_open_still", "first_due_stays")
    ),
    "postgresql": (
        f"DROP TRIGGER IF EXISTS campaign_is_covered ON {CAMPAIGN}",
        f"DROP TRIGGER IF EXISTS campaign_is_open ON {ANSWER}",
        f"DROP TRIGGER IF EXISTS campaign_is_open_still ON {ANSWER}",
        f"DROP TRIGGER IF EXISTS first_due_stays ON {FINDING}",
    ),
}
