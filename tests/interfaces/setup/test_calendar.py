"""The working calendar: read before it counts, edited by month, and a year that is not published says so."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jiandi.base import heavy
from jiandi.base.jobs import worker
from jiandi.record.ledger import write
from jiandi.record.regimes import actions, queries
from jiandi.record.regimes.models import PublishedYear, Workday
from jiandi.record.trail.actor import SYSTEM
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PUBLISH = "setup:publish_year"


@pytest.fixture
def seeded(cast: Cast) -> Cast:
    actions.install_seed_workdays(actor=SYSTEM)
    return cast


def asked(**more: Any) -> dict[str, Any]:
    return {"year": "2027", "source": "通知", "text": "2027-01-01, 休, 元旦", **more}


def test_a_year_is_shown_before_it_counts(seeded: Cast, sign_in: Any) -> None:
    clerk = sign_in("clerk")
    assert "尚未录入" in clerk.get(reverse("setup:calendar"), {"year": 2027}).content.decode()
    shown = clerk.post(reverse(PUBLISH), asked())
    assert shown.context["found"].days[0].day == date(2027, 1, 1)
    assert not PublishedYear.objects.filter(year=2027).exists()
    assert clerk.post(reverse(PUBLISH), asked(confirm="1")).status_code == 302
    assert not queries.work_calendar().is_workday(date(2027, 1, 1))
    assert clerk.post(reverse(PUBLISH), asked(confirm="1")).status_code == 422


@pytest.mark.parametrize(("encoding"), ["utf-8", "utf-8-sig", "gb18030"])
def test_a_sheet_saved_as_text_is_read(seeded: Cast, sign_in: Any, encoding: str) -> None:
    file = SimpleUploadedFile("2027.csv", "日期,安排,说明\n2027-01-01,休,元旦\n".encode(encoding))
    shown = sign_in("clerk").post(reverse(PUBLISH), asked(text="", file=file))
    assert [one.note for one in shown.context["found"].days] == ["元旦"]


@pytest.mark.parametrize("more", [{"text": "2027-02-30, 休"}, {"text": ""}, {"year": "20"}, {"source": ""}])
def test_what_cannot_be_read_is_named_and_nothing_is_written(seeded: Cast, sign_in: Any, more: dict[str, str]) -> None:
    assert sign_in("clerk").post(reverse(PUBLISH), asked(confirm="1", **more)).status_code == 422
    assert not PublishedYear.objects.filter(year=2027).exists()


def workbook(rows: list[list[str]]) -> bytes:
    kept = BytesIO()
    book = heavy.xlsxwriter().Workbook(kept)
    sheet = book.add_worksheet()
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    book.close()
    return kept.getvalue()


def test_a_workbook_is_read_by_the_worker_and_then_shown_like_a_text(seeded: Cast, sign_in: Any) -> None:
    clerk = sign_in("clerk")
    file = SimpleUploadedFile("2027.xlsx", workbook([["日期", "安排", "说明"], ["2027-01-01", "休", "元旦"]]))
    sent = clerk.post(reverse(PUBLISH), asked(text="", file=file))
    assert sent.status_code == 302
    assert "正在读取" in clerk.get(sent.url).content.decode()
    worker.run_pending()
    form = clerk.get(sent.url).context["form"]
    assert (form.initial["year"], form.initial["text"].splitlines()[1]) == (2027, "2027-01-01\t休\t元旦")
    assert sign_in("director").get(sent.url).status_code == 404
    assert not PublishedYear.objects.filter(year=2027).exists()


def test_what_only_looks_like_a_workbook_is_refused_with_the_remedy(seeded: Cast, sign_in: Any) -> None:
    clerk = sign_in("clerk")
    sent = clerk.post(reverse(PUBLISH), asked(text="", file=SimpleUploadedFile("a.xlsx", b"PK\x03\x04no")))
    worker.run_pending()
    answer = clerk.get(sent.url)
    assert answer.status_code == 422
    assert ".csv" in answer.content.decode()
    large = SimpleUploadedFile("a.xlsx", b"PK\x03\x04" + b"0" * 600_000)
    assert clerk.post(reverse(PUBLISH), asked(text="", file=large)).status_code == 422


def month(client: Any, year: int, number: int) -> dict[str, str]:
    """What the browser sends back of a month."""
    page = client.get(reverse("setup:month", args=[year, number]))
    sent: dict[str, str] = {}
    for week in page.context["weeks"]:
        for cell in filter(None, week):
            sent |= {f"version-{cell.day}": str(cell.version), f"note-{cell.day}": cell.note}
            if cell.is_workday:
                sent[f"worked-{cell.day}"] = "on"
    return sent


def test_a_month_is_edited_day_by_day_and_nothing_else_changes(seeded: Cast, sign_in: Any) -> None:
    clerk, address = sign_in("clerk"), reverse("setup:month", args=[2026, 10])
    sent, before = month(clerk, 2026, 10), Workday.objects.count()
    assert clerk.post(address, sent).status_code == 302
    assert Workday.objects.count() == before
    changed = {**sent, "note-2026-10-10": "调回休息"}
    del changed["worked-2026-10-10"]
    changed["worked-2026-10-11"] = "on"
    assert clerk.post(address, changed).status_code == 302
    calendar = queries.work_calendar()
    assert (calendar.is_workday(date(2026, 10, 10)), calendar.is_workday(date(2026, 10, 11))) == (False, True)
    assert clerk.post(address, sent).status_code == 409
    assert clerk.post(address, {"worked-2026-10-10": "on"}).status_code == 422


def test_only_the_office_edits_and_anybody_looks(seeded: Cast, sign_in: Any) -> None:
    assert sign_in("liaison").get(reverse("setup:month", args=[2026, 10])).status_code == 403
    assert sign_in("liaison").get(reverse("setup:calendar")).status_code == 200
    assert sign_in("clerk").get("/setup/calendar/2026/13/").status_code == 404


def test_a_due_date_in_a_year_that_is_not_published_says_so(seeded: Cast, sign_in: Any) -> None:
    page = reverse("desk:finding", args=[seeded.finding.pk])
    write.change(seeded.finding, {"due": date(2026, 12, 1)}, actor=SYSTEM, verb="edit")
    assert "2026年的节假日" not in sign_in("clerk").get(page).content.decode()
    write.change(seeded.finding, {"due": date(2031, 3, 1)}, actor=SYSTEM, verb="edit")
    clerk = sign_in("clerk")
    assert clerk.get(page).context["due_warnings"]
    write.change(seeded.round, {"feedback_on": date(2030, 12, 1)}, actor=SYSTEM, verb="edit")
    assert any(phase.warnings for phase in clerk.get(reverse("setup:round", args=[seeded.round.pk])).context["phases"])
