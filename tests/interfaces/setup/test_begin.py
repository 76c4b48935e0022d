"""The first hour page by page: each screen asks one question and refuses what does not answer it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from jiandi.base import clock
from jiandi.base.jobs import worker
from jiandi.loop.intake import jobs
from jiandi.loop.intake.readers.opening import open_document
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models import Finding, ImportBatch, Letter, Report, Round
from tests.browser import running_office
from tests.cast import Cast
from tests.interfaces.setup.test_first_run import FOUNDING
from tests.loop.intake.city import workbook

SignIn = Callable[..., Client]


def url(step: str, *args: int) -> str:
    return reverse(f"setup:{step}", args=args)


def drop(client: Client, step: str, path: Path, **more: str) -> Any:
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post(url(step), {"file": file, "as_of": clock.today().isoformat(), **more})


@pytest.fixture
def clerk(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in("clerk")


@pytest.mark.django_db
def test_an_office_without_a_round_is_asked_which_inspection_it_is() -> None:
    clerk = Client()
    assert clerk.post(url("first"), FOUNDING)["Location"] == url("begin")
    assert clerk.get(url("begin")).status_code == 200
    assert clerk.get(url("begin_round"), {"have": "both"}).status_code == 200
    assert clerk.post(url("begin_round"), {"have": "both", "title": ""}).status_code == 422
    form = clerk.get(url("begin_round")).context["form"]
    given = {"title": "市委巡察", "issuer": "市委巡察组", "feedback_on": clock.today().isoformat(), "level": "upper", "have": "both"}
    sent = clerk.post(url("begin_round"), {**given, "regime": str(form.fields["regime"].initial)})
    assert sent.status_code == 303
    assert sent["Location"].startswith(url("begin_ledger"))
    made = Round.objects.get()
    assert made.code == f"ZG{clock.today().year}-1"
    assert made.unit == Unit.objects.order_by("path").first()


def test_what_one_has_decides_the_next_screen(clerk: Client) -> None:
    places = {"ledger": "begin_ledger", "both": "begin_ledger", "letter": "begin_letter", "nothing": "begin_results"}
    for have, step in places.items():
        assert clerk.get(url("begin_round"), {"have": have})["Location"] == f"{url(step)}?have={have}"
    assert clerk.get(url("begin_round"), {"have": "x"})["Location"] == f"{url('begin_ledger')}?have=ledger"


def test_only_the_office_begins(cast: Cast, sign_in: SignIn) -> None:
    head = sign_in("head")
    for step in ("begin", "begin_round", "begin_ledger", "begin_letter", "begin_results"):
        assert head.get(url(step)).status_code == 403


def test_a_file_that_is_no_ledger_is_refused_with_a_word_and_nothing_is_taken(clerk: Client, tmp_path: Path) -> None:
    assert clerk.post(url("begin_ledger"), {"as_of": clock.today().isoformat()}).status_code == 422
    path = tmp_path / "图.xlsx"
    path.write_bytes(b"no workbook")
    sent = drop(clerk, "begin_ledger", path)
    assert sent.status_code == 303
    worker.run_pending()
    assert ImportBatch.objects.get().state == "failed"
    page = clerk.get(sent["Location"])
    assert page.status_code == 200
    assert len(page.context["fault"]) > 10
    assert escape(page.context["fault"]) in page.content.decode()
    assert Finding.objects.filter(source="taken_over").count() == 0


def test_the_same_ledger_twice_says_so(clerk: Client, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(workbook())
    assert drop(clerk, "begin_ledger", path).status_code == 303
    again = drop(clerk, "begin_ledger", path)
    assert again.status_code in (409, 422)
    assert "台账.xlsx" in again.content.decode()


def test_names_that_look_alike_are_asked_before_the_ledger_comes_in(clerk: Client, tmp_path: Path) -> None:
    drop(clerk, "begin_ledger", running_office.ledger(tmp_path), have="ledger")
    batch = jobs.read_ledger_now(ImportBatch.objects.get().pk, open_document)
    page = clerk.get(url("begin_units", batch.pk))
    asked = page.context["asked"]
    assert {one["name"] for one in asked} >= {"民政局"}
    refused = clerk.post(url("begin_units", batch.pk), {"version": batch.version, "have": "ledger"})
    assert refused.status_code in (409, 422), "nothing answered, nothing taken in"
    answers = {f"unit-{place}": one["preset"] or "new" for place, one in enumerate(asked)}
    sent = clerk.post(url("begin_units", batch.pk), {**answers, "version": batch.version, "have": "ledger"})
    assert sent["Location"].startswith(url("begin_units", batch.pk)), "it is read again with the answers"
    worker.run_pending()
    batch = ImportBatch.objects.get()
    if batch.state == "received":
        batch = jobs.read_ledger_now(batch.pk, open_document)
    assert not clerk.get(url("begin_units", batch.pk)).context["asked"]
    assert clerk.post(url("begin_units", batch.pk), {"version": batch.version, "have": "ledger"})["Location"].startswith(
        url("begin_results")
    )
    worker.run_pending()
    assert Finding.objects.filter(batch=batch).count() == 72
    assert not Unit.objects.filter(name="民政局").exists()


def test_an_answer_that_is_none_is_refused(clerk: Client, tmp_path: Path) -> None:
    drop(clerk, "begin_ledger", running_office.ledger(tmp_path))
    batch = jobs.read_ledger_now(ImportBatch.objects.get().pk, open_document)
    sent = clerk.post(url("begin_units", batch.pk), {"unit-0": "whatever", "version": batch.version})
    assert sent.status_code in (400, 422)
    assert ImportBatch.objects.get().state == "checked"


def test_the_results_wait_while_something_is_read_and_ask_for_papers_once_it_is(clerk: Client, cast: Cast, tmp_path: Path) -> None:
    sent = drop(clerk, "begin_letter", running_office.letter(tmp_path), have="letter")
    assert sent["Location"].startswith(url("begin_results"))
    assert Letter.objects.get().title == "市委第三巡察组反馈意见"
    assert clerk.get(url("begin_results")).context["waiting"]
    jobs.read_letter_now(Letter.objects.get().pk, open_document)
    page = clerk.get(url("begin_results"))
    assert not page.context["waiting"]
    assert running_office.LOST[0][:20] in page.content.decode()
    assert clerk.post(url("begin_results"), {"kind": "ledger"}).status_code == 422
    assert clerk.post(url("begin_results"), {"kind": "briefing"}).status_code == 303
    assert Report.objects.get().kind == "briefing"
