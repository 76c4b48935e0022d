"""The main forms without script: each post leads back to the case file, and what is refused says why."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from jiandi.record.ledger import lifecycle, write
from jiandi.record.ledger.models import Finding, Measure
from jiandi.record.trail.actor import SYSTEM
from tests.browser.conftest import Enter
from tests.browser.letter import paper
from tests.browser.person import Person, said
from tests.browser.town import Town
from tests.builders import make_finding, make_measure


@pytest.fixture
def finding(town: Town) -> Finding:
    return make_finding(town.round, town.units["bureau"])


@pytest.fixture
def measure(finding: Finding) -> Measure:
    made = make_measure(finding)
    lifecycle.move(made, "approve", actor=SYSTEM)
    write.change(finding, {"state": "planned"}, actor=SYSTEM, verb="plan")
    return made


def plain(enter: Enter, town: Town, name: str, path: str) -> Person:
    """A browser that runs no script."""
    person = enter(town.people[name], java_script_enabled=False)
    person.go(path)
    return person


def test_the_case_file_leads_to_each_part(town: Town, enter: Enter, finding: Finding) -> None:
    person = plain(enter, town, "liaison", f"/finding/{finding.pk}/")
    person.page.locator("#plan noscript a").click()
    expect(person.page.locator("#plan-panel")).to_be_visible()


def test_a_cause_and_a_measure_are_written(town: Town, enter: Enter, finding: Finding) -> None:
    person = plain(enter, town, "liaison", f"/diagnose/panel/{finding.pk}/")
    person.fill({"Why could it happen": "流程没有时限", "Kind of cause": said("no control point in the process")}, within="#diagnose-panel")
    person.page.locator("#diagnose-panel form.form button.btn-main").click()
    person.page.wait_for_url(f"**/finding/{finding.pk}/")
    assert finding.causes.get().text == "流程没有时限"
    person.go(f"/plan/panel/{finding.pk}/")
    person.fill({"Measure": "核对账目并拨付", "Due": "2027年5月底前"}, within="#plan-panel")
    person.press("Add the measure")
    person.page.wait_for_url(f"**/finding/{finding.pk}/")
    assert Measure.objects.get().text == "核对账目并拨付"


def test_a_note_a_paper_and_a_claim_are_filed_and_the_claim_is_accepted(
    town: Town, enter: Enter, finding: Finding, measure: Measure, tmp_path: Path
) -> None:
    person = plain(enter, town, "liaison", f"/execute/panel/{finding.pk}/")
    folded(person, "Report progress", {"What was done": "已核对两个项目"})
    assert measure.notes.get().text == "已核对两个项目"
    person.go(f"/execute/panel/{finding.pk}/")
    folded(person, "Claim it is done", {"What was done, in one or two sentences": "已全部拨付"})
    person.sees(said("There is no evidence of an act. Meetings, notices and plans do not show that it was done."))
    person.go(f"/execute/panel/{finding.pk}/")
    box = opened(person, "Add evidence")
    person.bring("Files", paper(tmp_path, "拨款凭证.pdf"), within=box)
    folded(person, "Add evidence", {"It shows": said("act")})
    person.go(f"/execute/panel/{finding.pk}/")
    folded(person, "Claim it is done", {"What was done, in one or two sentences": "已全部拨付"})
    person.page.wait_for_url(f"**/finding/{finding.pk}/")
    accept(plain(enter, town, "verifier", "/verify/?kind=claim"), finding)
    measure.refresh_from_db()
    assert measure.state == "done"


def opened(person: Person, words: str) -> str:
    place = f".deeds details:has(summary:has-text('{said(words)}'))"
    if person.page.locator(place).get_attribute("open") is None:
        person.page.locator(f"{place} summary").click()
    return place


def folded(person: Person, words: str, given: dict[str, str]) -> None:
    place = opened(person, words)
    person.fill(given, within=place)
    person.page.locator(f"{place} form button.btn-main").click()


def accept(verifier: Person, finding: Finding) -> None:
    verifier.press(("verb", "Check"))
    verifier.fill({"Verdict on the standard": said("met"), "How it was checked": said("seen on site"), "What was found": "属实"})
    verifier.press("Record the verdict")
    verifier.page.wait_for_url(f"**/finding/{finding.pk}/")
