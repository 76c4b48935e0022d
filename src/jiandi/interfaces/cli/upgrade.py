"""Bring the tables to this program: backup, migrate, check."""

import io
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_
from jiandi.interfaces.cli import backup, schema
from jiandi.interfaces.cli.serve import lock

Say = Callable[..., None]


def run(say: Say, *, is_backup_wanted: bool = True) -> None:
    """Nothing else may serve the data folder meanwhile. Says what it does; raises RuleBroken when it must not."""
    with lock.only_one(Path(settings.JIANDI_DATA), "jiandi upgrade"):
        found = schema.read()
        if found.word == "newer":
            schema.require_equal()
        if found.missing:
            if is_backup_wanted and connection.introspection.table_names():
                made = backup.make()
                say(N_("Backup: {folder}"), folder=str(made.folder))
            call_command("migrate", interactive=False, verbosity=0)
        _check()
        say(N_("The database fits this program."))


def _check() -> None:
    call_command("check", databases=["default"], stdout=io.StringIO())
    schema.require_equal()
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        if cursor.fetchone():
            raise RuleBroken("upgrade.broken_links", N_("Rows point to rows that do not exist. Restore the backup and report this."))
