"""A copy of the record while people work: the database, and the list of files (or the files themselves)."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from jiandi.base import clock, files
from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_

PAGES_AT_ONCE = 2000
MANIFEST = "files.txt"


@dataclass(frozen=True)
class Backup:
    folder: Path
    database_bytes: int
    file_count: int
    file_bytes: int


def make(target: Path | None = None, *, is_with_files: bool = False) -> Backup:
    """Write a backup into a new folder of `target`; it gets its name only when it is whole.

    The database comes first: files are only ever added, so every file the copied record names is there after it.
    """
    name = clock.now().strftime("%Y%m%dT%H%M%S.%fZ")
    parent = target or Path(settings.JIANDI_DATA) / "backups"
    half = parent / f"{name}.half"
    half.mkdir(parents=True)
    copy = _copy_sqlite(half) if connection.vendor == "sqlite" else _dump_postgresql(half)
    count, size = _list_files(half, is_with_files=is_with_files)
    database_bytes = copy.stat().st_size
    return Backup(half.rename(parent / name), database_bytes, count, size)


def _copy_sqlite(folder: Path) -> Path:
    path = folder / "jiandi.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy, pages=PAGES_AT_ONCE, sleep=0.01)
        found = copy.execute("PRAGMA quick_check").fetchone()[0]
    if found != "ok":
        raise RuleBroken("backup.broken", N_("The copy of the database is damaged. Check the disk, then run jiandi backup again."))
    return path


def _dump_postgresql(folder: Path) -> Path:
    program = shutil.which("pg_dump")
    if program is None:
        raise RuleBroken(
            "backup.no_pg_dump",
            N_(
                "pg_dump is not on this machine. Install PostgreSQL's client programs, or run pg_dump --format=custom where the database is."
            ),
        )
    path = folder / "jiandi.dump"
    place: dict[str, Any] = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    given = {name: str(place[field]) for name, field in names.items() if place[field]}
    subprocess.run([program, "--format=custom", "--file", str(path)], env=os.environ | given, check=True)  # noqa: S603 - fixed words
    return path


def _list_files(folder: Path, *, is_with_files: bool) -> tuple[int, int]:
    """Write `digest size` for each stored file; with files, link them (same disk) or copy them beside it."""
    count = total = 0
    with (folder / MANIFEST).open("w", encoding="ascii") as manifest:
        for path in files.every_file():
            size = path.stat().st_size
            manifest.write(f"{path.name} {size}\n")
            count, total = count + 1, total + size
            if is_with_files:
                _bring(path, folder / "files" / path.name[:2] / path.name[2:4])
    return count, total


def _bring(path: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, folder / path.name)
    except OSError:
        shutil.copy2(path, folder / path.name)
