"""On real documents, which stay outside the repository: it runs on all of them, and well above a plain splitter."""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from jiandi.loop.intake.extract import extract, to_corpus_json
from jiandi.loop.intake.readers import opening

ROOT = Path(__file__).resolve().parents[3]
CORPUS = Path(os.environ.get("JIANDI_CORPUS", ROOT.parent / "shared" / "corpus"))
pytestmark = pytest.mark.outside


def predicted(path: Path) -> list[dict[str, Any]]:
    document = opening.open_document(path)
    items: list[dict[str, Any]] = to_corpus_json(extract(document))["items"]
    assert all(item["text"] == document.text[item["start"] : item["end"]] for item in items)
    return items


def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus_evaluate", CORPUS / "evaluate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_document_is_read() -> None:
    paths = sorted((CORPUS / "docs").glob("*.txt"))
    assert paths
    for path in paths:
        predicted(path)


def test_findings_and_actions_are_well_above_a_plain_splitter() -> None:
    evaluate = scorer()
    scores: dict[str, Any] = {}
    for number in json.loads((CORPUS / "split.json").read_text(encoding="utf-8"))["dev"]:
        gold = evaluate.load(CORPUS / "gold" / f"{number}.json")
        evaluate.score_doc(gold, predicted(CORPUS / "docs" / f"{number}.txt"), 0.8, scores)
    got = {name: score.row()["F1"] for name, score in scores.items()}
    print({name: round(value, 3) for name, value in got.items()})
    least = {"finding IoU": 0.9, "action IoU": 0.9, "parent links": 0.85, "owners (unit)": 0.85, "owners labelled": 0.92, "deadlines": 0.85}
    assert {name: got[name] for name, bound in least.items() if got[name] < bound} == {}
