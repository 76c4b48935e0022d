"""Where CI=1 or JIANDI_NO_SKIPS=1 is set, a skipped test fails the run: what CI does not run, nobody runs."""

import os

import pytest

STRICT = os.environ.get("JIANDI_NO_SKIPS", os.environ.get("CI", "")).lower() in ("1", "true", "yes")
SKIPPED: dict[str, str] = {}


def _note(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        SKIPPED[report.nodeid] = why


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _note(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    _note(report)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if STRICT and SKIPPED and exitstatus == pytest.ExitCode.OK and not hasattr(session.config, "workerinput"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if STRICT and SKIPPED:
        terminalreporter.section("Skipped tests fail this run")
        for node, why in SKIPPED.items():
            terminalreporter.line(f"{node}: {why}")
