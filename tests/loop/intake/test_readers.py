"""Readers: content decides, offsets hold, every bad file is refused with its place and a remedy."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from jiandi.base.errors import BadInput
from jiandi.loop.intake.readers import bounded, limits, opening
from jiandi.loop.intake.readers.limits import Limits
from tests.loop.intake import office_files


def refused(path: Path, bounds: Limits = limits.DEFAULT) -> BadInput:
    with pytest.raises(BadInput) as caught:
        opening.open_document(path, bounds)
    assert path.name.split(" ")[0] in caught.value.sentence()
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_text_is_the_files_own(tmp_path: Path, encoding: str) -> None:
    words = "一、存在问题\r\n1.台账不清。\n\n二、建议\r\n"
    path = tmp_path / "意见.txt"
    path.write_bytes(words.encode(encoding))
    read = opening.open_document(path)
    assert read.text == words
    assert [read.words(line) for line in read.lines] == ["一、存在问题", "1.台账不清。", "", "二、建议"]
    assert len(read.digest) == 64


def test_letter_is_read_in_order_without_what_was_struck_out(tmp_path: Path) -> None:
    read = opening.open_document(office_files.letter(tmp_path / "反馈.docx"))
    assert read.text.startswith("关于巡察云岭县林草局党组的反馈意见\n一、主要问题\n")
    assert "此句已删" not in read.text
    assert read.lines[0].kind == "heading"
    assert len(read.warnings) == 1
    cell = next(line for line in read.lines if read.words(line) == "苗木台账不清")
    assert (cell.kind, cell.row, cell.column, cell.rows) == ("cell", 1, 1, 2)
    assert read.tables[0].place(cell) == "B2"


def test_list_numbers_kept_in_the_style_are_written_out(tmp_path: Path) -> None:
    body = "".join(
        office_files.paragraph(words, office_files.numbered_properties(1, depth))
        for words, depth in (("主要问题", 0), ("管护不力", 1), ("台账不清", 1), ("意见建议", 0), ("压实责任", 1), ("逐月通报", 2))
    )
    read = opening.open_document(office_files.word_file(tmp_path / "自动编号.docx", body, numbering=office_files.numbering_part()))
    assert read.text.splitlines() == ["一、主要问题", "（一）管护不力", "（二）台账不清", "二、意见建议", "（一）压实责任", "1.逐月通报"]


def test_text_box_and_footnote_come_after_the_text(tmp_path: Path) -> None:
    box = "<w:p><w:r><w:t>正文</w:t></w:r><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>框中字</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
    notes = f"<w:footnotes {office_files.WORD}><w:footnote><w:p><w:r><w:t>脚注字</w:t></w:r></w:p></w:footnote></w:footnotes>"
    read = opening.open_document(office_files.word_file(tmp_path / "框.docx", box, footnotes=notes))
    assert read.text.splitlines() == ["正文", "框中字", "脚注字"]
    assert [line.kind for line in read.lines] == ["paragraph", "note", "note"]


def test_sheet_cells_have_their_place_and_extent(tmp_path: Path) -> None:
    read = opening.open_document(office_files.ledger(tmp_path / "台账.xlsx"))
    table = read.tables[0]
    cell = next(line for line in table.cells if read.words(line) == "管护责任")
    assert table.place(cell) == "台账!B5"
    assert (cell.rows, cell.columns) == (3, 1)
    assert all(read.text[line.start : line.end] for line in table.cells)


def test_content_decides_not_the_name(tmp_path: Path) -> None:
    path = office_files.letter(tmp_path / "反馈.xlsx")
    assert opening.open_document(path).text.startswith("关于")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("照片.docx", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + bytes(200), "intake.broken_file"),
        ("空.docx", b"", "intake.empty_file"),
        ("空白.txt", b" \r\n ", "intake.no_text"),
        ("旧.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "Workbook".encode("utf-16-le"), "intake.broken_file"),
        ("密.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "intake.password"),
        ("版.docx", b"%PDF-1.7\n%\xe2\xe3", "intake.broken_file"),
        ("坏.docx", b"PK\x03\x04" + bytes(100), "intake.broken_file"),
        ("杂.txt", b"\x01\x02\x03\xff\xfe\x00\x00", "intake.wrong_kind"),
        ("杂.txt", b"\x81\xff\xff\x81", "intake.unknown_encoding"),
    ],
)
def test_wrong_file_is_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refused(path).code == code


def test_too_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "大.docx"
    with path.open("wb") as stream:
        stream.truncate(200 * limits.MEGABYTE)
    refusal = refused(path)
    assert refusal.code == "intake.too_large"
    assert "50" in refusal.sentence()


def test_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    path = office_files.zipped(tmp_path / "弹.docx", {"word/document.xml": b"0" * (64 * limits.MEGABYTE)})
    assert refused(path).code == "intake.unpacks_too_large"


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    path = office_files.zipped(tmp_path / "多.docx", {"word/document.xml": "<a/>", **{f"x/{n}": "" for n in range(30)}})
    assert refused(path, Limits(members=20)).code == "intake.unpacks_too_large"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("<w:document", "intake.broken_part"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "intake.entities"),
        ("<a>" * 300 + "</a>" * 300, "intake.too_deep"),
        ("<a/>", "intake.broken_file"),
    ],
)
def test_bad_xml_is_refused(tmp_path: Path, document: str, code: str) -> None:
    path = office_files.zipped(tmp_path / "坏件.docx", {"[Content_Types].xml": office_files.CONTENT_TYPES, "word/document.xml": document})
    assert refused(path).code == code


@pytest.mark.parametrize("part", ["word/vbaProject.bin", "xl/vbaProject.bin"])
def test_macros_are_refused(tmp_path: Path, part: str) -> None:
    parts: dict[str, str | bytes] = {"word/document.xml": "<a/>", "xl/workbook.xml": "<a/>", part: b"x"}
    assert refused(office_files.zipped(tmp_path / "宏.docm", parts)).code == "intake.macros"


def test_other_archives_are_refused(tmp_path: Path) -> None:
    assert refused(office_files.zipped(tmp_path / "包.docx", {"a.txt": "a"})).code == "intake.wrong_kind"


def test_cut_off_archive_is_refused(tmp_path: Path) -> None:
    whole = office_files.letter(tmp_path / "全.docx").read_bytes()
    path = tmp_path / "半.docx"
    path.write_bytes(whole[: len(whole) // 2])
    assert refused(path).code == "intake.broken_file"


def test_entity_in_a_sheet_is_refused(tmp_path: Path) -> None:
    good = office_files.ledger(tmp_path / "好.xlsx")
    path = tmp_path / "实体.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as made:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = b'<!DOCTYPE a [<!ENTITY x "y">]>' + content
            made.writestr(name, content)
    assert refused(path).code == "intake.entities"


def test_too_wide_and_too_long_sheets_are_refused(tmp_path: Path) -> None:
    path = office_files.ledger(tmp_path / "长.xlsx", rows=40)
    assert refused(path, Limits(rows=20)).code == "intake.too_many_rows"
    assert refused(path, Limits(columns=4)).code == "intake.too_many_columns"


def test_bounded_reader_gives_the_same(tmp_path: Path) -> None:
    path = office_files.letter(tmp_path / "反馈.docx")
    assert bounded.read_bounded(path) == opening.open_document(path)


def test_bounded_reader_passes_refusals_on(tmp_path: Path) -> None:
    path = tmp_path / "空.docx"
    path.write_bytes(b"")
    with pytest.raises(BadInput, match="empty_file"):
        bounded.read_bounded(path)


def test_bounded_reader_stops_a_slow_file(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("长")
    for row in range(6000):
        sheet.append([f"第{row}行第{column}列" for column in range(60)])
    path = tmp_path / "慢.xlsx"
    book.save(str(path))
    with pytest.raises(BadInput, match="too_slow"):
        bounded.read_bounded(path, Limits(seconds=1))


def test_reader_that_gives_out_is_a_refusal(tmp_path: Path) -> None:
    body = office_files.paragraph("逐站核对值班记录") * 60_000
    path = office_files.word_file(tmp_path / "厚.docx", body)
    with pytest.raises(BadInput, match=r"too_much|gave_out"):
        bounded.read_bounded(path, Limits(memory_bytes=80 * limits.MEGABYTE, seconds=30, unzipped_ratio=10_000))
