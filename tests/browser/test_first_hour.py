"""An empty installation and one person: founded, units pasted, a round opened, a letter read, one finding closed for five posts."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from jiandi.record.accounts.models import Installation
from jiandi.record.ledger.models import Finding
from jiandi.record.policy import roles
from jiandi.record.regimes import queries as regimes
from tests.browser import way as steps
from tests.browser.conftest import Enter
from tests.browser.person import Person, said
from tests.browser.town import PASSWORD
from tests.browser.way import LASTING, MEASURES, TITLE, Way, Work

UNITS = "市水务局\n  排水所\n市财政局，财政局\n市核查组\n领导小组"
SEATS = {
    "head": ("市水务局", "局长", roles.HEAD),
    "verifier": ("市核查组", "核查专员", roles.VERIFIER),
    "department": ("市核查组", "主责岗", roles.DEPARTMENT),
    "leader": ("领导小组", "分管副市长", roles.LEADER),
    "member": ("领导小组", "副组长", roles.GROUP_MEMBER),
}
POSTS = {"liaison": "head", "verifier2": "verifier"} | {name: name for name in SEATS}


class Alone(Way):
    """One person takes every step and says for which post."""

    def __init__(self, person: Person, work: Work, folder: Path) -> None:
        self.person, self.work, self.folder = person, work, folder
        self.row = Finding()
        self.measures, self.promising = MEASURES, (LASTING,)
        self.seat = ""

    def as_(self, name: str) -> Person:
        seat = POSTS.get(name, "")
        if seat != self.seat:
            self.stand_for(seat)
        return self.person

    def stand_for(self, seat: str) -> None:
        """Another post is chosen in the menu of the frame."""
        bar = self.person.page.locator(".bar")
        bar.locator("details.menu > summary").click()
        label = " ".join(SEATS[seat][:2]) if seat else said("my own post")
        bar.locator("#menu-seat").select_option(label=label)
        self.person.press("Choose this post", within=".bar")
        shown = bar.locator(".person-seat")
        expect(shown).to_have_text(label) if seat else expect(shown).to_have_count(0)
        self.seat = seat


@pytest.fixture
def alone(flushable: object, enter: Enter, work: Work, tmp_path: Path) -> Alone:
    return Alone(enter(), work, tmp_path)


def one_person_founds_the_installation(way: Alone) -> None:
    way.person.go("/setup/first/")
    founding = {"Name of this office": "云溪市整改办", "Inspected organisation": "云溪市", "Your name": "王敏", "Sign-in name": "wang"}
    way.person.fill({**founding, "Password": PASSWORD, "Units that will have to act": UNITS})
    way.person.press("Begin")
    way.person.page.wait_for_url("**/setup/begin/")
    assert Installation.objects.get().is_single_clerk


def a_round_is_opened_and_a_checking_unit_named(way: Alone) -> None:
    way.person.go("/setup/rounds/")
    way.person.fill({"Title": "市委第三轮巡察", "Code": "XC26-3", "Inspected unit": "云溪市", "Issuer of the letter": "市委巡察组"})
    way.person.page.locator("select[name=regime]").select_option(str(regimes.current("inspection").pk))
    way.person.page.locator("aside button.btn-main").click()
    way.person.sees(said("Who checks by default"), within="main")
    way.person.page.locator("select[name=unit]").select_option(label="　市核查组")
    way.person.page.locator("aside button.btn-main").click()
    expect(way.person.page.locator("main ul.plain", has_text="市核查组")).to_be_visible()


def seats_are_added(way: Alone) -> None:
    way.person.go("/setup/")
    way.person.press("Seats", within="main")
    for unit, title, role in SEATS.values():
        way.person.fill({"Post": title, "Role": said(roles.TITLES[role])}, within="aside")
        way.person.page.locator("aside select[name=unit]").select_option(label=f"　{unit}")
        way.person.page.locator("aside button.btn-main").click()
        expect(way.person.page.locator("tbody tr", has_text=title)).to_contain_text(unit)


def the_confirmed_rows_are_registered(way: Alone) -> None:
    way.person.press("Register the confirmed rows")
    expect(way.person.page.locator("li.item", has_text=TITLE)).to_contain_text("XC26-3-")
    way.row = Finding.objects.get(verbatim__contains=TITLE)


def the_post_that_accepted_done_may_not_say_done_well(way: Alone) -> None:
    verifier = way.at_case("verifier2")
    box = steps.offer(verifier, "Record the effect check")
    seen = {"Does it work?": said("yes, it works"), "How it was checked": said("seen on site")}
    verifier.fill({**seen, "What was looked at, and what was seen": "抽查三笔"}, within=box)
    verifier.press("Record the effect check", within=f"{box} form")
    verifier.sees(said("You {did} here; this step needs another person.").split("{did}")[1], within="#verify-panel .error-piece")
    verifier.sees("抽查三笔", within="#verify-panel .deeds textarea")
    assert not way.finding().is_well


ALONE = (
    one_person_founds_the_installation,
    a_round_is_opened_and_a_checking_unit_named,
    seats_are_added,
    steps.the_clerk_hands_in_the_letter_and_it_is_read,
    steps.the_clerk_confirms_each_row_and_names_the_lead_unit,
    the_confirmed_rows_are_registered,
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
    the_post_that_accepted_done_may_not_say_done_well,
)


def test_one_person_alone_brings_a_finding_to_its_closing_for_five_posts(alone: Alone) -> None:
    for step in ALONE:
        step(alone)
