"""axe-core finds no serious or critical violation on the pages, in both languages, wide, narrow and with large text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from jiandi.base import clock
from jiandi.base.ui.views import LARGE
from jiandi.loop.intake import actions as intake
from jiandi.loop.intake import jobs
from jiandi.loop.intake.readers.opening import open_document
from jiandi.record.accounts.models import Installation
from jiandi.record.ledger.models import Claim
from tests.browser.conftest import Enter
from tests.browser.letter import letter
from tests.browser.person import Person
from tests.cast import Cast, make_cast, make_things
from tests.loop.intake import ledgers
from tests.loop.intake.city import check, hand_in_ledger

BAD = frozenset({"serious", "critical"})
LANGUAGES = ("zh-CN", "en")
OPEN = ("/account/login/", "/no/such/page/")
PAGES: dict[str, tuple[str, ...]] = {
    "clerk": (
        "/",
        "/ledger/",
        "/finding/{finding_id}/",
        "/intake/",
        "/intake/letter/",
        "/intake/{read_id}/review/",
        "/intake/batch/{batch_id}/",
        "/intake/batch/{batch_id}/differences/",
        "/intake/left-out/",
        "/intake/gaps/",
        "/report/chase/",
        "/setup/begin/",
        "/setup/begin/ledger/",
        "/setup/begin/letter/",
        "/setup/begin/units/{batch_id}/",
        "/setup/begin/results/",
        "/intake/batch/{messy_id}/",
        "/intake/batch/{messy_id}/mapping/",
        "/diagnose/ask/?finding={finding_id}",
        "/diagnose/load/",
        "/diagnose/campaign/{campaign_id}/",
        "/diagnose/campaign/{campaign_id}/hints/",
        "/diagnose/sheet/{asked_id}/",
        "/reconcile/",
        "/reconcile/sheet/{sheet_id}/",
        "/reconcile/sheet/{sheet_id}/present/",
        "/lookback/",
        "/lookback/{lookback_id}/",
        "/oversight/",
        "/oversight/poll/{poll_id}/",
        "/oversight/assessment/",
        "/oversight/assessment/{assessment_id}/",
        "/oversight/vote/",
        "/report/",
        "/report/figures/",
        "/report/forms/keep/",
        "/report/forms/{form_id}/?cell=B1",
        "/unit/{unit_id}/",
        "/setup/",
        "/setup/units/",
        "/setup/rounds/",
        "/setup/rounds/{round_id}/",
        "/setup/regimes/",
        "/setup/regimes/inspection/",
        "/setup/seats/",
        "/setup/keys/",
        "/setup/people/",  # refused: the page that says so
        "/finding/999999/",
        "/style/",
    ),
    "liaison": ("/", "/finding/{finding_id}/", "/diagnose/", "/plan/", "/plan/version/{plan_id}/", "/execute/"),
    "helper": ("/diagnose/sheet/{asked_id}/",),
    "verifier": ("/verify/", "/verify/claim/{claim_id}/"),
    "security": ("/setup/people/",),
    "auditor": ("/setup/trail/",),
}
SMALL = ("/", "/finding/{finding_id}/")
STAGES = (
    "/intake/",
    "/intake/letter/",
    "/diagnose/",
    "/diagnose/ask/",
    "/diagnose/load/",
    "/plan/",
    "/execute/",
    "/verify/",
    "/reconcile/",
    "/lookback/",
    "/oversight/",
    "/report/",
    "/setup/",
)
Look = Callable[..., list[str]]


@pytest.fixture
def things(flushable: Any, tmp_path: Path, settings: Any) -> tuple[Cast, dict[str, int]]:
    """The cast with one of everything, and a letter in review."""
    settings.STYLE_PAGE = True
    cast = make_cast()
    made = make_things(cast)
    given: dict[str, Any] = {"title": "反馈意见", "number": "云巡〔2026〕3号", "received_on": clock.today()}
    body = letter(tmp_path).read_bytes()
    read = intake.receive_letter(actor=cast.actor("clerk"), round_id=cast.round.pk, file_name="信.docx", chunks=[body], **given)
    jobs.read_letter_now(read.pk, open_document)
    ledger = ledgers.messy(tmp_path / "总台账.xlsx").read_bytes()
    messy = check(hand_in_ledger(cast, ledger, "总台账.xlsx", as_of=clock.today()))
    return cast, made | {
        "read_id": read.pk,
        "messy_id": messy.pk,
        "claim_id": Claim.objects.filter(state="raised").values_list("pk", flat=True)[0],
    }


def faults(person: Person, path: str) -> list[str]:
    """What axe finds on one page, one line for each element."""
    person.go(path)
    person.settle()
    found = Axe().run(person.page).response["violations"]
    return [
        f"{path} {one['impact']} {one['id']}: {node['html'][:160]} ({node['failureSummary'].splitlines()[1].strip()[:140]})"
        for one in found
        if one["impact"] in BAD
        for node in one["nodes"][:4]
    ]


def all_faults(cast: Cast, made: dict[str, int], enter: Enter, pages: dict[str, tuple[str, ...]], **browser: Any) -> list[str]:
    found = []
    for name, paths in pages.items():
        person = enter(cast.people[name], **browser)
        found += [fault for path in paths for fault in faults(person, path.format(**made))]
    return found


def listed(found: list[str]) -> str:
    return f"{len(found)} violations\n" + "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_accessible(things: tuple[Cast, dict[str, int]], enter: Enter, language: str) -> None:
    found = all_faults(*things, enter, PAGES, locale=language)
    nobody = enter(locale=language)
    found += [fault for path in OPEN for fault in faults(nobody, path)]
    assert not found, listed(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_of_all_is_accessible(flushable: Any, enter: Enter, language: str) -> None:
    assert not Installation.objects.exists()
    found = faults(enter(locale=language), "/setup/first/")
    assert not found, listed(found)


def test_home_and_case_file_are_accessible_on_a_phone(things: tuple[Cast, dict[str, int]], enter: Enter) -> None:
    found = all_faults(*things, enter, {"clerk": SMALL, "liaison": SMALL}, viewport={"width": 390, "height": 844})
    assert not found, listed(found)


def test_home_and_case_file_are_accessible_with_large_text(things: tuple[Cast, dict[str, int]], enter: Enter) -> None:
    cast, made = things
    person = enter(cast.people["liaison"])
    person.context.add_cookies([{"name": LARGE, "value": "1", "url": person.address}])
    found = [fault for path in SMALL for fault in faults(person, path.format(**made))]
    assert not found, listed(found)


def test_no_page_is_wider_than_a_phone(things: tuple[Cast, dict[str, int]], enter: Enter) -> None:
    cast, made = things
    for name in ("liaison", "clerk"):
        person = enter(cast.people[name], viewport={"width": 390, "height": 844})
        for path in (*SMALL, *STAGES):
            person.go(path.format(**made))
            person.settle()
            assert person.page.evaluate("() => document.documentElement.scrollWidth") <= 390, (name, path)
