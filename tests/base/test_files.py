import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from jiandi.base import digests, files
from jiandi.base.errors import BadInput, NotFound

MB = 1024 * 1024


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    settings.JIANDI_DATA = tmp_path
    return tmp_path


def half_files(folder: Path) -> list[Path]:
    return list((folder / "tmp").iterdir())


@pytest.mark.parametrize("algorithm", digests.ALGORITHMS)
def test_a_file_is_found_by_the_digest_of_its_content(algorithm: str, folder: Path) -> None:
    stored = files.store([b"a", b"", b"bc"], limit_bytes=MB, algorithm=algorithm)
    assert stored == files.StoredFile(digests.digest(algorithm, b"abc"), 3, algorithm)
    assert files.path_of(stored.digest) == folder / "files" / stored.digest[:2] / stored.digest[2:4] / stored.digest
    with files.open_file(stored.digest) as content:
        assert content.read() == b"abc"


def test_the_same_content_is_kept_once_and_not_written_again() -> None:
    stored = files.store([b"abc"], limit_bytes=MB)
    before = files.path_of(stored.digest).stat()
    files.store([b"ab", b"c"], limit_bytes=MB)
    after = files.path_of(stored.digest).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert len(list(files.every_file())) == 1


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(folder: Path) -> None:
    with pytest.raises(BadInput, match=r"files\.too_long"):
        files.store([b"x" * MB, b"x"], limit_bytes=MB)
    assert half_files(folder) == []
    assert list(files.every_file()) == []


def test_an_upload_that_breaks_off_leaves_nothing(folder: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"first"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        files.store(broken(), limit_bytes=MB)
    assert half_files(folder) == []


def test_stored_files_are_read_only() -> None:
    stored = files.store([b"abc"], limit_bytes=MB)
    assert files.path_of(stored.digest).stat().st_mode & 0o777 == files.READ_ONLY


def test_a_name_that_is_no_digest_opens_nothing() -> None:
    with pytest.raises(ValueError, match="not a digest"):
        files.open_file("../../keys/django")


def test_a_lost_file_says_so() -> None:
    with pytest.raises(NotFound, match=r"files\.missing"):
        files.open_file("0" * 64)


def test_the_sweep_takes_old_half_files_only(folder: Path) -> None:
    (folder / "tmp").mkdir()
    old, fresh = folder / "tmp" / f"a{files.HALF}", folder / "tmp" / f"b{files.HALF}"
    for path in (old, fresh):
        path.write_bytes(b"half")
    before = time.time() - files.HALF_FILE_SECONDS - 1
    os.utime(old, (before, before))
    assert files.sweep_half_files() == 1
    assert half_files(folder) == [fresh]
