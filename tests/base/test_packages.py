"""A package proves itself: any changed byte is found, and named where it lies in a file; whatever is handed in, nothing crashes."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jiandi.base import packages

FILES = {"index.html": b"<html>" * 50, "evidence/0001/凭证.pdf": bytes(range(256)) * 40, "empty.txt": b""}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "案卷.zip"
    with packages.Package(path, {"finding": "XC26-1-01"}) as package:
        for name, content in FILES.items():
            package.add(name, [content[:100], content[100:]])
    return path


def faults(path: Path) -> list[str]:
    return [fault.where for fault in packages.verify(path).faults]


def test_a_package_as_it_was_made_verifies(made: Path) -> None:
    found = packages.verify(made)
    assert (found.faults, found.files, found.about["finding"]) == ([], 3, "XC26-1-01")
    with zipfile.ZipFile(made) as archive:
        assert {name: archive.read(name) for name in FILES} == FILES
        assert archive.testzip() is None


@pytest.mark.parametrize("algorithm", ["sha256", "sm3"])
def test_the_algorithm_is_named_and_used(tmp_path: Path, algorithm: str) -> None:
    path = tmp_path / "a.zip"
    with packages.Package(path, {}, algorithm) as package:
        package.add("a", [b"a"])
    assert (packages.verify(path).algorithm, faults(path)) == (algorithm, [])


def test_no_byte_can_be_changed_unseen(made: Path) -> None:
    """Every byte of the package, one after the other in a sample, and all of its frame."""
    whole = made.read_bytes()
    chance = random.Random(7)
    places = {*range(60), *range(len(whole) - 500, len(whole)), *chance.sample(range(len(whole)), 400)}
    for place in sorted(places):
        made.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :])
        assert packages.verify(made).faults, place


def test_it_says_which_file_differs(made: Path) -> None:
    whole = made.read_bytes()
    place = whole.index(bytes(range(256))) + 700
    made.write_bytes(whole[:place] + b"\xff\xff" + whole[place + 2 :])
    assert faults(made) == ["evidence/0001/凭证.pdf"]


def again(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The same package with other content under an honest ZIP frame, as somebody would forge it."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
        comment = archive.comment
    change(content)
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in content.items():
            archive.writestr(name, body)
        archive.comment = comment
    return path


def test_a_file_that_was_taken_out_or_put_in_is_named(made: Path) -> None:
    def forge(content: dict[str, bytes]) -> None:
        del content["empty.txt"]
        content["evidence/0002/新.pdf"] = b"x"

    assert sorted(faults(again(made, forge))) == ["empty.txt", "evidence/0002/新.pdf"]


def test_a_list_that_was_rewritten_breaks_the_seal(made: Path) -> None:
    def forge(content: dict[str, bytes]) -> None:
        content["index.html"] = b"other"
        said = json.loads(content["manifest.json"])
        said["files"][0] |= {"size": 5, "digest": "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa"}
        content["manifest.json"] = json.dumps(said).encode()

    assert faults(again(made, forge)) == ["案卷.zip"]


HOSTILE: dict[str, Callable[[Path], object]] = {
    "nothing": lambda p: p.write_bytes(b""),
    "noise": lambda p: p.write_bytes(random.Random(1).randbytes(5000)),
    "cut off": lambda p: p.write_bytes(p.read_bytes()[:-200]),
    "a list that is no list": lambda p: again(p, lambda c: c.update({"manifest.json": b"[" * 100_000})),
    "a list of something else": lambda p: again(p, lambda c: c.update({"manifest.json": b'{"format": 1, "files": [3]}'})),
    "a name that leads out": lambda p: again(p, lambda c: c.update({"../../etc/passwd": b"x"})),
    "an absolute name": lambda p: again(p, lambda c: c.update({"/etc/passwd": b"x"})),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_package_is_a_fault_and_never_a_crash(made: Path, name: str) -> None:
    HOSTILE[name](made)
    assert packages.verify(made).faults


def test_a_bomb_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "bombe.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("big", "w") as target:
            for _ in range(64):
                target.write(bytes(1024 * 1024))
        archive.comment = b"sha256:" + b"0" * 64
    assert faults(path)
    assert "longer" in packages.verify(path).faults[0].what or "packed" in packages.verify(path).faults[0].what


def test_a_package_whose_writing_broke_off_does_not_verify(tmp_path: Path) -> None:
    path = tmp_path / "halb.zip"

    def chunks() -> Iterator[bytes]:
        yield b"a"
        raise RuntimeError("disk")

    with packages.Package(path, {}) as package, pytest.raises(RuntimeError, match="disk"):
        package.add("a", chunks())
    assert "a" not in [line["path"] for line in package.listed]
    assert faults(path)
