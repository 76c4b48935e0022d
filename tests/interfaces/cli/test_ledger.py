"""`jiandi ledger`: a running ledger taken over by one line, or a sentence for every cell in the way."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from jiandi.record.ledger.models import Finding, ImportBatch
from tests.cast import Cast
from tests.loop.intake.city import ROWS, workbook


def ledger(*words: str, who: str = "clerk") -> str:
    out = StringIO()
    call_command("ledger", "--as", who, *words, stdout=out)
    return out.getvalue()


def test_a_ledger_is_taken_over_and_undone(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(workbook())
    assert "taken, 3 findings" in ledger("take", str(path), "--round", cast.round.code)
    batch = ImportBatch.objects.get()
    assert "undone" in ledger("undo", str(batch.pk), "--reason", "交错了文件")
    assert set(Finding.objects.filter(batch=batch).values_list("state", flat=True)) == {"withdrawn"}


def test_every_cell_in_the_way_is_named(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(workbook([*ROWS, (4, "", "补做", "市水务局", "", "2026年2月30日", "整改中")]))
    with pytest.raises(CommandError) as refused:
        ledger("take", str(path), "--round", cast.round.code)
    assert "台账!B5" in str(refused.value)
    assert "台账!F5" in str(refused.value)
    assert not Finding.objects.filter(batch__isnull=False).exists()


def test_an_unknown_unit_is_named_or_added(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(workbook([(1, "台账缺失", "补建", "市体育中心", "", "2026年6月底", "整改中")]))
    with pytest.raises(CommandError) as refused:
        ledger("take", str(path), "--round", cast.round.code)
    assert "市体育中心" in str(refused.value)
    assert ImportBatch.objects.get().state == "checked"


def test_only_the_office_takes_a_ledger_over_by_the_command(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(workbook())
    with pytest.raises(CommandError):
        ledger("take", str(path), "--round", cast.round.code, who="head")
    assert not ImportBatch.objects.exists()
