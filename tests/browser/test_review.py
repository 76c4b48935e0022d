"""The review of a letter before the eyes: keys, two people at once, reload, page pictures, and what stands in no row."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from jiandi.base import clock
from jiandi.loop.intake import actions as intake
from jiandi.loop.intake import jobs
from jiandi.loop.intake.readers.opening import open_document
from jiandi.record.ledger.models import Letter, LetterItem
from tests.browser.conftest import Enter
from tests.browser.person import Person, said
from tests.browser.town import Town
from tests.builders import make_unit
from tests.loop.intake import page_files

POLLED = 12_000
LETTER = (
    "关于巡察市水务局党组的反馈意见",
    "根据市委统一部署，市委第三巡察组开展了常规巡察。",
    "一、巡察发现的主要问题",
    "（一）项目资金拨付滞后。三个水利项目开工半年仍未拨付资金。",
    "（二）固定资产账实不符。抽查20件固定资产，有6件库中无。",
    "二、整改要求",
    "（一）逐个项目核对账目，拨付资金。（市水务局牵头）",
    "（二）重新开展巡查。（各乡镇负责）",
    "中共云溪市委巡察工作领导小组办公室",
)
Open = Callable[..., Person]


@pytest.fixture
def letter(town: Town, tmp_path: Path) -> Letter:
    """Two pages of a .pdf, so that rows have places."""
    for name in ("青石镇", "白河镇"):
        make_unit(name, town.units["city"])
    sheets = [page_files.Sheet([]).lines([f"　　{line}" for line in part]) for part in (LETTER[:5], LETTER[5:])]
    given: dict[str, Any] = {"title": "反馈意见", "number": "云巡〔2026〕3号", "received_on": clock.today()}
    body = page_files.pdf(tmp_path / "信.pdf", *sheets).read_bytes()
    made = intake.receive_letter(actor=town.actor("clerk"), round_id=town.round.pk, file_name="信.pdf", chunks=[body], **given)
    return jobs.read_letter_now(made.pk, open_document)


@pytest.fixture
def review(town: Town, enter: Enter, letter: Letter) -> Open:
    def open_review(name: str, query: str = "", **more: Any) -> Person:
        person = enter(town.people[name], **more)
        person.go(f"/intake/{letter.pk}/review/{query}").wait_for_load_state("load")
        return person

    return open_review


def row(person: Person, words: str) -> Locator:
    return person.page.locator("li[data-row-item]", has=person.page.locator(".item-words", has_text=words))


def stand_on(person: Person, words: str) -> None:
    row(person, words).locator(".item-type").click()
    expect(row(person, words)).to_be_focused()


def item(words: str) -> LetterItem:
    return LetterItem.objects.exclude(state="merged").get(text__contains=words)


def test_a_row_is_put_where_it_belongs_by_keys(review: Open) -> None:
    clerk = review("clerk")
    stand_on(clerk, "逐个项目核对账目")
    clerk.page.keyboard.press("p")
    expect(clerk.page.locator("select[name=parent_id]")).to_be_focused()
    clerk.page.locator("select[name=parent_id]").select_option(str(item("资金拨付滞后").pk))
    clerk.press("Put it there")
    expect(row(clerk, "逐个项目核对账目")).to_contain_text(said("belongs to “%(title)s”", title="项目资金拨付滞后")[:8])
    assert item("逐个项目").parent_id == item("资金拨付滞后").pk
    stand_on(clerk, "固定资产账实不符")
    clerk.page.keyboard.press("]")
    expect(row(clerk, "固定资产账实不符")).to_have_class(having("deep-2"))
    clerk.page.keyboard.press("[")
    expect(row(clerk, "固定资产账实不符")).to_have_class(having("deep-1"))


def having(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b{name}\b")


def test_a_unit_is_chosen_by_one_key(review: Open) -> None:
    clerk = review("clerk")
    stand_on(clerk, "重新开展巡查")
    clerk.page.keyboard.press("1")
    expect(row(clerk, "重新开展巡查").locator(".item-facts")).to_contain_text("青石镇")
    assert item("重新开展巡查").unit is not None


def test_the_least_certain_are_gone_through_by_enter(review: Open) -> None:
    clerk = review("clerk", "?order=unsure")
    count = clerk.page.locator("li[data-row-item]").count()
    second = clerk.page.locator("li[data-row-item]").nth(1).get_attribute("id")
    clerk.page.keyboard.press("Enter")
    expect(clerk.page.locator("li[data-row-item]")).to_have_count(count - 1)
    expect(clerk.page.locator(".row-on")).to_have_id(second or "")


def test_what_stands_in_no_row_is_gone_through_and_taken_up_by_keys(review: Open, letter: Letter) -> None:
    clerk = review("clerk")
    keys = clerk.page.keyboard
    expect(clerk.page.locator(".span-unread")).to_have_count(2)
    keys.press("n")
    expect(clerk.page.locator("#unread [data-stretch]").first).to_be_focused()
    keys.press("Space")
    keys.press("n")
    expect(clerk.page.locator("#unread [data-stretch]").nth(1)).to_be_focused()
    keys.press("Space")
    clerk.page.locator("#unread-reason").fill("抬头落款")
    clerk.press("Set the ticked aside")
    expect(clerk.page.locator("#unread")).to_have_count(0)
    expect(clerk.page.locator(".review-head")).to_contain_text(said("Every line stands in a row"))
    assert set(LetterItem.objects.filter(letter=letter, type="aside").values_list("reason", flat=True)) == {"抬头落款"}


def test_half_typed_words_come_back_after_a_reload(review: Open) -> None:
    clerk = review("clerk")
    stand_on(clerk, "固定资产账实不符")
    clerk.page.keyboard.press("x")
    field = clerk.page.locator(".item-form textarea[name=reason]")
    expect(field).to_be_focused()
    clerk.page.keyboard.type("上一轮已经办结")
    expect(clerk.page.locator("#save-state")).to_have_text(said("What you type is kept."))
    clerk.page.keyboard.type("并销号")
    clerk.page.reload(wait_until="load")
    expect(clerk.page.locator(".item-form textarea[name=reason]")).to_have_value("上一轮已经办结并销号")
    clerk.page.keyboard.press("Escape")
    expect(clerk.page.locator(".item-form")).to_have_count(0)
    clerk.page.reload(wait_until="load")
    expect(clerk.page.locator(".item-form")).to_have_count(0)


def test_anothers_step_comes_in_while_one_is_typing_and_a_stale_save_shows_both_values(review: Open, town: Town) -> None:
    clerk, director = review("clerk"), review("director")
    stand_on(director, "固定资产账实不符")
    director.page.keyboard.press("e")
    field = director.page.locator(".item-form textarea[name=text]")
    expect(field).to_be_focused()
    field.fill("固定资产有6件库中无。")
    field.evaluate("node => node.setSelectionRange(4, 4)")
    stand_on(clerk, "资金拨付滞后")
    clerk.page.keyboard.press("Enter")
    expect(row(director, "资金拨付滞后")).to_contain_text(said("confirmed"), timeout=POLLED)
    expect(field).to_have_value("固定资产有6件库中无。")
    expect(field).to_be_focused()
    assert field.evaluate("node => node.selectionStart") == 4, "the cursor stays where it was"
    expect(director.page.locator(".review-foot")).to_contain_text(town.people["clerk"].full_name)
    stand_on(clerk, "固定资产账实不符")
    clerk.page.keyboard.press("Enter")
    expect(director.page.locator(".clash")).to_contain_text(town.people["clerk"].full_name, timeout=POLLED)
    expect(field).to_have_value("固定资产有6件库中无。")
    director.press("Save and confirm")
    clash = director.page.locator(".clash")
    expect(clash.locator("table")).to_contain_text("固定资产有6件库中无。")
    expect(clash.locator("table")).to_contain_text("固定资产账实不符")
    expect(field).to_have_value("固定资产有6件库中无。")
    director.press("Save and confirm")
    expect(row(director, "固定资产有6件库中无").locator(".item-form")).to_have_count(0)
    expect(row(director, "固定资产有6件库中无")).to_contain_text(said("confirmed"))
    assert not director.faults
    assert not clerk.faults


def test_a_click_on_either_side_finds_the_other_on_the_page_picture_too(review: Open) -> None:
    clerk = review("clerk")
    page = clerk.page
    row(clerk, "资金拨付滞后").locator(".item-words").click()
    expect(page.locator(".span-on").first).to_contain_text("资金拨付滞后")
    page.locator(".span", has_text="固定资产").first.click()
    expect(page.locator(".row-on")).to_contain_text("固定资产")
    page.locator(".switch a[data-view=picture]").click()
    expect(page.locator(".review-picture")).to_have_attribute("data-sheet", "1")
    picture = page.locator(".sheet img")
    expect(picture).to_be_visible()
    assert picture.evaluate("async node => { await node.decode(); return node.naturalWidth; }") > 500
    expect(page.locator(".mark.span-on")).to_have_count(1)
    page.locator(f".mark[data-item='{item('资金拨付滞后').pk}']").first.click()
    expect(page.locator(".row-on")).to_contain_text("资金拨付滞后")
    row(clerk, "重新开展巡查").locator(".item-type").click()
    expect(page.locator(".review-picture")).to_have_attribute("data-sheet", "2")
    expect(page.locator(".mark.span-on")).to_have_count(1)
    page.reload(wait_until="load")
    expect(page.locator(".review-picture .sheet")).to_be_visible()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_state_of_the_review_is_accessible(review: Open, language: str) -> None:
    clerk = review("clerk", locale=language)
    page = clerk.page
    found: list[str] = []

    def look() -> None:
        found.extend(
            f"{one['id']}: {node['html'][:160]}"
            for one in Axe().run(page).response["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"][:3]
        )

    page.keyboard.press("n")
    page.locator(".keys-hint summary").click()
    look()
    page.locator(".keys-hint summary").click()
    stand_on(clerk, "固定资产账实不符")
    page.keyboard.press("e")
    expect(page.locator(".item-form textarea")).to_be_focused()
    look()
    page.keyboard.press("Escape")
    page.locator(".switch a[data-view=picture]").click()
    expect(page.locator(".sheet img")).to_be_visible()
    look()
    assert not found, "\n".join(found)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 1366
