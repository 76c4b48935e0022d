"""A person before the browser: goes to a page, presses what is written there, fills in what it asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import BrowserContext, Locator, Page, expect

Words = str | tuple[str, str]  # a message id, or its context and the id
SOON = 15_000


def said(words: Words, language: str = "zh-hans", **values: Any) -> str:
    """How the page says it; the glossary may change the Chinese without breaking a test."""
    with translation.override(language):
        text = gettext(words) if isinstance(words, str) else pgettext(*words)
    text = re.sub(r"%\((\w+)\)s", r"{\1}", text)
    return text.format(**values) if values else text


def labelled(words: Words) -> re.Pattern[str]:
    """A label as it stands before a field, with or without its mark."""
    return re.compile(rf"^\s*{re.escape(said(words))}\s*({re.escape(said('required'))})?\s*$")


class Person:
    """One person in a browser of their own."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.page: Page = context.new_page()
        self.page.set_default_timeout(SOON)
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def go(self, path: str) -> Page:
        self.page.goto(self.address + path, wait_until="domcontentloaded")
        return self.page

    def within(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def press(self, words: Words, *, within: str | Locator = "body", **values: Any) -> None:
        """The button, link or summary that says so; the one that is seen."""
        name = said(words, **values)
        place = self.page.locator(within) if isinstance(within, str) else within
        spoken = place.get_by_role("button", name=name, exact=True).or_(place.get_by_role("link", name=name, exact=True))
        written = place.locator("summary").filter(has_text=re.compile(rf"^\s*{re.escape(name)}\s*$"))
        spoken.or_(written).locator("visible=true").first.click()

    def yes(self, words: Words, *, within: str | Locator = "body") -> None:
        """A step that asks twice: open it, then say yes."""
        name = said(words)
        place = self.page.locator(within) if isinstance(within, str) else within
        self.press(words, within=place)
        place.get_by_role("button", name=said("Yes, %(text)s", text=name), exact=True).click()

    def fill(self, given: Mapping[Any, str], *, within: str | Locator = "body") -> None:
        """Fields by their labels: text is typed, a choice chosen, a radio button or tick box set."""
        place = self.page.locator(within) if isinstance(within, str) else within
        for words, value in given.items():
            self._fill(place, words, value)

    def _fill(self, place: Locator, words: Words, value: str) -> None:
        group = place.locator("fieldset").filter(has=self.page.locator("legend").filter(has_text=labelled(words)))
        field = place.get_by_label(labelled(words))
        expect(field.or_(group).locator("visible=true").first).to_be_visible(timeout=SOON)
        if group.locator("visible=true").count():
            group.get_by_label(value, exact=True).locator("visible=true").first.check()
            return
        one = field.locator("visible=true").first
        if one.evaluate("node => node.tagName") == "SELECT":
            one.select_option(label=value)
        else:
            one.fill(value)

    def bring(self, words: Words, path: Path, *, within: str | Locator = "body") -> None:
        """A file into the field of that label."""
        place = self.page.locator(within) if isinstance(within, str) else within
        place.get_by_label(labelled(words)).first.set_input_files(path)

    def sees(self, text: str, *, within: str = "body") -> None:
        expect(self.page.locator(within).first).to_contain_text(text, timeout=SOON)

    def settle(self) -> Page:
        """Every part of the page is there, but for those that wait to be scrolled to, and htmx rests."""
        self.page.wait_for_load_state("load")
        self.page.wait_for_function(
            """() => !document.querySelector(
                 '[data-panel]:not([hx-trigger^="revealed"]) > .loading, .htmx-request, .htmx-swapping, .htmx-settling')"""
        )
        return self.page

    def keep_picture(self, path: Path) -> None:
        """The screen and its markup, for somebody who looks for the reason."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=f"{path}.png", full_page=True)
        Path(f"{path}.html").write_text(self.page.content(), encoding="utf-8")

    def leave(self) -> None:
        assert not self.faults, f"script errors on the pages: {self.faults}"
        self.context.close()
