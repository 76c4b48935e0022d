"""The last part of the way: the sheet, the draw that brings the finding back, and the papers handed in."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import openpyxl
from playwright.sync_api import expect

from tests.browser.person import Person, Words, said
from tests.browser.way import Way

RATES: dict[str, tuple[Words, ...]] = {
    ".xlsx": ("Said rate", "Done rate", "Done-well rate"),
    ".docx": (("claim", "Said"), ("claim", "Done"), ("claim", "Done well")),
}


def the_clerk_freezes_a_sheet(way: Way) -> None:
    clerk = way.as_("clerk")
    way.work()
    clerk.go("/reconcile/")
    clerk.fill({"Name of the sheet": "第一次对账"})
    clerk.press("Freeze", within="aside")
    clerk.page.wait_for_url("**/reconcile/sheet/**")
    clerk.sees(way.row.number, within="#rows")


def a_look_back_is_planned_sealed_frozen_and_drawn(way: Way) -> None:
    clerk, parties = way.as_("clerk"), {"supervisor": "市纪委", "member": "市委组织部"}
    clerk.go("/lookback/")
    clerk.fill({"Name of the look-back": "第一次回头看", "Drawn by risk": "0", "Drawn at random": "1"})
    clerk.press(("verb", "Plan"), within="aside")
    clerk.page.wait_for_url(re.compile(r"/lookback/\d+/$"))
    secrets = {name: seal(way.as_(name), clerk.page.url, party) for name, party in parties.items()}
    clerk.page.reload()
    clerk.press("Freeze the list")
    for name, party in parties.items():
        way.as_(name).page.goto(clerk.page.url)
        row = way.as_(name).page.locator("form.row-of", has_text=party)
        row.locator("input[name=secret]").fill(secrets[name])
        row.get_by_role("button").click()
        way.as_(name).sees(secrets[name], within=".protocol")
    clerk.page.reload()
    clerk.press("Draw", within=".protocol")
    clerk.sees(way.row.number)
    clerk.sees(said("Recomputed just now: root, seed and draw agree."))


def seal(person: Person, address: str, party: str) -> str:
    """A secret made in the browser; only its digest leaves it."""
    person.page.goto(address)
    person.fill({"Party": party}, within="aside")
    person.press("Make a secret in this browser", within="aside")
    secret = person.page.locator("[data-secret] code")
    expect(secret).not_to_be_empty()
    text = secret.inner_text()
    person.press(("verb", "Seal"), within="aside")
    person.sees(party, within=".protocol")
    return text


def the_supervisor_records_that_it_did_not_hold(way: Way) -> None:
    supervisor = way.at_case("supervisor")
    form = "#lookback-panel form"
    did_not = said("It did not hold: the finding comes back on the books")
    supervisor.fill(
        {"Did it hold?": did_not, "How it was looked at": said("seen on site"), "What was seen": "又有两个项目逾期未拨付"}, within=form
    )
    supervisor.page.locator(f"{form} input[name=failed]").first.check()
    supervisor.press("Record the result", within=form)
    expect(supervisor.page.locator("#lookback-panel li", has_text="又有两个项目").first).to_be_visible()
    supervisor.settle()
    assert way.finding().state == "reopened"
    supervisor.sees(said("Reopened"), within="#case-head")


def the_clerk_gets_the_ledger_and_the_report(way: Way) -> None:
    clerk = way.as_("clerk")
    for word in ("ledger", "report"):
        clerk.go("/report/")
        clerk.page.locator(f"aside input[name=kind][value={word}]").check()
        clerk.press("Write it")
    way.work()
    clerk.go("/report/")
    files = []
    for link in clerk.page.locator("main a[href*='/download/']").all():
        with clerk.page.expect_download() as waiting:
            link.click()
        files.append(way.folder / waiting.value.suggested_filename)
        waiting.value.save_as(files[-1])
    assert sorted(path.suffix for path in files) == [".docx", ".xlsx"]
    for path in files:
        text = words_of(path)
        # Neither form has room for the number: the report names the title, the ledger the words of the problem.
        assert (way.row.title if path.suffix == ".docx" else way.row.verbatim[:20]) in text, path.name
        assert all(said(rate) in text for rate in RATES[path.suffix]), path.name


def words_of(path: Path) -> str:
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])
