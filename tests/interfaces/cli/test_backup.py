import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import LazySettings

from jiandi.base import files, jobs
from jiandi.interfaces.cli import backup


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    settings.JIANDI_DATA = tmp_path
    return tmp_path


@pytest.mark.sqlite
@pytest.mark.race
def test_the_copy_holds_what_was_committed_and_lists_every_file(flushable, tmp_path: Path) -> None:
    jobs.enqueue("test.note", {}, actor_id=1)
    stored = files.store([b"abc"], limit_bytes=10)
    made = backup.make()
    assert made.folder.parent == tmp_path / "backups"
    with closing(sqlite3.connect(made.folder / "jiandi.sqlite3")) as copy:
        assert copy.execute("SELECT count(*) FROM jobs_job").fetchone() == (1,)
    assert (made.folder / backup.MANIFEST).read_text() == f"{stored.digest} 3\n"
    assert (made.file_count, made.file_bytes) == (1, 3)
    assert not (made.folder / "files").exists()


@pytest.mark.sqlite
@pytest.mark.race
def test_the_files_come_along_when_asked(flushable, tmp_path: Path) -> None:
    stored = files.store([b"abc"], limit_bytes=10)
    made = backup.make(tmp_path / "other", is_with_files=True)
    path = made.folder / "files" / stored.digest[:2] / stored.digest[2:4] / stored.digest
    assert path.read_bytes() == b"abc"
    assert not list((tmp_path / "other").glob("*.half"))
