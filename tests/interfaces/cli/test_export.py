"""`jiandi export` writes what the pages write: the ledger, the report, and a prescribed form with its three-rate sheet."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from jiandi.loop.report.rules.spots import Spot
from tests.cast import Cast
from tests.loop.report import superiors
from tests.loop.report.test_prescribed import keep, point


def export(cast: Cast, out: Path, *more: str, who: str = "clerk") -> None:
    call_command("export", "--as", who, "--round", cast.round.code, "--out", str(out), *more)


@pytest.mark.parametrize(("kind", "name"), [("ledger", "台账.xlsx"), ("report", "报告.docx")])
def test_ledger_and_report_are_written(cast: Cast, tmp_path: Path, kind: str, name: str) -> None:
    export(cast, tmp_path / name, "--kind", kind)
    assert (tmp_path / name).read_bytes().startswith(b"PK")


def test_a_form_is_written_with_its_three_rates_and_its_notes(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    point(cast, keep(cast, superiors.summary()), Spot(0, "A6", "count", "total"), Spot(0, "G6", "count", "completion_rate"))
    export(cast, tmp_path / "月报.xlsx", "--form", "整改月报")
    assert openpyxl.load_workbook(tmp_path / "月报.xlsx").worksheets[0]["A6"].value == 1
    assert len(list(tmp_path.glob("月报_*.xlsx"))) == 1
    assert "情况统计表!G6" in capsys.readouterr().err


def test_a_unit_exports_its_own_alone(cast: Cast, tmp_path: Path) -> None:
    export(cast, tmp_path / "own.xlsx", "--unit", cast.bureau.name, who="head")
    with pytest.raises(CommandError):
        export(cast, tmp_path / "all.xlsx", who="head")
    assert not (tmp_path / "all.xlsx").exists()


def test_a_form_that_is_not_kept_is_said(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        export(cast, tmp_path / "x.xlsx", "--form", "没有这张表")
