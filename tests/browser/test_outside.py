"""Two real documents of the corpus go from the file to the report, in the browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from jiandi.record.ledger.models import Finding, LetterItem
from tests.browser import way as steps
from tests.browser import way_back
from tests.browser.conftest import Enter
from tests.browser.person import said
from tests.browser.town import Town
from tests.browser.way import Way, Work

pytestmark = pytest.mark.outside
CORPUS = Path(os.environ.get("JIANDI_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")
PATIENCE = 90_000
LEAD = "市水务局"


def the_document_is_handed_in_and_read(way: Way, path: Path) -> None:
    clerk = way.as_("clerk")
    clerk.go("/intake/letter/")
    clerk.fill({"Title as printed": f"文件{path.stem}"})
    clerk.bring("File", path)
    clerk.press("Hand in", within="main form")
    way.work()
    expect(clerk.page.locator("li.item").first).to_be_visible(timeout=PATIENCE)


def sure_rows_are_confirmed_at_once_and_one_gets_its_lead_unit(way: Way) -> None:
    clerk = way.as_("clerk")
    clerk.page.locator("select[name=confidence]").select_option("60")
    clerk.press("Confirm", within=".review-tools")
    expect(clerk.page.locator("li.item-sure").first).to_be_visible(timeout=PATIENCE)
    row = f"#{clerk.page.locator('li.item-finding').first.get_attribute('id')}"
    clerk.press("Edit", within=row)
    clerk.page.locator(f"{row} [name=unit_id]").select_option(label=LEAD)
    clerk.fill({"Due date as written": "2027年6月底前"}, within=f"{row} .item-form")
    clerk.press("Save and confirm", within=row)
    clerk.sees(LEAD, within=row)


def the_other_rows_are_confirmed_one_by_one(way: Way) -> None:
    clerk = way.as_("clerk")
    address = clerk.page.url.split("?")[0]
    for page in range(1, 40):
        clerk.page.goto(f"{address}?page={page}")
        waiting = clerk.page.locator("li.item button[data-key=Enter]")
        while left := waiting.count():
            waiting.first.click()
            expect(waiting).to_have_count(left - 1)
        if not clerk.page.locator("a[rel=next]").count():
            break


def confirmed_rows_become_findings_and_nothing_is_left_out(way: Way) -> None:
    clerk = way.as_("clerk")
    clerk.press("Register the confirmed rows")
    expect(clerk.page.locator(".review-count")).to_contain_text(said("Nothing is left out."), timeout=PATIENCE)
    assert not LetterItem.objects.filter(state="open").exclude(type="heading").exists()
    way.row = Finding.objects.get(lead__name=LEAD)


REST = (
    steps.the_liaison_writes_the_cause,
    steps.the_liaison_writes_three_measures_with_standard_and_effect,
    steps.the_head_hands_in_the_plan_and_the_clerk_approves_it,
    steps.the_liaison_notes_progress,
    steps.the_liaison_brings_proof_registers_the_rule_and_claims_each_measure,
    steps.the_verifier_accepts_the_claims,
    steps.the_head_hands_the_finding_in,
    steps.the_verifier_fills_in_the_check_sheet_and_accepts,
    steps.the_office_schedules_the_effect_check,
    steps.director_and_group_member_sign_the_closing,
    way_back.the_clerk_gets_the_ledger_and_the_report,
)


@pytest.mark.parametrize("number", ["001", "002"])
def test_a_real_document_goes_from_the_file_to_the_report(town: Town, enter: Enter, work: Work, tmp_path: Path, number: str) -> None:
    path = CORPUS / "docs" / f"{number}.txt"
    if not path.is_file():
        pytest.skip(f"{path} is not there: name the folder of the corpus in JIANDI_CORPUS")
    way = Way(town, enter, work, tmp_path)
    the_document_is_handed_in_and_read(way, path)
    sure_rows_are_confirmed_at_once_and_one_gets_its_lead_unit(way)
    the_other_rows_are_confirmed_one_by_one(way)
    confirmed_rows_become_findings_and_nothing_is_left_out(way)
    for step in REST:
        step(way)
