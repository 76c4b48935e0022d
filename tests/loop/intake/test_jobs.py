"""Files come in through the worker, good and bad: every fault names its place and remedy, and nothing is half-written."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import docx
import pytest
from django.utils import translation

from jiandi.base import files, http
from jiandi.base.errors import BadInput
from jiandi.base.jobs import registry
from jiandi.loop.intake import actions, jobs, queries
from jiandi.loop.intake.readers.opening import open_document
from jiandi.record.ledger.models import Finding, ImportBatch, LetterItem
from jiandi.record.trail import queries as trail
from tests.cast import Cast
from tests.loop.intake import page_files
from tests.loop.intake.city import HEADS, ROWS, check, hand_in, hand_in_ledger, read, rows_of, take_in, workbook

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 2048


def zipped(**members: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, body in members.items():
            archive.writestr(name.replace("__", "/"), body)
    return target.getvalue()


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


BAD = {
    "照片.docx": b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
    "断开.docx": workbook()[:200],
    "压缩包.docx": zipped(readme="nothing"),
    "加密.docx": OLE,
    "空白.docx": word(""),
    "乱码.txt": bytes(range(256)) * 4,
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_letter_is_kept_named_and_half_written_nowhere(cast: Cast, name: str) -> None:
    letter = read(hand_in(cast, BAD[name], name))
    assert (letter.state, letter.text) == ("failed", "")
    assert not LetterItem.objects.filter(letter=letter).exists()
    fault = json.loads(letter.fault)
    assert fault["code"].startswith("intake.")
    found = queries.fault_of(letter.fault)
    assert found is not None
    with translation.override("zh-hans"):
        said = http.translate(found.text, found.params)
    assert name in said, "the fault names the file people know"
    assert said != fault["text"].format(**fault["params"]), "in the reader's language"
    with files.open_file(letter.file_digest) as kept:
        assert kept.read() == BAD[name], "the original stays"


@pytest.mark.parametrize("name", BAD)
def test_a_bad_ledger_is_kept_named_and_half_written_nowhere(cast: Cast, name: str) -> None:
    batch = check(hand_in_ledger(cast, BAD[name], name))
    assert (batch.state, batch.rows, batch.rows_digest) == ("failed", 0, "")
    assert Finding.objects.filter(batch=batch).count() == 0
    assert json.loads(batch.fault)["params"]


def test_an_empty_file_does_not_even_come_in(cast: Cast) -> None:
    with pytest.raises(BadInput) as refused:
        hand_in(cast, b"", "空.docx")
    assert "空.docx" in refused.value.sentence()


def test_a_file_beyond_the_limit_does_not_come_in(cast: Cast, settings: Any) -> None:
    settings.JIANDI_UPLOAD_LIMIT_MB = 0
    with pytest.raises(BadInput) as refused:
        hand_in(cast)
    assert refused.value.code == "files.too_long"


def test_a_word_letter_is_read(cast: Cast) -> None:
    letter = read(hand_in(cast, word("反馈意见", "一、存在的主要问题", "（一）项目资金拨付滞后。", "（二）账目不清。"), "反馈.docx"))
    assert letter.state == "in_review"
    assert {"项目资金拨付滞后", "账目不清"} <= {row.text.rstrip("。") for row in rows_of(letter, "finding")}


def test_the_worker_finds_the_jobs_by_their_names(cast: Cast) -> None:
    kinds = registry.kinds()
    letter = hand_in(cast)
    answer = kinds["intake.read_letter"].function(SimpleNamespace(payload={"letter": letter.pk}, progress=print))
    assert answer == {"letter": letter.pk, "state": "in_review"}
    batch = hand_in_ledger(cast)
    done = kinds["intake.read_ledger"].function(SimpleNamespace(payload={"batch": batch.pk}))
    assert done == {"batch": batch.pk, "state": "checked", "rows": 3}


def test_a_reading_that_broke_off_goes_on(cast: Cast) -> None:
    letter = hand_in(cast)
    actions.begin_reading(letter.pk)
    assert read(letter).state == "in_review"


def test_a_file_gone_from_the_store_is_a_fault_not_a_crash(cast: Cast) -> None:
    letter = hand_in(cast)
    files.path_of(letter.file_digest).unlink()
    assert read(letter).state == "failed"


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\恶意\\方案.txt", "方案\n二.txt", ""])
def test_a_strange_file_name_stays_in_its_folder(cast: Cast, name: str) -> None:
    letter = hand_in(cast, name=name)
    with jobs.named_file(letter.file_digest, letter.file_name) as path:
        assert path.parent.name.startswith("tmp")
        assert open_document(path).text


def test_reading_leaves_a_trail_that_verifies(cast: Cast) -> None:
    read(hand_in(cast))
    check(hand_in_ledger(cast))
    batch = ImportBatch.objects.get()
    take_in(cast, batch)
    assert [f for f in trail.verify() if "unsealed" not in str(f).lower()] == []


def test_a_pdf_letter_keeps_its_pages_places_and_what_was_left_out(cast: Cast, sign_in: Any, tmp_path: Path) -> None:
    sheets = [
        page_files.Sheet([(250, 40, 9, "云岭县整改方案"), (285, 810, 9, f"— {number} —")]).lines([f"　　{number}.项目资金拨付滞后。"])
        for number in (1, 2, 3)
    ]
    letter = read(hand_in(cast, page_files.pdf(tmp_path / "方案.pdf", *sheets).read_bytes(), "方案.pdf"))
    assert (letter.state, letter.reading["pages"]) == ("in_review", 3)
    assert [letter.text[start:end] for start, end, *_rest in letter.reading["places"]] == [f"{n}.项目资金拨付滞后。" for n in (1, 2, 3)]
    page = sign_in("clerk").get(f"/intake/{letter.pk}/review/")
    assert "页眉、页脚和页码未读取。" in page.content.decode() or "Running headers" in page.content.decode()


def test_a_ledger_in_a_csv_file_is_checked_as_a_workbook_is(cast: Cast) -> None:
    rows = "\n".join(",".join(map(str, row)) for row in (HEADS, *ROWS))
    batch = check(hand_in_ledger(cast, rows.encode("gb18030"), "台账.csv"))
    assert (batch.state, batch.rows) == (check(hand_in_ledger(cast, workbook(), "台账.xlsx")).state, 3)
