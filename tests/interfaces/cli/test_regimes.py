"""Regimes, calendar and phases by command: the same actions, in the name of a person."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from jiandi.base import clock, heavy
from jiandi.record.ledger import write
from jiandi.record.ledger.models import PhaseChange
from jiandi.record.regimes import queries
from jiandi.record.regimes.models import Workday
from jiandi.record.trail import sealer
from jiandi.record.trail.actor import SYSTEM
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def run(name: str, *words: str, who: str = "director") -> str:
    out = StringIO()
    call_command(name, "--as", who, *words, stdout=out)
    return out.getvalue()


def test_a_text_goes_out_changed_and_comes_in_as_the_next_version_and_a_round_moves_to_it(cast: Cast, tmp_path: Path) -> None:
    text = run("regime", "text", "inspection")
    changed = tmp_path / "a.toml"
    changed.write_text(text.replace("length = 6", "length = 7"), "utf-8")
    assert run("regime", "add", str(changed), "--follows", "1", "--reason", "本地规定").startswith("inspection 2 ")
    assert "version 2" in run("round", "move", "--round", cast.round.code, "--reason", "统一口径")
    cast.round.refresh_from_db()
    assert queries.profile_of(cast.round.regime).phases[1].length == 7


def test_the_days_of_a_year_come_from_a_workbook(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "2027.xlsx"
    book = heavy.xlsxwriter().Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["日期", "安排", "说明"])
    sheet.write_datetime(1, 0, date(2027, 1, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_row(1, 1, ["休", "元旦"])
    sheet.write_row(2, 0, ["2027-02-14", "班", "春节"])
    book.close()
    told = run("calendar", "publish", str(path), "--year", "2027", "--source", "通知", who="clerk")
    assert told.splitlines() == ["2027-01-01 - 元旦", "2027-02-14 + 春节"]
    assert Workday.objects.filter(day__year=2027).count() == 2


def test_a_phase_is_closed_by_command_and_only_by_the_director(cast: Cast) -> None:
    write.change(cast.round, {"ends_on": clock.today().replace(day=1, month=1)}, actor=SYSTEM, verb="edit")
    sealer.seal_pending()
    with pytest.raises(CommandError):
        run("round", "phase", "--round", cast.round.code, "--reason", "期满", who="clerk")
    assert "opened 1, carried 1" in run("round", "phase", "--round", cast.round.code, "--reason", "期满")
    assert PhaseChange.objects.get().state == "standing"
