"""`jiandi import`: a ledger checked without a trace, taken over by one line, or a sentence for every cell in the way."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from jiandi.base.jobs.models import Job
from jiandi.loop.intake import actions, rules
from jiandi.record.ledger.models import Finding, ImportBatch, RememberedMapping
from jiandi.record.trail.models import TrailEntry
from tests.cast import Cast
from tests.loop.intake.city import HEADS, ROWS, check, hand_in_ledger, workbook


def run(*words: str) -> str:
    out = StringIO()
    call_command("import", *words, stdout=out)
    return out.getvalue()


def ledger(*words: str, who: str = "clerk") -> str:
    return run("--as", who, *words)


def test_a_ledger_is_taken_over_and_undone(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(workbook())
    assert "taken, 3 findings" in ledger(str(path), "--round", cast.round.code)
    batch = ImportBatch.objects.get()
    assert "undone" in ledger("--undo", str(batch.pk), "--reason", "交错了文件")
    assert set(Finding.objects.filter(batch=batch).values_list("state", flat=True)) == {"withdrawn"}


def test_every_cell_in_the_way_is_named(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(workbook([*ROWS, (4, "", "补做", "市水务局", "", "2026年2月30日", "整改中")]))
    with pytest.raises(CommandError) as refused:
        ledger(str(path), "--round", cast.round.code)
    assert "台账!B5" in str(refused.value)
    assert "台账!F5" in str(refused.value)
    assert not Finding.objects.filter(batch__isnull=False).exists()


def test_an_unknown_unit_is_named_or_added(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(workbook([(1, "台账缺失", "补建", "市体育中心", "", "2026年6月底", "整改中")]))
    with pytest.raises(CommandError) as refused:
        ledger(str(path), "--round", cast.round.code)
    assert "市体育中心" in str(refused.value)
    assert ImportBatch.objects.get().state == "checked"


def test_only_the_office_takes_a_ledger_over_by_the_command(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(workbook())
    for who in ("head", "nobody"):
        with pytest.raises(CommandError):
            ledger(str(path), "--round", cast.round.code, who=who)
    with pytest.raises(CommandError):
        run(str(path), "--round", cast.round.code)
    assert not ImportBatch.objects.exists()


def test_a_dry_run_says_the_same_as_the_page_and_writes_nothing(cast: Cast, tmp_path: Path) -> None:
    rows = [*ROWS, (4, "", "补做", "市水务局", "", "2026年2月30日", "甲等")]
    path = tmp_path / "台账.xlsx"
    path.write_bytes(workbook(rows))
    before = _counted()
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("import", str(path), "--dry-run", "--json", "--round", cast.round.code, stdout=out)
    assert refused.value.returncode == 1
    found = json.loads(out.getvalue())
    assert _counted() == before
    batch = check(hand_in_ledger(cast, workbook(rows)))
    assert (found["rows"], found["stopping"], found["notes"]) == (batch.rows, batch.stopping, batch.notes) == (3, 3, 0)
    assert [(one["code"], one["place"]) for one in found["faults"]] == [(f["code"], f["params"]["place"]) for f in batch.faults]
    assert found["recognised"] == batch.recognised


def test_a_dry_run_without_faults_ends_well(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(workbook())
    said = run(str(path), "--dry-run")
    assert "3" in said.splitlines()[0]
    assert any(HEADS[1] in line for line in said.splitlines())


def test_a_mapping_file_answers_for_the_dry_run_and_for_the_import(cast: Cast, tmp_path: Path) -> None:
    path, mapping = tmp_path / "台账.xlsx", tmp_path / "对应.json"
    path.write_bytes(workbook([(1, "账目不清", "核对", "水务口", "", "2026年6月底", "甲等")]))
    given = {"states": {"甲等": "closed"}, "units": {"水务口": "as:市水务局"}}
    mapping.write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
    run(str(path), "--dry-run", "--mapping", str(mapping))
    assert "1 findings" in ledger(str(path), "--round", cast.round.code, "--mapping", str(mapping))
    found = Finding.objects.get(batch__isnull=False)
    assert (found.state, found.lead, found.old_word) == ("closed", cast.bureau, "甲等")


@pytest.mark.parametrize("given", ["{", "[]", '{"states": {"甲": "fine"}}', '{"columns": {}}', '{"units": {"甲": "maybe"}}'])
def test_a_mapping_that_is_not_understood_is_refused_before_anything_is_read(cast: Cast, tmp_path: Path, given: str) -> None:
    path, mapping = tmp_path / "台账.xlsx", tmp_path / "对应.json"
    path.write_bytes(workbook())
    mapping.write_text(given, encoding="utf-8")
    for words in (("--dry-run",), ("--as", "clerk", "--round", cast.round.code)):
        with pytest.raises(CommandError):
            run(str(path), "--mapping", str(mapping), *words)
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("words", [(), ("--dry-run",), ("--as-of", "昨天")])
def test_a_file_that_is_not_there_is_said(cast: Cast, tmp_path: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        ledger(str(tmp_path / "没有.xlsx"), "--round", cast.round.code, *words)
    with pytest.raises(CommandError):
        run()
    assert not ImportBatch.objects.exists()


def _counted() -> tuple[Any, ...]:
    kept = (ImportBatch, Finding, RememberedMapping, TrailEntry, Job)
    return tuple(kind.objects.count() for kind in kept)


def test_what_was_remembered_on_the_page_is_used_by_the_command(cast: Cast, tmp_path: Path) -> None:
    body = workbook([(1, "账目不清", "核对", "市水务局", "", "2026年6月底", "甲等")])
    batch = check(hand_in_ledger(cast, body))
    mapping = rules.LedgerMapping(states={"甲等": "long_term"})
    actions.check_again(actor=cast.actor("clerk"), batch_id=batch.pk, version=batch.version, mapping=mapping)
    path = tmp_path / "台账.xlsx"
    path.write_bytes(body)
    run(str(path), "--dry-run", "--round", cast.round.code)
    with pytest.raises(CommandError):
        run(str(path), "--dry-run")
