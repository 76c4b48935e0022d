"""The schema of `jiandi extract --json` says what the program prints: no field more, none less, and every word of a list."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import jsonschema_rs
import pytest

from jiandi.base.text import due
from jiandi.loop.intake.extract import extract, model, terms, to_corpus_json
from jiandi.loop.intake.readers import opening
from tests.house import shape

SCHEMA: dict[str, Any] = json.loads((shape.ROOT / "docs/reference/extract.schema.json").read_text(encoding="utf-8"))
ITEM, TERM = SCHEMA["$defs"]["item"], SCHEMA["$defs"]["term"]

PLAN = """云溪市水务局整改方案
一、关于河道保洁不到位的问题
（一）东河排污口整治滞后，部分河段垃圾长期堆放。
整改措施：1.对12个排污口逐一排查，建立清单。（责任单位：市水务局；配合单位：市财政局；完成时限：2026年6月底）
2.每季度开展一次巡查，长期坚持。
3.收到通知后15个工作日内拨付资金300万元，立行立改。
整改进展：已完成8个排污口整治。
"""


def printed(folder: Path, text: str) -> dict[str, Any]:
    path = folder / "方案.txt"
    path.write_text(text, encoding="utf-8")
    found: dict[str, Any] = json.loads(json.dumps(to_corpus_json(extract(opening.open_document(path)))))
    return found


def test_it_is_a_sound_schema_of_2020_12() -> None:
    assert SCHEMA["$schema"].endswith("2020-12/schema")
    jsonschema_rs.meta.validate(SCHEMA)


def test_what_is_printed_fits(tmp_path: Path) -> None:
    found = printed(tmp_path, PLAN)
    assert len(found["items"]) >= 3
    assert any(item["term"] for item in found["items"])
    jsonschema_rs.Draft202012Validator(SCHEMA).validate(found)


@pytest.mark.parametrize("field", sorted(ITEM["required"]))
def test_a_field_that_is_missing_or_wrong_does_not_fit(tmp_path: Path, field: str) -> None:
    validator = jsonschema_rs.Draft202012Validator(SCHEMA)
    found = printed(tmp_path, PLAN)
    first = found["items"][0]
    for wrong in ({k: v for k, v in first.items() if k != field}, {**first, field: {"no": "such"}}, {**first, "poem": 1}):
        assert not validator.is_valid({"items": [wrong]})


def test_its_fields_are_those_of_the_code() -> None:
    assert set(ITEM["properties"]) == {one.name for one in fields(model.Item)}
    inner = {"fault", "milestones"}  # told by the doubts, and by the item
    assert set(TERM["properties"]) == {one.name for one in fields(terms.Term)} - inner
    for name, kind in (("duty", terms.Duty), ("relative", terms.Relative)):
        assert set(SCHEMA["$defs"][name]["properties"]) == {one.name for one in fields(kind)}


def test_its_word_lists_are_those_of_the_code() -> None:
    relative = SCHEMA["$defs"]["relative"]["properties"]
    assert ITEM["properties"]["type"]["enum"] == list(get_args(model.ItemType))
    assert TERM["properties"]["precision"]["enum"] == list(get_args(due.Precision))
    assert relative["unit"]["enum"] == list(get_args(terms.TermUnit))
    assert relative["since"]["enum"] == [*get_args(terms.Since), None]
