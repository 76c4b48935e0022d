"""Two real documents of the corpus go from the file to the report, in the browser.

Neither names a problem in so many words: a speech and a notice of progress give headings with what is to be done
under them. The office makes each such heading a finding; what stands under it becomes its measures.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from jiandi.record.ledger.models import Finding, Letter, LetterItem, Measure
from tests.browser import way as steps
from tests.browser import way_back
from tests.browser.conftest import PICTURES, Enter
from tests.browser.person import Person, said
from tests.browser.town import Town
from tests.browser.way import LASTING, MEASURES, Way, Work

pytestmark = pytest.mark.outside
CORPUS = Path(os.environ.get("JIANDI_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")
PATIENCE = 90_000
LEAD, OTHERS = "市水务局", "市财政局"
BELOW = ".item-measure, .item-directive, .item-result"
HEADINGS = f"li.item-heading:has(+ :is({BELOW}))"
UNSURE = "li.item-finding:has(button[data-key=Enter])"


def the_document_is_handed_in_and_read(way: Way, path: Path) -> None:
    clerk = way.as_("clerk")
    clerk.go("/intake/letter/")
    clerk.fill({"Title as printed": f"文件{path.stem}"})
    clerk.bring("File", path)
    clerk.press("Hand in", within="main form")
    clerk.sees(said("The file is being read."))
    way.work()
    expect(clerk.page.locator("li.item").first).to_be_visible(timeout=PATIENCE)
    first_line = path.read_text(encoding="utf-8").strip().splitlines()[0]
    clerk.sees(first_line, within="#review-text")
    clerk.sees(str(Letter(state="in_review").get_state_display()), within="#review-facts")


def rows_that_stand_under_no_finding_are_told(way: Way) -> None:
    clerk = way.as_("clerk")
    clerk.page.locator("select[name=confidence]").select_option("60")
    clerk.press("Confirm", within=".review-tools")
    expect(clerk.page.locator("li.item-sure:is(.item-measure, .item-directive)").first).to_be_visible(timeout=PATIENCE)
    expect(clerk.page.locator(".review-foot .bi-info-circle")).to_be_visible()
    expect(clerk.page.get_by_role("button", name=said("Register the confirmed rows"))).to_have_count(0)


def headings_over_measures_become_findings_with_a_lead_unit(way: Way) -> None:
    clerk = way.as_("clerk")
    waiting = clerk.page.locator(f"{HEADINGS}, {UNSURE}")
    unit = LEAD
    while waiting.count():
        row = f"#{waiting.first.get_attribute('id')}"
        make_it_a_finding(clerk, row, unit)
        unit = OTHERS
    expect(clerk.page.locator(".review-foot .bi-info-circle")).to_have_count(0)


def make_it_a_finding(clerk: Person, row: str, unit: str) -> None:
    clerk.press("Edit", within=row)
    form: Locator = clerk.page.locator(f"{row} .item-form")
    form.locator("[name=type]").select_option("finding")
    form.locator("[name=unit_id]").select_option(label=unit)
    clerk.fill({"Due date as written": "2027年6月底前"}, within=form)
    clerk.press("Save and confirm", within=form)
    expect(form).to_have_count(0)
    clerk.sees(unit, within=row)


def confirmed_rows_become_findings_and_nothing_is_left_out(way: Way) -> None:
    clerk = way.as_("clerk")
    clerk.press("Register the confirmed rows")
    expect(clerk.page.locator(".review-count")).to_contain_text(said("Nothing is left out."), timeout=PATIENCE)
    assert not LetterItem.objects.filter(state="open").exclude(type="heading").exists()
    clerk.yes("Finish the review")
    clerk.sees(str(Letter(state="reviewed").get_state_display()), within="#review-facts")
    way.row = Finding.objects.get(lead__name=LEAD)
    given = Measure.objects.filter(findings=way.row)
    planned = LetterItem.objects.filter(type="measure", covered_by=way.row).exists()
    assert given.exists() == planned, "a measure under the heading is a draft of its plan"
    way.measures = (*MEASURES, *(m.text for m in given))
    way.promising = (LASTING, *(m.text for m in given if m.rule_verb))


INTAKE = (
    rows_that_stand_under_no_finding_are_told,
    headings_over_measures_become_findings_with_a_lead_unit,
    confirmed_rows_become_findings_and_nothing_is_left_out,
)
REST = (
    steps.the_liaison_writes_the_cause,
    steps.the_liaison_writes_three_measures_with_standard_and_effect,
    steps.the_head_hands_in_the_plan_and_the_clerk_approves_it,
    steps.the_liaison_notes_progress,
    steps.the_liaison_brings_proof_registers_the_rule_and_claims_each_measure,
    steps.the_verifier_accepts_the_claims,
    steps.the_head_hands_the_finding_in,
    steps.the_office_names_the_leader_in_charge_who_signs,
    steps.the_verifier_fills_in_the_check_sheet_and_accepts,
    steps.the_office_schedules_the_effect_check,
    steps.director_and_group_member_sign_the_closing,
    way_back.the_clerk_gets_the_ledger_and_the_report,
)


def keep_pictures(way: Way, number: str, step: str) -> None:
    """Where JIANDI_BROWSER_PICTURES names a folder: what everybody has on the screen after each step, and the papers."""
    for name, person in way.there.items() if PICTURES else ():
        person.keep_picture(Path(PICTURES) / number / f"{step}-{name}")
    for paper in (*way.folder.glob("*.docx"), *way.folder.glob("*.xlsx")) if PICTURES else ():
        shutil.copy(paper, Path(PICTURES) / number)


@pytest.mark.parametrize("number", ["001", "002"])
def test_a_real_document_goes_from_the_file_to_the_report(town: Town, enter: Enter, work: Work, tmp_path: Path, number: str) -> None:
    path = CORPUS / "docs" / f"{number}.txt"
    if not path.is_file():
        pytest.skip(f"{path} is not there: name the folder of the corpus in JIANDI_CORPUS")
    way = Way(town, enter, work, tmp_path)
    the_document_is_handed_in_and_read(way, path)
    keep_pictures(way, number, "00-read")
    for place, step in enumerate((*INTAKE, *REST), start=1):
        step(way)
        keep_pictures(way, number, f"{place:02}-{step.__name__}")
