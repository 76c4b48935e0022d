"""What is done by keys: the ledger, the search, the letter review, the presenter's view; and where the focus stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from jiandi.base import clock
from jiandi.loop.intake import actions as intake
from jiandi.loop.intake import jobs
from jiandi.loop.intake.readers.opening import open_document
from jiandi.loop.reconcile import actions as reconcile
from jiandi.record.ledger.models import Decision, Finding, LetterItem
from tests.browser.conftest import Enter
from tests.browser.letter import letter
from tests.browser.person import Person, said
from tests.browser.town import Town
from tests.builders import make_finding, make_measure


@pytest.fixture
def findings(town: Town) -> list[Finding]:
    return [make_finding(town.round, town.units["bureau"], title=f"问题{n}") for n in range(1, 5)]


@pytest.fixture
def review(town: Town, enter: Enter, tmp_path: Path) -> Callable[[str], Person]:
    """A letter read and open for review, before the person named."""
    body = letter(tmp_path).read_bytes()
    given: dict[str, Any] = {"title": "反馈意见", "number": "云巡〔2026〕3号", "received_on": clock.today()}
    made = intake.receive_letter(actor=town.actor("clerk"), round_id=town.round.pk, file_name="信.docx", chunks=[body], **given)
    jobs.read_letter_now(made.pk, open_document)

    def open_review(name: str) -> Person:
        person = enter(town.people[name])
        person.go(f"/intake/{made.pk}/review/")
        person.page.wait_for_load_state("load")
        return person

    return open_review


def on(person: Person) -> Locator:
    return person.page.locator(".row-on")


def test_the_ledger_is_walked_by_j_and_k_and_opened_by_enter(town: Town, enter: Enter, findings: list[Finding]) -> None:
    clerk = enter(town.people["clerk"])
    clerk.go("/ledger/").wait_for_load_state("load")
    numbers = clerk.page.locator("tbody td.code").all_inner_texts()
    for key, place in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        clerk.page.keyboard.press(key)
        expect(on(clerk)).to_contain_text(numbers[place])
        expect(on(clerk)).to_be_focused()
    clerk.page.keyboard.press("Enter")
    clerk.page.wait_for_url("**/finding/**")
    clerk.sees(numbers[1], within="h1")


def test_a_slash_goes_to_the_search(town: Town, enter: Enter, findings: list[Finding]) -> None:
    clerk = enter(town.people["clerk"])
    clerk.go("/").wait_for_load_state("load")
    clerk.page.keyboard.press("/")
    expect(clerk.page.locator("#bar-search")).to_be_focused()
    clerk.page.keyboard.type("问题3")
    clerk.page.keyboard.press("Enter")
    clerk.page.wait_for_url("**/search/**")
    expect(clerk.page.locator("tbody tr")).to_have_count(1)


def test_a_letter_is_reviewed_by_keys(review: Callable[[str], Person]) -> None:
    clerk = review("clerk")
    keys = clerk.page.keyboard
    stand_on(clerk, "资金拨付滞后")
    keys.press("Enter")
    expect(row(clerk, "资金拨付滞后")).to_contain_text(said("confirmed"))
    expect(on(clerk)).to_contain_text("固定资产")
    keys.press("k")
    expect(on(clerk)).to_contain_text("资金拨付滞后")
    keys.press("u")
    expect(row(clerk, "资金拨付滞后")).not_to_contain_text(said("confirmed"))
    expect(on(clerk)).to_be_focused()
    stand_on(clerk, "固定资产")
    keys.press("e")
    expect(clerk.page.locator(".item-form textarea[name=text]")).to_be_focused()
    keys.press("Escape")
    expect(clerk.page.locator(".item-form")).to_have_count(0)
    keys.press("x")
    expect(clerk.page.locator(".item-form textarea[name=reason]")).to_be_focused()
    keys.type("已办结")
    clerk.press("Ask to drop")
    expect(row(clerk, "固定资产")).to_contain_text("已办结")


def test_rows_are_split_at_the_cursor_and_merged_again(review: Callable[[str], Person]) -> None:
    clerk = review("clerk")
    before = clerk.page.locator("li.item-finding").count()
    stand_on(clerk, "三个水利项目")
    put_cursor(clerk, "涉及金额")
    clerk.page.keyboard.press("s")
    expect(clerk.page.locator("li.item-finding")).to_have_count(before + 1)
    stand_on(clerk, "涉及金额")
    clerk.page.keyboard.press("m")
    expect(clerk.page.locator("li.item-finding")).to_have_count(before)
    assert LetterItem.objects.filter(text__contains="三个水利项目", state="open").get().text.rstrip("。").endswith("120万元")


def row(person: Person, words: str) -> Locator:
    return person.page.locator("li.item-finding", has_text=words)


def stand_on(person: Person, words: str) -> None:
    """Walk down until the row is reached."""
    for _step in range(12):
        if words in on(person).inner_text() and "item-finding" in (on(person).get_attribute("class") or ""):
            return
        person.page.keyboard.press("j")
    pytest.fail(f"no row says {words}")


def put_cursor(person: Person, words: str) -> None:
    """The cursor before these words of the document, where a click would put it."""
    person.page.evaluate(
        """words => {
          const walker = document.createTreeWalker(document.querySelector("#review-text"), NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf(words);
            if (at >= 0) return window.getSelection().collapse(node, at);
          }
          throw new Error("not in the document: " + words);
        }""",
        words,
    )


def test_two_reviewers_see_each_others_steps(review: Callable[[str], Person]) -> None:
    clerk, director = review("clerk"), review("director")
    stand_on(clerk, "资金拨付滞后")
    clerk.page.keyboard.press("Enter")
    expect(row(clerk, "资金拨付滞后")).to_contain_text(said("confirmed"))
    expect(row(director, "资金拨付滞后")).to_contain_text(said("confirmed"), timeout=20_000)


def test_the_meeting_decides_by_keys(town: Town, enter: Enter, findings: list[Finding], work: Callable[[], int]) -> None:
    work()
    sheet = reconcile.freeze_sheet(actor=town.actor("clerk"), round_id=town.round.pk, title="对账", as_of=clock.today())
    member = enter(town.people["member"])
    kinds = [code for code, _word in Decision.KINDS]
    for place, kind in enumerate(kinds, start=1):
        member.go(f"/reconcile/sheet/{sheet.pk}/present/?n={place}").wait_for_load_state("load")
        member.page.keyboard.press(str(place))
        if kind != "go_on":
            expect(member.page.locator("[data-task]")).to_be_visible()
            member.page.locator("[name=text]").fill("月底前报进度")
            member.page.locator("[name=due]").fill("2027-03-31")
            member.page.locator("[data-task] button").click()
        member.page.wait_for_url(f"**/present/?n={place + 1}")
    assert set(Decision.objects.values_list("kind", flat=True)) == set(kinds)


def test_the_focus_stays_where_the_work_is(town: Town, enter: Enter, findings: list[Finding]) -> None:
    liaison = enter(town.people["liaison"])
    liaison.go(f"/finding/{findings[0].pk}/")
    liaison.settle()
    liaison.fill({"Measure": "核对账目", "Due": "2027年5月底前"}, within="#plan-panel")
    liaison.press("Add the measure")
    expect(liaison.page.locator("#plan-panel li", has_text="核对账目")).to_be_visible()
    liaison.settle()
    inside = liaison.page.evaluate("() => document.activeElement.closest('#plan') !== null")
    assert inside, "the focus fell out of the panel that was worked in"


def test_the_focus_survives_answers_that_overlap(town: Town, enter: Enter, findings: list[Finding]) -> None:
    liaison = enter(town.people["liaison"])
    liaison.go(f"/finding/{findings[0].pk}/")
    liaison.settle()
    part = '<section id="plan-panel"><button>one</button></section>'
    liaison.page.route("**/answer/slow", lambda route: route.fulfill(body=part, content_type="text/html"))
    liaison.page.route("**/answer/quick", lambda route: route.fulfill(body="<p>two</p>", content_type="text/html"))
    liaison.page.evaluate(
        """async () => {
          document.querySelector("#plan-panel summary").focus();
          htmx.ajax("GET", "/answer/slow", { target: "#plan-panel", swap: "outerHTML settle:600ms" });
          while (!document.querySelector("#plan-panel > button")) await new Promise((go) => setTimeout(go, 10));
          await htmx.ajax("GET", "/answer/quick", { target: "#notices", swap: "innerHTML" });
        }"""
    )
    liaison.page.wait_for_function("() => document.activeElement.id === 'plan-panel'")


def test_a_finished_measure_is_one_line_that_the_enter_key_and_an_address_open(town: Town, enter: Enter, findings: list[Finding]) -> None:
    done = make_measure(findings[0], state="done", done_on=clock.today())
    planned = make_measure(findings[0], state="planned")
    liaison = enter(town.people["liaison"])
    liaison.go(f"/finding/{findings[0].pk}/")
    liaison.settle()
    body, other = (liaison.page.locator(f"#execute-panel #measure-{one.pk}") for one in (done, planned))
    expect(other).to_be_visible()
    expect(body).to_be_hidden()
    liaison.page.locator("#execute-panel details.fold > summary").focus()
    liaison.page.keyboard.press("Enter")
    expect(body).to_be_visible()
    liaison.go("/")
    liaison.go(f"/finding/{findings[0].pk}/#measure-{done.pk}")
    liaison.settle()
    expect(body).to_be_visible()
