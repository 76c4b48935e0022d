"""Files by their digest: written once, never changed, found under JIANDI_DATA/files/ab/cd/<digest>."""

import os
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from jiandi.base import digests, holding
from jiandi.base.errors import BadInput, Conflict, NotFound
from jiandi.base.text.words import N_

HALF = ".half"
HALF_FILE_SECONDS = 24 * 3600
READ_ONLY = 0o440
BLOCK = 1024 * 1024
MORE_THAN_SAID = N_("More came than the file is long. Choose the file again.")
SHORTER = N_("A part of the file is missing. Choose the file again.")
BUSY = N_("Another page is sending this file. Wait a moment, then go on.")
TOO_LONG = N_("The file is longer than {limit_mb} MB. Split it, or ask the administrator to raise the limit.")


@dataclass(frozen=True)
class StoredFile:
    digest: str
    size: int
    algorithm: str


def store(chunks: Iterable[bytes], *, limit_bytes: int, algorithm: str = digests.DEFAULT) -> StoredFile:
    """Keep the content and return its digest. What is returned is on disk; the same content is kept once.

    Raises BadInput when the content is longer than `limit_bytes`; nothing stays behind then.
    """
    hasher = digests.Hasher(algorithm)
    half = _tmp() / f"{uuid.uuid4().hex}{HALF}"
    try:
        with half.open("xb") as target:
            for chunk in chunks:
                hasher.update(chunk)
                if hasher.size > limit_bytes:
                    raise BadInput("files.too_long", TOO_LONG, limit_mb=limit_bytes // 1024**2)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        _publish(half, path_of(hasher.hexdigest()))
    finally:
        half.unlink(missing_ok=True)
    return StoredFile(hasher.hexdigest(), hasher.size, algorithm)


def append(token: str, offset: int, chunks: Iterable[bytes], *, most: int) -> int:
    """Write what comes at ``offset`` into the half file of ``token`` and return how long it is now; that much is on disk.

    What lies behind ``offset`` was never acknowledged and is overwritten. Conflict while somebody else writes it.
    """
    with _held(token, offset) as target:
        end = offset
        for chunk in chunks:
            if end + len(chunk) > most:
                raise BadInput("files.more_than_said", MORE_THAN_SAID)
            target.write(chunk)
            end += len(chunk)
        target.flush()
        os.fsync(target.fileno())
    return end


def digest_half(token: str, size: int, *, algorithm: str = digests.DEFAULT) -> str:
    """Digest of a half file that is whole, of the bytes as they lie on the disk."""
    hasher = digests.Hasher(algorithm)
    with _held(token, 0) as source:
        while block := source.read(BLOCK):
            hasher.update(block)
    if hasher.size != size:
        raise Conflict("files.shorter", SHORTER)
    return hasher.hexdigest()


def publish_half(token: str, digest: str) -> None:
    """Move the half file into the store. Doing it again after a crash finds it done."""
    half = half_of(token)
    if half.exists():
        _publish(half, path_of(digest))
        half.unlink(missing_ok=True)
    elif not path_of(digest).exists():
        raise Conflict("files.shorter", SHORTER)


def half_of(token: str) -> Path:
    """Where what came in so far lies."""
    if not token.isalnum():
        raise ValueError("not a token")
    return _tmp() / f"{token}{HALF}"


@contextmanager
def _held(token: str, offset: int) -> Iterator[BinaryIO]:
    path = half_of(token)
    path.touch(exist_ok=True)
    with path.open("r+b") as opened:
        try:
            holding.hold(opened.fileno())
        except OSError:
            raise Conflict("files.busy", BUSY) from None
        if path.stat().st_size < offset:
            raise Conflict("files.shorter", SHORTER)
        opened.seek(offset)
        yield opened


def path_of(digest: str) -> Path:
    """Where the content of this digest is or would be."""
    if not digests.is_digest(digest):
        raise ValueError("not a digest")
    return _root() / digest[:2] / digest[2:4] / digest


def open_file(digest: str) -> BinaryIO:
    """The content, for reading."""
    try:
        return path_of(digest).open("rb")
    except FileNotFoundError:
        raise NotFound(
            "files.missing", N_("The file {digest} is in the record but not in the store. Bring it back from a backup."), digest=digest[:12]
        ) from None


def sweep_half_files(older_than_seconds: float = HALF_FILE_SECONDS) -> int:
    """Remove what interrupted writes left behind and say how many."""
    before = time.time() - older_than_seconds
    count = 0
    for path in _tmp().iterdir():
        with suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime < before:
                path.unlink()
                count += 1
    return count


def every_file() -> Iterable[Path]:
    """All stored files, in order of their digests."""
    return (path for path in sorted(_root().glob("??/??/*")) if digests.is_digest(path.name))


def _publish(half: Path, final: Path) -> None:
    """Move into place in one step. Equal content already there is left alone: it may be open or hard-linked by a backup."""
    if final.exists():
        return
    final.parent.mkdir(parents=True, exist_ok=True)
    half.chmod(READ_ONLY)
    half.replace(final)
    for folder in (final.parent, final.parent.parent, _root()):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _root() -> Path:
    return Path(settings.JIANDI_DATA) / "files"


def _tmp() -> Path:
    folder = Path(settings.JIANDI_DATA) / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
