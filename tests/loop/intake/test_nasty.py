"""Each nasty file gives its message, breaks nothing, and what can be read of it is read."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from jiandi.base.errors import BadInput
from jiandi.loop.intake.readers import bounded, opening
from jiandi.loop.intake.readers.limits import MEGABYTE, Limits
from tests.loop.intake import nasty

TIGHT = Limits(seconds=20, memory_bytes=1_024 * MEGABYTE, scan_memory_bytes=1_024 * MEGABYTE)


def test_there_are_many_kinds() -> None:
    assert len(nasty.FILES) >= 40
    assert len({one.name for one in nasty.FILES}) == len(nasty.FILES)


@pytest.mark.parametrize("one", nasty.FILES, ids=lambda one: one.name)
def test_a_nasty_file_gives_its_message(tmp_path: Path, one: nasty.Nasty) -> None:
    path = tmp_path / one.name
    one.make(path)
    before = set(tmp_path.iterdir())
    read = (lambda: bounded.read_bounded(path, TIGHT)) if one.bounded else (lambda: opening.open_document(path))
    if not one.code:
        document = read()
        assert document.text.strip()
        assert all(0 <= line.start <= line.end <= len(document.text) for line in document.lines)
    else:
        with pytest.raises(BadInput) as caught:
            read()
        assert caught.value.code in one.code.split("|")
        assert path.name in caught.value.sentence() or one.name.split(".")[0] in caught.value.sentence()
    assert set(tmp_path.iterdir()) == before
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 3 * 1024 * 1024
