"""Pages of the reports: asked, followed, downloaded; and nothing of somebody else's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jiandi.base.jobs import worker
from jiandi.base.jobs.models import Job
from jiandi.loop.report import actions, queries
from jiandi.record.figures.definitions import DEFINITIONS
from jiandi.record.ledger.models import Report
from tests.cast import Cast

SignIn = Callable[[str], Client]
HTMX = {"HX-Request": "true"}


def url(name: str, *args: int) -> str:
    return reverse(f"report:{name}", args=args)


@pytest.fixture
def report(cast: Cast) -> Report:
    return actions.ask_report(actor=cast.actor("head"), round_id=cast.round.pk, kind="ledger", unit_id=cast.bureau.pk)


def test_the_list_says_what_to_do_while_it_is_empty(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in("head").get(url("index"))
    assert (page.status_code, b'class="void"' in page.content) == (200, True)
    assert url("ask").encode() in page.content
    assert url("ask").encode() not in sign_in("supervisor").get(url("index")).content


def test_a_unit_asks_for_itself_and_the_office_for_all(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in("head").post(url("ask"), {"kind": "ledger", "unit": cast.bureau.pk}).status_code == 303
    assert sign_in("head").post(url("ask"), {"kind": "ledger", "unit": cast.stranger.pk}).status_code == 422
    assert sign_in("head").post(url("ask"), {"kind": "ledger", "unit": ""}).status_code == 422
    assert sign_in("clerk").post(url("ask"), {"kind": "report", "unit": ""}).status_code == 303
    assert sign_in("clerk").post(url("ask"), {"kind": "poem"}).status_code == 422
    assert Report.objects.count() == 2


def test_progress_asks_again_until_the_file_is_there(cast: Cast, sign_in: SignIn, report: Report) -> None:
    client = sign_in("head")
    busy = client.get(url("progress", report.pk), headers=HTMX).content.decode()
    assert "every 2s" in busy
    assert client.get(url("download", report.pk)).status_code == 404
    worker.run_pending()
    done = client.get(url("progress", report.pk), headers=HTMX).content.decode()
    assert "every 2s" not in done
    assert url("download", report.pk) in done
    assert "<html" in client.get(url("progress", report.pk)).content.decode()


def test_a_broken_job_says_so(cast: Cast, sign_in: SignIn, report: Report) -> None:
    Job.objects.filter(name=queries.JOB).update(state="failed")
    assert "work-failed" in sign_in("head").get(url("index")).content.decode()


def test_a_file_goes_to_who_asked_and_to_the_office_alone(cast: Cast, sign_in: SignIn, report: Report) -> None:
    worker.run_pending()
    for who, status in (("head", 200), ("clerk", 200), ("liaison", 404), ("supervisor", 404), ("outsider", 404), ("auditor", 404)):
        answer: Any = sign_in(who).get(url("download", report.pk))
        assert answer.status_code == status, who
        assert sign_in(who).get(url("progress", report.pk)).status_code == status, who
        if status == 200:
            b"".join(answer.streaming_content)


def test_the_file_has_its_name_and_kind(cast: Cast, sign_in: SignIn, report: Report) -> None:
    worker.run_pending()
    answer: Any = sign_in("head").get(url("download", report.pk))
    body = b"".join(answer.streaming_content)
    assert body[:2] == b"PK"
    assert "xlsx" in answer["Content-Disposition"]
    assert "spreadsheetml" in answer["Content-Type"]


def test_the_panel_names_sheets_and_reports(cast: Cast, sign_in: SignIn, report: Report) -> None:
    worker.run_pending()
    piece = sign_in("head").get(url("panel", cast.finding.pk), headers=HTMX).content.decode()
    assert report.title in piece
    assert "<html" not in piece
    assert report.title not in sign_in("helper").get(url("panel", cast.finding.pk)).content.decode()
    assert sign_in("outsider").get(url("panel", cast.finding.pk)).status_code == 404


def test_the_definitions_page_explains_every_figure(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in("head").get(url("definitions")).content.decode()
    assert page.count("<tr id=") == len(DEFINITIONS) > 18
    assert all(f'<tr id="{one.code}">' in page for one in DEFINITIONS)


def test_pages_take_few_queries(cast: Cast, sign_in: SignIn, report: Report, django_assert_max_num_queries: Any) -> None:
    client = sign_in("clerk")
    session_and_frame = 6
    with django_assert_max_num_queries(10 + session_and_frame):
        client.get(url("index"))


def test_pages_load_no_heavy_library() -> None:
    code = (
        "import django, sys; from jiandi.config import settings; django.setup();"
        "import jiandi.loop.report.urls, jiandi.loop.reconcile.urls, jiandi.loop.lookback.urls;"
        "print([m for m in ('docx', 'openpyxl', 'xlsxwriter', 'lxml') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_surroundings())
    assert said.stdout.strip() == "[]"


def _surroundings() -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "jiandi.config.settings"}
