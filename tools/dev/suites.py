"""The test runs: SQLite, PostgreSQL, the browser; and what cannot run here, with the reason."""

from __future__ import annotations

import os
import shutil

from tools.dev import places
from tools.dev.steps import Step

PLAIN = "not browser and not long and not outside"
BROWSER = "browser and not long and not outside"
LONG = "long or outside"
# What asks little or nothing of the database (code, texts, pure decisions, pages) runs once, on SQLite; `check --long` runs it on both.
ONCE = (
    "tests/house",
    "tests/base/text",
    "tests/base/ui",
    "tests/interfaces/cli",
    "tests/interfaces/desk",
    "tests/interfaces/setup",
    "tests/*_pages.py",
    "tests/*_rules.py",
    "tests/*_views.py",
    "tests/loop/intake/test_extract*.py",
    "tests/loop/intake/test_ledger_rows.py",
    "tests/loop/intake/test_readers*.py",
    "tests/loop/intake/test_nasty.py",
    "tests/record/policy",
    "tests/record/regimes",
)
NOTHING_COLLECTED = 5  # how pytest ends when no test was chosen
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def pytest(*arguments: str, marks: str, spread: bool = True) -> list[str]:
    workers = ["-n", os.environ.get("JIANDI_TEST_WORKERS") or str(min(os.cpu_count() or 1, 4))] if spread else []
    return places.python("-m", "pytest", "-q", *workers, "-m", marks, *arguments)


def browser() -> str | None:
    """Chromium of the machine; a browser of one's own by JIANDI_CHROMIUM."""
    return os.environ.get("JIANDI_CHROMIUM") or next((found for name in BROWSERS if (found := shutil.which(name))), None)


def suites(database: str | None, arguments: list[str], *, spread: bool = True) -> tuple[list[Step], list[str]]:
    """The runs that can be made here, and one sentence for each that cannot."""
    steps = [Step("tests on SQLite", pytest(*arguments, marks=PLAIN, spread=spread))]
    left_out = []
    if database:
        once = [] if arguments else [f"--ignore-glob={pattern}" for pattern in ONCE]
        steps.append(
            Step("tests on PostgreSQL", pytest(*arguments, *once, marks=PLAIN, spread=spread), {"JIANDI_TEST_DATABASE_URL": database})
        )
    else:
        left_out.append("tests on PostgreSQL: no server answers; install postgresql or set JIANDI_TEST_DATABASE_URL")
    found = browser()
    if found:
        steps.append(Step("browser tests", pytest(*arguments, marks=BROWSER, spread=spread), {"JIANDI_CHROMIUM": found}))
    else:
        left_out.append("browser tests: no Chromium found; install chromium or set JIANDI_CHROMIUM")
    return steps, left_out


def long_suites(database: str | None) -> list[Step]:
    """Tests that take minutes, or need files that are not in the repository."""
    steps = [Step("long tests on SQLite", pytest(marks=LONG, spread=False))]
    if database:
        steps.append(Step("all tests on PostgreSQL", pytest(marks=PLAIN), {"JIANDI_TEST_DATABASE_URL": database}))
        steps.append(Step("long tests on PostgreSQL", pytest(marks=LONG, spread=False), {"JIANDI_TEST_DATABASE_URL": database}))
    return steps
