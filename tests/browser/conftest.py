"""A real browser before a real server on the test database; jobs run when the test says so."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, sync_playwright

from jiandi.base.jobs import worker
from jiandi.record.accounts.models import User
from jiandi.record.trail import sealer
from tests.browser.person import Person
from tests.browser.town import Town, make_town
from tools.dev import messages

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-dev-shm-usage"]
PICTURES = os.environ.get("JIANDI_BROWSER_PICTURES", "")
FAILED = pytest.StashKey[bool]()
Enter = Callable[..., Person]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser, and so commits."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = os.environ.get("JIANDI_CHROMIUM") or next((found for name in NAMES if (found := shutil.which(name))), None)
    if not program:
        pytest.skip("no Chromium on this machine: install the package chromium, or name a browser in JIANDI_CHROMIUM")
    messages.compile_all()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def town(flushable: Any) -> Town:
    return make_town()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Whether the test failed, for what stands on the screens then."""
    report = yield
    if call.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def enter(request: pytest.FixtureRequest, chromium: Browser, flushable: Any, live_server: Any) -> Iterator[Enter]:
    """Somebody opens a browser of their own: signed in as ``user``, or nobody yet.

    Where JIANDI_BROWSER_PICTURES names a folder, a failed test leaves its screens there.
    """
    people: list[Person] = []
    with ExitStack() as leaving:

        def open_browser(user: User | None = None, **more: Any) -> Person:
            given = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": {"width": 1366, "height": 900}, **more}
            context = chromium.new_context(**given)
            person = Person(context, live_server.url)
            leaving.callback(person.leave)
            people.append(person)
            if user:
                context.add_cookies([session_of(user, live_server.url)])
            return person

        yield open_browser
        if PICTURES and request.node.stash.get(FAILED, False):
            for number, person in enumerate(people):
                person.keep_picture(Path(PICTURES) / f"{request.node.name}-{number}")


def session_of(user: User, address: str) -> Any:
    """The cookie of somebody who signed in."""
    client = Client()
    client.force_login(user, backend="jiandi.record.accounts.backend.Backend")
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value, "url": address}


@pytest.fixture
def work() -> Callable[[], int]:
    """What runs beside the web in the product, once and here: the worker takes what is due, the sealer seals."""

    def once() -> int:
        sealer.seal_pending()
        return worker.run_pending()

    return once
