"""`dev.py check`: what CI runs, step by step."""

from __future__ import annotations

import time

from tools.dev import install, places, postgres, suites
from tools.dev.steps import Result, Step, conclude, run, side_by_side


def tool(name: str, *arguments: str) -> list[str]:
    return [str(places.BIN / name), *arguments]


def static_steps() -> list[Step]:
    """Checks that read the code; the slowest first, since two run at once."""
    scratch = {"JIANDI_DATA": str(places.ROOT / "var" / "check")}
    jiandi = places.python("-m", "jiandi")
    return [
        Step("types (mypy)", tool("mypy", "--no-error-summary"), scratch),
        Step("layers (import-linter)", tool("lint-imports", "--no-logo"), scratch),
        Step("security (bandit)", tool("bandit", "-q", "-ll", "-r", "src", "tools", "dev.py", "-c", "pyproject.toml")),
        Step("templates (djlint)", tool("djlint", "src", "--lint", "--quiet")),
        Step("lint (ruff)", tool("ruff", "check", "--quiet")),
        Step("format (ruff)", tool("ruff", "format", "--check", "--quiet")),
        Step("dependencies (deptry)", tool("deptry", "src", "--no-ansi")),
        Step("translations complete", places.python("-m", "tools.dev.extract")),
        Step("no missing migration", [*jiandi, "makemigrations", "--check", "--dry-run"], scratch),
        Step("Django's own checks", [*jiandi, "check", "--fail-level", "WARNING"], scratch),
        Step("wheel", places.python("-m", "hatchling", "build", "-t", "wheel", "-d", "var/check/wheel")),
    ]


def check(arguments: list[str]) -> int:
    """Everything; 1 on any failure. A skipped test counts as one."""
    began = time.monotonic()
    install.set_up(install.DEVELOP)
    (places.ROOT / "var" / "check").mkdir(parents=True, exist_ok=True)
    results = [Result("set-up", 0, time.monotonic() - began, ""), *side_by_side(static_steps())]
    with postgres.server() as database:
        steps, left_out = suites.suites(database, [])
        if "--long" in arguments:
            steps += suites.long_suites(database)
        strict = [Step(step.name, step.command, {**step.surroundings, "JIANDI_NO_SKIPS": "1"}) for step in steps]
        results.append(run(strict[0]))
        results += side_by_side(strict[1:])  # PostgreSQL and the browser wait for answers half of the time
    results += [Result(sentence.split(":", maxsplit=1)[0], 1, 0.0, sentence) for sentence in left_out]
    return conclude(results, began)
