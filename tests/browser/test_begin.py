"""The first hour of a new office, as somebody goes who has never seen it: a ledger and a letter in, three results out.

Minutes and clicks are printed and kept in docs/reference/first-hour.md; nothing is asserted of them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from playwright.sync_api import expect

from jiandi.record.accounts.models import Unit
from jiandi.record.figures import queries as figures
from jiandi.record.ledger.models import Finding, ImportBatch, LetterItem
from jiandi.record.trail.actor import SYSTEM
from tests.browser import running_office
from tests.browser.conftest import PICTURES, Enter
from tests.browser.person import Person, said
from tests.browser.town import PASSWORD

COUNT = """
addEventListener("click", (event) => {
  if (event.isTrusted) localStorage.setItem("clicks", Number(localStorage.getItem("clicks") || 0) + 1);
}, true);
"""


class Newcomer:
    """A person whose clicks are counted; ``steps`` are what was done, and when."""

    def __init__(self, person: Person, work: Callable[[], int], folder: Path) -> None:
        self.person, self.page, self.work, self.folder = person, person.page, work, folder
        self.page.add_init_script(COUNT)
        self.began = time.perf_counter()
        self.steps: list[str] = []

    def done(self, what: str) -> None:
        clicks = self.page.evaluate("Number(localStorage.getItem('clicks') || 0)")
        self.steps.append(f"{time.perf_counter() - self.began:6.1f} s  {clicks:3d} clicks  {what}")
        if PICTURES:
            self.person.settle()
            self.person.keep_picture(Path(PICTURES) / f"begin-{len(self.steps):02d}")

    def waits(self) -> None:
        """The worker reads and writes while the page waits."""
        while self.work():
            pass


@pytest.fixture
def newcomer(flushable: object, enter: Enter, work: Callable[[], int], tmp_path: Path) -> Newcomer:
    return Newcomer(enter(accept_downloads=True), work, tmp_path)


def the_office_is_set_up(new: Newcomer) -> None:
    new.person.go("/")
    founding = {"Name of this office": "云溪市整改办", "Inspected organisation": "云溪市", "Your name": "王敏", "Sign-in name": "wang"}
    new.person.fill({**founding, "Password": PASSWORD})
    new.person.press("Begin")
    new.person.sees(said("What do you have?"))
    new.done("set up")


def it_says_what_it_has_and_for_which_inspection(new: Newcomer) -> None:
    new.page.locator("a[href*='have=both']").click()
    new.person.fill({"What is it called?": "市委第三巡察组巡察反馈问题整改", "Issuer of the letter": "市委第三巡察组"})
    new.person.press("Go on")
    new.person.sees(said("Drop the ledger here"))
    new.done("said what it has")


def the_ledger_is_dropped_and_its_units_are_recognised(new: Newcomer) -> None:
    new.person.bring("Ledger file", running_office.ledger(new.folder))
    new.person.press("Read it")
    new.waits()
    new.person.sees(said("%(n)s problems read. Nothing has been taken in yet.", n=72))
    new.done("asked about names that look alike")
    for place in range(new.page.locator(".begin-alike").count()):
        question = new.page.locator(".begin-alike").nth(place)
        if not question.locator("input:checked").count():
            question.get_by_label(said("another unit"), exact=True).check()
    new.person.press("That is how it is")
    new.waits()
    new.person.sees("水务局 = 市水务局")
    new.done("ledger read, units recognised")
    new.person.press("Right: take it in")


def the_letter_is_dropped(new: Newcomer) -> None:
    new.person.sees(said("Drop the letter here"))
    new.person.bring("The letter", running_office.letter(new.folder))
    new.person.press("Read it")
    new.waits()
    expect(new.page.locator("#results")).to_be_visible(timeout=15_000)
    new.done("letter read: three results")


def what_nobody_has_taken_up_is_listed_and_the_rest_confirmed(new: Newcomer) -> None:
    for text in running_office.LOST:
        new.person.sees(text[:20], within="#left-out")
    new.person.press("Look, tick, confirm")
    expect(new.page.locator(".left-out-alone")).not_to_have_count(0)
    new.done("items left out")
    unsure = new.page.locator(".left-out:has(input[value='']:checked)")
    for _ in range(unsure.count()):
        unsure.first.locator("input[type=radio]").first.check()
    new.person.press("The ticked findings cover these items")
    new.person.press("Three results")


def the_list_of_whom_to_chase_has_words_to_send(new: Newcomer) -> None:
    new.person.press("The list, with words to send")
    new.page.locator(".chase-words summary").first.click()
    expect(new.page.locator(".chase-words textarea").first).to_have_value(re.compile("整改台账显示"))
    new.done("whom to chase")
    new.person.press("Three results")


def the_briefing_is_written_and_downloaded(new: Newcomer) -> Path:
    new.person.press("Write the briefing")
    new.waits()
    link = new.page.locator("#briefing a[href*='/download/']")
    expect(link).to_be_visible(timeout=15_000)
    with new.page.expect_download() as coming:
        link.click()
    path = new.folder / "简报.docx"
    coming.value.save_as(path)
    new.done("briefing downloaded")
    return path


def the_explanation_opens_to_its_rows(new: Newcomer) -> None:
    new.person.press("Explanation of differences", within="#then")
    new.page.locator("a[href*='reason=basically']").first.click()
    expect(new.page.locator("#behind tbody tr")).to_have_count(6)
    new.done("(afterwards) explanation of differences")


def test_a_new_office_goes_from_an_empty_installation_to_its_briefing(newcomer: Newcomer) -> None:
    the_office_is_set_up(newcomer)
    it_says_what_it_has_and_for_which_inspection(newcomer)
    the_ledger_is_dropped_and_its_units_are_recognised(newcomer)
    the_letter_is_dropped(newcomer)
    what_nobody_has_taken_up_is_listed_and_the_rest_confirmed(newcomer)
    the_list_of_whom_to_chase_has_words_to_send(newcomer)
    briefing = the_briefing_is_written_and_downloaded(newcomer)
    the_explanation_opens_to_its_rows(newcomer)
    print("\n" + "\n".join(newcomer.steps))

    batch = ImportBatch.objects.get()
    totals = figures.totals_of(SYSTEM, batch.round_id)
    assert (totals.total, totals.unchecked, totals.rates.done.k) == (72, 36, 0)
    assert not Unit.objects.filter(name__in=["水务局", "民政局", "财政局"]).exists(), "a shorter name is no second unit"
    open_items = LetterItem.objects.filter(state="open", type="finding")
    assert {text for text in running_office.LOST if open_items.filter(text__contains=text).exists()} == set(running_office.LOST)
    assert Finding.objects.filter(item__isnull=False).count() == 16
    text = "\n".join(p.text for p in docx.Document(str(briefing)).paragraphs)
    for told in ("72个", "72个中0个", "“已完成”24个", running_office.LOST[0][:20]):
        assert told in text, told
