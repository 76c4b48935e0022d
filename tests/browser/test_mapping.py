"""The clerk hands in a ledger of headings nobody knows, says what they mean, and takes it in; with script and without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from jiandi.record.ledger.models import Finding, ImportBatch
from tests.browser.conftest import Enter
from tests.browser.person import said
from tests.browser.town import Town
from tests.loop.intake import ledgers

HEADS = ("事", "举措", "谁", "何时", "怎样")
FIELDS = ("Problem", "Measure", "Lead unit", "Due date", "State")


@pytest.mark.parametrize("with_script", [True, False])
def test_a_ledger_of_unknown_headings_is_mapped_and_taken_in(
    town: Town, enter: Enter, work: Callable[[], int], tmp_path: Path, with_script: bool
) -> None:
    unit = town.units["bureau"].name
    rows = (("账目不清", "核对", unit, "2027年6月", "甲等"), ("票据不全", "补齐", "新城办", "2027年7月", "整改中"))
    path = ledgers.plain(tmp_path / "来稿.xlsx", HEADS, *rows)
    clerk = enter(town.people["clerk"], java_script_enabled=with_script)
    clerk.go("/intake/ledger/")
    clerk.page.locator("input[type=file]").set_input_files(path)
    clerk.press("Hand in", within="main")
    clerk.page.wait_for_url("**/intake/batch/*/")
    batch = ImportBatch.objects.get()
    work()
    clerk.go(f"/intake/batch/{batch.pk}/")
    clerk.press("Columns, states and units")
    for letters, field in zip("ABCDE", FIELDS, strict=True):
        clerk.page.get_by_label(f"{letters} {HEADS['ABCDE'.index(letters)]}").select_option(label=said(field))
    clerk.press("Check again")
    clerk.page.wait_for_url(f"**/intake/batch/{batch.pk}/")
    work()
    clerk.go(f"/intake/batch/{batch.pk}/")
    expect(clerk.page.get_by_text("甲等").first).to_be_visible()
    clerk.press("Columns, states and units")
    clerk.page.get_by_label("甲等").select_option(label=said("closed"))
    clerk.press("Check again")
    work()
    clerk.go(f"/intake/batch/{batch.pk}/")
    clerk.press("Take it in")
    work()
    clerk.go(f"/intake/batch/{batch.pk}/")
    expect(clerk.page.get_by_text(said("taken")).first).to_be_visible()
    assert set(Finding.objects.filter(batch=batch).values_list("state", "lead__name")) == {("closed", unit), ("in_progress", "新城办")}
