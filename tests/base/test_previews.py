"""What a file shows: pictures, words and days; what breaks a library is told, never raised."""

from __future__ import annotations

import io
import os
import time
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import PIL.Image
import pytest

from jiandi.base import confined, previews
from tests.base.test_pictures import scene

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CORE = """<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"><dc:creator>张三</dc:creator>
 <dcterms:created>2026-02-03T08:00:00Z</dcterms:created><dcterms:modified>2026-02-05T08:00:00Z</dcterms:modified></cp:coreProperties>"""
BODY = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


def photo(path: Path, *, taken: str = "2026:03:05 10:00:00") -> Path:
    """A photograph with the moment, a position, a device and an author in it."""
    exif = PIL.Image.Exif()
    exif[0x8769] = {36867: taken}
    exif[0x8825] = {1: "N", 2: (30.0, 15.0, 0.0)}
    exif[315] = "李四"
    scene(1).save(path, "JPEG", exif=exif)
    return path


def docx(path: Path, paragraphs: list[str], **more: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        text = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in paragraphs)
        archive.writestr("word/document.xml", BODY.format(text))
        for name, content in {"docProps/core.xml": CORE, **more}.items():
            archive.writestr(name, content)
    return path


def pdf(path: Path, *, script: bool = False) -> Path:
    action = "/OpenAction << /S /JavaScript /JS (app.alert(1)) >> " if script else ""
    parts = [
        f"1 0 obj << /Type /Catalog /Pages 2 0 R {action}>> endobj",
        "2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj",
        "3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >> endobj",
        "4 0 obj << /CreationDate (D:20260301120000+08'00') /Author (wang) >> endobj",
    ]
    path.write_text("%PDF-1.7\n" + "\n".join(parts) + "\ntrailer << /Root 1 0 R /Info 4 0 R >>\n%%EOF", encoding="ascii")
    return path


def test_a_photograph_gives_pictures_and_its_day(tmp_path: Path) -> None:
    found = previews.look(str(photo(tmp_path / "a.jpg")), "image/jpeg")
    assert (found.fault, found.made_on) == ("", date(2026, 3, 5))
    thumb = PIL.Image.open(io.BytesIO(found.thumb))
    assert thumb.width <= 240
    assert thumb.height <= 180
    assert len(found.prints.split()) == 39


def test_position_device_and_author_do_not_get_into_a_preview(tmp_path: Path) -> None:
    found = previews.look(str(photo(tmp_path / "a.jpg")), "image/jpeg")
    for content in (found.page, found.thumb):
        assert not PIL.Image.open(io.BytesIO(content)).getexif()
    assert "李四" not in repr(found)
    assert "张三" not in repr(previews.look(str(docx(tmp_path / "a.docx", ["正文"])), WORD))


def test_a_word_file_gives_its_words_and_days(tmp_path: Path) -> None:
    found = previews.look(str(docx(tmp_path / "a.docx", ["第一段", "第二段"])), WORD)
    assert (found.fault, found.words) == ("", "第一段\n第二段")
    assert (found.made_on, found.changed_on) == (date(2026, 2, 3), date(2026, 2, 5))


def test_a_workbook_gives_its_cells(tmp_path: Path) -> None:
    xlsxwriter: Any = pytest.importorskip("xlsxwriter")
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    book.add_worksheet("台账").write_row(0, 0, ["项目", 12])
    book.close()
    found = previews.look(str(tmp_path / "a.xlsx"), SHEET)
    assert found.fault == ""
    assert "[台账]" in found.words
    assert "项目" in found.words


def test_a_pdf_gives_its_first_page_and_day(tmp_path: Path) -> None:
    found = previews.look(str(pdf(tmp_path / "a.pdf")), "application/pdf")
    assert (found.fault, found.pages, found.made_on) == ("", 1, date(2026, 3, 1))
    assert PIL.Image.open(io.BytesIO(found.page)).height == 1200


def test_text_in_a_chinese_encoding_reads_well(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("整改情况说明".encode("gb18030"))
    assert previews.look(str(path), "text/plain; charset=utf-8").words == "整改情况说明"


BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"", "image/jpeg"), (b"\xff\xd8\xff\xe0" + b"x" * 50, "image/jpeg"), (b"%PDF-1.7 nothing", "application/pdf"), (b"PK\x03\x04", WORD)],
)
def test_a_broken_file_is_told_and_never_raised(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    assert previews.look(str(path), kind).fault == "broken"


def test_entities_of_its_own_are_not_unfolded(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("word/document.xml", BOMB)
    found = previews.look(str(tmp_path / "a.docx"), WORD)
    assert (found.fault, found.words) == ("broken", "")


def test_a_picture_of_too_many_points_is_not_unpacked(tmp_path: Path) -> None:
    PIL.Image.new("1", (12_000, 12_000)).save(tmp_path / "a.png")
    assert previews.look(str(tmp_path / "a.png"), "image/png").fault == "too_large"


def test_a_film_has_no_preview(tmp_path: Path) -> None:
    assert previews.look(str(tmp_path / "a.mp4"), "video/mp4").fault == "kind"


def test_a_clock_that_was_never_set_says_no_day(tmp_path: Path) -> None:
    assert previews.look(str(photo(tmp_path / "a.jpg", taken="1970:01:01 00:00:00")), "image/jpeg").made_on is None


def deed(what: str) -> str:
    """Work for a child: answers, dies, sleeps, or asks for more memory than it may have."""
    if what == "dies":
        os._exit(9)
    if what == "sleeps":
        time.sleep(60)
    if what == "swells":
        return str(len(bytearray(8 << 30)))
    return what


def test_a_file_that_kills_its_reader_spoils_no_other() -> None:
    answers = list(confined.each(deed, [("a",), ("dies",), ("b",), ("sleeps",), ("c",), ("swells",), ("d",)], seconds=5))
    assert [getattr(one, "why", one) for one in answers] == ["a", "broke", "b", "too_slow", "c", "broke", "d"]
