"""A package of files that proves itself: a ZIP with a list of digests in it, and the digest of all its bytes in its last ones.

Whoever holds the package checks it without this program's database. Nothing in it is compressed, so that it unpacks to
what it weighs; the list names every file, and the closing comment names the digest of everything before it.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Final

from jiandi.base import digests

MANIFEST: Final = "manifest.json"
FORMAT: Final = "jiandi-package-1"
BLOCK: Final = 1024 * 1024
MOST_FILES: Final = 20_000
MOST_MANIFEST: Final = 16 * 1024**2
SEALED: Final = 32  # longest name of an algorithm, with room
EPOCH: Final = (2000, 1, 1, 0, 0, 0)
FAULTS: Final = (zipfile.BadZipFile, OSError, EOFError, KeyError, ValueError, TypeError, NotImplementedError, RuntimeError, RecursionError)
_SEAL = re.compile(rb"([a-z0-9]{1,10}):([0-9a-f]{64})")
_SEAL_LONGEST: Final = 10 + 1 + digests.HEX_LENGTH


@dataclass(frozen=True)
class Fault:
    """Which file of the package differs, and how."""

    where: str
    what: str


@dataclass(frozen=True)
class Verified:
    """What was found: the list's own words, the seal, and everything that differs."""

    faults: list[Fault]
    about: dict[str, Any]
    algorithm: str = ""
    digest: str = ""
    files: int = 0


class Package:
    """``with Package(path, about) as package: package.add("index.html", chunks)``; the list and the seal come at the end."""

    def __init__(self, path: Path, about: dict[str, Any], algorithm: str = digests.DEFAULT) -> None:
        self._path, self._about, self._algorithm = path, about, algorithm
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True)
        self.listed: list[dict[str, Any]] = []

    def __enter__(self) -> Package:  # noqa: PYI034 - plain enough
        return self

    def __exit__(self, error: type[BaseException] | None, *_more: object) -> None:
        if error is None:
            self._write_list()
        self._zip.comment = f"{self._algorithm}:{'0' * digests.HEX_LENGTH}".encode()
        self._zip.close()
        if error is None:
            self._seal()

    def add(self, name: str, chunks: Iterable[bytes]) -> str:
        """Write one file and return its digest."""
        hasher = digests.Hasher(self._algorithm)
        with self._zip.open(zipfile.ZipInfo(name, EPOCH), "w", force_zip64=True) as target:
            for chunk in chunks:
                hasher.update(chunk)
                target.write(chunk)
        self.listed.append({"path": name, "size": hasher.size, "digest": hasher.hexdigest()})
        return hasher.hexdigest()

    def _write_list(self) -> None:
        said = {"format": FORMAT, "algorithm": self._algorithm, **self._about, "files": self.listed}
        body = json.dumps(said, ensure_ascii=False, indent=1).encode()
        with self._zip.open(zipfile.ZipInfo(MANIFEST, EPOCH), "w") as target:
            target.write(body)

    def _seal(self) -> None:
        """The digest of all bytes before the seal, over the zeros that hold its place."""
        length = digests.HEX_LENGTH
        with self._path.open("r+b") as package:
            size = package.seek(0, 2)
            package.seek(0)
            found = _digest(package, self._algorithm, size - length)
            package.seek(size - length)
            package.write(found.encode())


def verify(path: Path) -> Verified:
    """Check every byte. Anything may be handed in: what is no package is a fault, never a crash."""
    try:
        return _verify(path)
    except FAULTS as error:
        return Verified([Fault(path.name, f"is no package that can be read ({type(error).__name__})")], {})


def _verify(path: Path) -> Verified:
    algorithm, sealed = _seal_of(path)
    with path.open("rb") as package:
        whole = _digest(package, algorithm, path.stat().st_size - digests.HEX_LENGTH)
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        faults = list(_odd(entries, path.stat().st_size))
        said = {} if faults else _list_of(archive)
        if not faults:
            faults += _compare(archive, entries, said)
    if whole != sealed and not faults:
        faults.append(Fault(path.name, "its files are whole, but bytes between them differ from its seal"))
    about = {name: value for name, value in said.items() if name != "files"}
    return Verified(faults, about, algorithm, sealed, len(said.get("files", ())))


def _seal_of(path: Path) -> tuple[str, str]:
    size = path.stat().st_size
    with path.open("rb") as package:
        package.seek(max(0, size - _SEAL_LONGEST))
        tail = package.read()
    hits = [hit for hit in _SEAL.finditer(tail) if hit.end() == len(tail)]
    known = [hit for hit in hits if digests.is_known(hit[1].decode())]
    if known:
        return known[0][1].decode(), known[0][2].decode()
    named = next((name for name in digests.ALGORITHMS if tail[: -digests.HEX_LENGTH].endswith(f"{name}:".encode())), None)
    if named is None:
        raise ValueError("no seal")
    return named, ""


def _odd(entries: list[zipfile.ZipInfo], size: int) -> Iterator[Fault]:
    """What a package of ours never has: too many files, names that lead elsewhere, names twice, packed or locked files."""
    if len(entries) > MOST_FILES:
        yield Fault("", f"it holds more than {MOST_FILES} files")
        return
    if sum(entry.file_size for entry in entries) > size:
        yield Fault("", "its files claim to be longer than the package")
        return
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        parts = PurePosixPath(name).parts
        if name in seen or name.startswith("/") or ".." in parts or "\\" in name or "\0" in entry.orig_filename:
            yield Fault(name, "has a name that is not allowed, or stands in it twice")
        elif entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1 or entry.compress_size != entry.file_size:
            yield Fault(name, "is packed or locked, as nothing in a package is")
        seen.add(name)


def _list_of(archive: zipfile.ZipFile) -> dict[str, Any]:
    with archive.open(MANIFEST) as source:
        said = json.loads(source.read(MOST_MANIFEST))
    if said["format"] != FORMAT or not digests.is_known(said["algorithm"]):
        raise ValueError("not this format")
    return dict(said)


def _compare(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], said: dict[str, Any]) -> Iterator[Fault]:
    there = {entry.filename: entry for entry in entries if entry.filename != MANIFEST}
    for line in said["files"]:
        name, size, digest = str(line["path"]), int(line["size"]), str(line["digest"])
        entry = there.pop(name, None)
        if entry is None:
            yield Fault(name, "is missing")
        elif entry.file_size != size:
            yield Fault(name, f"has {entry.file_size} bytes, not {size}")
        elif not _is_whole(archive, entry, said["algorithm"], digest):
            yield Fault(name, "its bytes differ from its digest")
    for name in there:
        yield Fault(name, "is not on the list")


def _is_whole(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, algorithm: str, digest: str) -> bool:
    hasher = digests.Hasher(algorithm)
    try:
        with archive.open(entry) as source:
            while block := source.read(BLOCK):
                hasher.update(block)
    except FAULTS:  # the ZIP's own sum is the first to notice
        return False
    return hasher.hexdigest() == digest


def lines_of(path: Path, name: str) -> Iterator[dict[str, Any]]:
    """The lines of a file of JSON lines in a package that was verified."""
    with zipfile.ZipFile(path) as archive, archive.open(name) as source:
        for line in source:
            yield json.loads(line)


def _digest(source: BinaryIO, algorithm: str, length: int) -> str:
    hasher, left = digests.Hasher(algorithm), length
    source.seek(0)
    while left > 0 and (block := source.read(min(BLOCK, left))):
        hasher.update(block)
        left -= len(block)
    return hasher.hexdigest()


def digest_of(path: Path, algorithm: str) -> str:
    """Of the whole file, seal included: what the record keeps of it."""
    with path.open("rb") as package:
        return _digest(package, algorithm, path.stat().st_size)
