"""Pages of a letter as pictures: own pages, printed pages, none; and how far the reading is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import docx
import pytest
from django.test import Client
from django.urls import reverse

from jiandi.base.jobs import registry, worker
from jiandi.base.jobs.models import Job
from jiandi.loop.intake import jobs, queries
from jiandi.loop.intake.readers import printing
from jiandi.loop.intake.readers.model import Place, ReadDocument
from jiandi.record.ledger.models import Letter
from tests.cast import Cast
from tests.loop.intake import page_files
from tests.loop.intake.city import hand_in, read, rows_of

OFFICE = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}
LINES = ("反馈意见", "一、存在的主要问题", "（一）项目资金拨付滞后。", "（二）账目不清。")
SignIn = Callable[[str], Client]


def pdf_letter(cast: Cast, folder: Path) -> Letter:
    sheets = [page_files.Sheet([]).lines([f"　　{line}" for line in LINES[at : at + 2]]) for at in (0, 2)]
    return read(hand_in(cast, page_files.pdf(folder / "信.pdf", *sheets).read_bytes(), "信.pdf"))


def word_letter(cast: Cast, folder: Path) -> Letter:
    document = docx.Document()
    for line in LINES:
        document.add_paragraph(line)
    document.save(str(folder / "信.docx"))
    return read(hand_in(cast, (folder / "信.docx").read_bytes(), "信.docx"))


def sheet(client: Client, letter: Letter, number: int = 1) -> str:
    answer = client.get(reverse("intake:sheet", args=[letter.pk, number]), **HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def picture(client: Client, letter: Letter, number: int) -> Any:
    return client.get(reverse("intake:page_picture", args=[letter.pk, number]))


def test_a_page_shows_its_picture_and_where_rows_stand(cast: Cast, sign_in: SignIn, tmp_path: Path) -> None:
    letter, clerk = pdf_letter(cast, tmp_path), sign_in("clerk")
    letter.refresh_from_db()
    row = next(one for one in rows_of(letter) if "拨付滞后" in one.text)
    page = sheet(clerk, letter, 2)
    assert f'data-item="{row.pk}"' in page
    assert 'data-sheet="2"' in page
    assert f'data-item="{row.pk}"' not in sheet(clerk, letter, 1)
    answer = picture(clerk, letter, 2)
    assert answer["Content-Type"] == "image/png"
    assert "private" in answer["Cache-Control"]
    assert answer.content.startswith(b"\x89PNG")
    assert picture(clerk, letter, 3).status_code == 422
    assert 'data-sheet="2"' in sheet(clerk, letter, 99), "beyond the last page stands the last one"


def test_a_page_is_drawn_once_and_kept(cast: Cast, tmp_path: Path) -> None:
    letter = pdf_letter(cast, tmp_path)
    letter.refresh_from_db()
    first = queries.picture_of(letter, 1)
    made = first.stat().st_mtime_ns
    assert queries.picture_of(letter, 1) == first
    assert first.stat().st_mtime_ns == made


@pytest.mark.parametrize("who", ["head", "outsider", "verifier"])
def test_pictures_are_seen_by_readers_of_the_letter_only(cast: Cast, sign_in: SignIn, tmp_path: Path, who: str) -> None:
    letter = pdf_letter(cast, tmp_path)
    assert picture(sign_in("member"), letter, 1).status_code == 200
    assert picture(sign_in(who), letter, 1).status_code == 404
    assert sign_in(who).get(reverse("intake:sheet", args=[letter.pk, 1]), **HTMX).status_code == 404


def test_a_text_has_no_pictures_and_says_so(cast: Cast, sign_in: SignIn) -> None:
    letter, clerk = read(hand_in(cast)), sign_in("clerk")
    page = clerk.get(reverse("intake:review", args=[letter.pk])).content.decode()
    assert 'data-view="picture"' not in page
    assert "这类文件没有页面图像" in page
    assert "这类文件没有页面图像" in sheet(clerk, letter)


def test_a_file_that_cannot_be_drawn_says_so_in_its_place(cast: Cast, sign_in: SignIn, tmp_path: Path) -> None:
    letter = pdf_letter(cast, tmp_path)
    queries.picture_of(Letter.objects.get(pk=letter.pk), 1).unlink()
    Letter.objects.filter(pk=letter.pk).update(file_digest="0" * 64)
    assert "无法" in sheet(sign_in("clerk"), letter) or "信.pdf" in sheet(sign_in("clerk"), letter)


@OFFICE
def test_a_word_document_is_printed_by_the_worker_and_its_rows_are_found_on_the_pages(cast: Cast, sign_in: SignIn, tmp_path: Path) -> None:
    letter, clerk = word_letter(cast, tmp_path), sign_in("clerk")
    letter.refresh_from_db()
    url = reverse("intake:print_pages", args=[letter.pk])
    assert url in sheet(clerk, letter)
    assert sign_in("supervisor").post(url).status_code == 403
    assert "every 2s" in clerk.post(url, **HTMX).content.decode()
    clerk.post(url, **HTMX)
    assert Job.objects.filter(name=queries.PRINT).count() == 1, "asked once"
    worker.run_pending()
    row = next(one for one in rows_of(letter) if "拨付滞后" in one.text)
    assert f'data-item="{row.pk}"' in sheet(clerk, letter)
    assert picture(clerk, letter, 1).status_code == 200


@OFFICE
def test_without_libreoffice_the_pane_says_what_is_missing(
    cast: Cast, sign_in: SignIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = word_letter(cast, tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    jobs.print_letter(SimpleNamespace(payload={"letter": letter.pk}))
    monkeypatch.undo()
    assert "LibreOffice" in sheet(sign_in("clerk"), letter)


def test_printed_lines_are_found_in_the_text_and_strangers_left_out() -> None:
    text = "一、存在的问题\n（一）资金 拨付滞后。\n（二）账目不清。"
    printed = "一、存在的问题\n— 1 —\n（一）资金拨付滞后。\n（二）账目不清。"
    places, at = [], 0
    for number, line in enumerate(printed.split("\n")):
        places.append(Place(at, at + len(line), 1, 0, number, 10, number + 1))
        at += len(line) + 1
    found = list(printing.aligned(ReadDocument(printed, (), places=tuple(places)), text))
    assert [(text[one.start : one.end], one.top) for one in found] == [
        ("一、存在的问题", 0),
        ("（一）资金 拨付滞后。", 2),
        ("（二）账目不清。", 3),
    ]


def test_the_waiting_page_says_how_far_the_reading_is(cast: Cast, sign_in: SignIn) -> None:
    letter, clerk, told = hand_in(cast), sign_in("clerk"), []
    url = reverse("intake:since", args=[letter.pk])

    def progress(done: int, total: int | None, note: str = "") -> None:
        told.append(done)
        Job.objects.filter(name=queries.READ_LETTER).update(done=done, total=total, note=note)
        page = clerk.get(url, **HTMX).content.decode()
        assert f'<progress class="rate-bar" value="{done}" max="3"' in page

    run = SimpleNamespace(payload={"letter": letter.pk}, progress=progress)
    registry.kinds()["intake.read_letter"].function(run)
    assert told == [0, 1, 2]
    Letter.objects.filter(pk=letter.pk).update(state="reading")
    progress(0, 3, "12")
    assert "12" in clerk.get(url, **HTMX).content.decode().split("work-label")[1][:300]
