"""Who knows one stage knows all: the same few files, in the same order, and no stage reaches into another."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jiandi.loop import STAGES
from tests.house import shape

LOOP = shape.PACKAGE / "loop"
WATCH = shape.PACKAGE / "watch"
USUAL = {"__init__", "rules", "queries", "actions", "jobs", "forms", "views", "api", "urls"}
SPECIAL = {"intake": {"readers", "extract"}, "integrity": {"detectors"}, "recurrence": {"similarity"}}
# Folders that hold no Python: pages, files of the page, and (intake) examples.
FOLDERS = {"templates", "static"}
INCLUDE = re.compile(r"{%\s*(?:include|extends)\s+[\"']([\w-]+)/")


def parts() -> list[Path]:
    folders = [*LOOP.iterdir(), *(WATCH.iterdir() if WATCH.is_dir() else [])]
    return sorted(p for p in folders if p.is_dir() and p.name != "__pycache__")


def test_the_folders_of_the_loop_are_its_stages():
    assert {p.name for p in parts() if p.parent == LOOP} == {stage.name for stage in STAGES}


def strange_files(part: Path) -> list[str]:
    """Files and folders outside the fixed set."""
    allowed = USUAL | SPECIAL.get(part.name, set())
    entries = [p for p in part.iterdir() if p.name != "__pycache__"]
    return [
        shape.name(p) for p in entries if not (p.suffix == ".py" and p.stem in allowed) and not (p.is_dir() and p.name in allowed | FOLDERS)
    ]


@pytest.mark.parametrize("part", parts(), ids=lambda p: p.name)
def test_a_stage_holds_only_the_usual_files(part):
    assert not (wrong := strange_files(part)), shape.report(wrong)


@pytest.mark.parametrize("part", parts(), ids=lambda p: p.name)
def test_pages_of_a_stage_lie_in_a_folder_of_its_name(part):
    folder = part / "templates"
    wrong = [shape.name(p) for p in folder.iterdir() if p.name not in (part.name, "cotton")] if folder.is_dir() else []
    assert not wrong, shape.report(wrong)


def foreign_includes(part: Path, others: set[str]) -> Iterator[str]:
    for page in part.rglob("*.html"):
        for folder in INCLUDE.findall(page.read_text(encoding="utf-8")):
            if folder in others:
                yield f"{shape.name(page)} takes in {folder}/"


@pytest.mark.parametrize("part", parts(), ids=lambda p: p.name)
def test_pages_of_a_stage_take_in_nothing_of_another(part):
    others = {p.name for p in parts()} - {part.name}
    assert not (wrong := list(foreign_includes(part, others))), shape.report(wrong)
