"""A clerk keeps a superior's form, points at its cells by mouse and keyboard, and has it filled."""

from __future__ import annotations

from pathlib import Path

from jiandi.base.jobs import worker
from jiandi.record.ledger.models import PrescribedForm, Report
from tests.browser.conftest import Enter
from tests.builders import make_finding, make_measure
from tests.cast import make_cast
from tests.loop.report import superiors

GUESSED = {"A6": "total", "C6": "complete", "B2": "unit_name"}


def test_a_form_is_pointed_at_once_and_filled(enter: Enter, tmp_path: Path) -> None:
    cast = make_cast()
    for n in range(6):
        make_measure(make_finding(cast.round, cast.bureau, title=f"问题{n}", category="资金管理"))
    clerk = enter(cast.people["clerk"])
    page = clerk.go("/report/forms/keep/")
    file = tmp_path / "月报.xlsx"
    file.write_bytes(superiors.summary())
    page.locator("input[name=title]").fill("整改情况统计表")
    page.locator("input[type=file]").set_input_files(file)
    clerk.press("Upload", within="main")
    page.wait_for_url("**/report/forms/*/")
    worker.run_pending()
    page.wait_for_selector("[data-grid]")
    for cell in GUESSED:
        page.locator(f"[data-grid] a[title={cell}]").click()
        page.wait_for_selector(f"#point input[name=cell][value={cell}]")
        clerk.press("Keep", within="#point")
        page.locator(".spot-list .code", has_text=cell).wait_for()
    page.locator("[data-grid] a[title=A6]").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.title") == "C6"
    assert {one["cell"]: one["what"] for one in PrescribedForm.objects.get().spots} == GUESSED
    clerk.press("Fill it in today", within="main")
    page.wait_for_selector("#fills .fill-list")
    worker.run_pending()
    assert Report.objects.get().state == "ready"
    assert clerk.faults == []
