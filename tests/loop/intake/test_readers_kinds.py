"""Kinds without pages: what a person sees of .csv, .xls, .md, .html, .doc and .rtf, and what Word keeps outside the running text."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import get_args

import docx
import pytest

from jiandi.base.errors import BadInput
from jiandi.loop.intake.readers import kind, limits, office, opening
from jiandi.loop.intake.readers.ledger import read_ledgers
from jiandi.loop.intake.readers.limits import Limits
from jiandi.loop.intake.readers.model import ReadDocument
from tests.loop.intake import office_files
from tests.loop.intake.office_files import WORD, numbered_properties, paragraph, word_file

OFFICE = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
ROWS = "序号,反馈问题,整改措施,责任单位\n1,台账不清,清点苗木,资源股\n2,通道被占,清理通道,林业站\n"


def read(path: Path, content: str | bytes, encoding: str = "utf-8") -> ReadDocument:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return opening.open_document(path)


def cells(document: ReadDocument, table: int = 0) -> list[list[str]]:
    rows: dict[int, list[str]] = {}
    for cell in document.tables[table].cells:
        rows.setdefault(cell.row, []).append(document.words(cell))
    return list(rows.values())


def words(document: ReadDocument) -> list[str]:
    return [document.words(line) for line in document.lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t", ";", "，"])
def test_csv_is_a_table_in_every_encoding_with_every_separator(tmp_path: Path, encoding: str, sign: str) -> None:
    document = read(tmp_path / "台账.csv", ROWS.replace(",", sign), encoding)
    assert cells(document)[1] == ["1", "台账不清", "清点苗木", "资源股"]
    assert [row.text("text") for row in read_ledgers(document)[0].rows] == ["台账不清", "通道被占"]


def test_csv_cells_in_quotation_marks_hold_lines_and_separators(tmp_path: Path) -> None:
    document = read(tmp_path / "台账.csv", '序号,问题\n1,"台账,不清\n第二行"\n')
    assert cells(document)[1] == ["1", "台账,不清\n第二行"]


@OFFICE
def test_old_workbook_gives_the_same_ledger_as_the_new(tmp_path: Path) -> None:
    new = office_files.ledger(tmp_path / "台账.xlsx")
    _converted(new, "xls")
    old = opening.open_document(tmp_path / "台账.xls")
    assert old.media_type == "application/vnd.ms-excel"
    assert cells(old) == cells(opening.open_document(new))
    assert len(read_ledgers(old)[0].rows) == 3


def test_markdown_is_words_without_marks(tmp_path: Path) -> None:
    text = (
        "---\ntitle: 意见\n---\n# 一、存在问题 #\n\n- **台账**不清，见[附件](a.md)\n> 引文\n\n| 序号 | 问题 |\n|---|:-:|\n| 1 | 通道\\|被占 |\n\n"
        "二、建议\n====\n```\n代码\n```\n1. 清点\n***\n2 * 3 * 4\n"
    )
    document = read(tmp_path / "意见.md", text)
    assert words(document) == [
        "一、存在问题",
        "台账不清，见附件",
        "引文",
        "序号",
        "问题",
        "1",
        "通道|被占",
        "二、建议",
        "代码",
        "1. 清点",
        "2 * 3 * 4",
    ]
    assert [line.level for line in document.lines if line.kind == "heading"] == [1, 1]
    assert len(document.warnings) == 1


def test_a_web_page_is_what_a_person_sees(tmp_path: Path) -> None:
    page = """<!DOCTYPE html><html><head><title>标题</title><style>p{}</style></head><body><script>document.write("假")</script>
    <h1>关于&nbsp;反馈<b>意见</b></h1><p>第一行<br>第二行</p><div style="display: none">藏</div><ol start="3"><li>台账不清</li><li>通道被占</li></ol>
    <table><tr><th rowspan=2>类别</th><th>问题</th></tr><tr><td>台账<p>不清</td></tr></table>
    <table><tr><td>排版用<table><tr><td>内表</td></tr></table></td></tr></table>&lt;完&gt;"""
    document = read(tmp_path / "网页.html", page)
    assert words(document)[:5] == ["关于 反馈意见", "第一行", "第二行", "3. 台账不清", "4. 通道被占"]
    assert cells(document) == [["类别", "问题"], ["台账\n不清"]]
    assert [(cell.row, cell.column, cell.rows) for cell in document.tables[0].cells] == [(0, 0, 2), (0, 1, 1), (1, 1, 1)]
    assert words(document)[-3:] == ["排版用", "内表", "<完>"]
    assert "假" not in document.text
    assert "藏" not in document.text


@pytest.mark.parametrize(("charset", "encoding"), [("gb2312", "gb18030"), ("utf-8", "utf-8")])
def test_a_web_page_names_its_own_encoding(tmp_path: Path, charset: str, encoding: str) -> None:
    page = f'<html><meta http-equiv="Content-Type" content="text/html; charset={charset}"><body>台账不清，镕㐂</body></html>'
    assert read(tmp_path / "网页.htm", page, encoding).text == "台账不清，镕㐂\n"


def test_a_workbook_that_is_a_web_page_is_read_as_one(tmp_path: Path) -> None:
    document = read(
        tmp_path / "导出.xls", "<html><body><table><tr><td>序号</td><td>问题</td></tr><tr><td>1</td><td>台账不清</td></tr></table>"
    )
    assert cells(document) == [["序号", "问题"], ["1", "台账不清"]]


@OFFICE
@pytest.mark.parametrize("ending", ["doc", "rtf", "wps"])
def test_old_word_files_are_read_through_libreoffice(tmp_path: Path, ending: str) -> None:
    whole = docx.Document()
    whole.add_paragraph("一、主要问题")
    table = whole.add_table(rows=2, cols=2)
    for place, cell in enumerate(("序号", "反馈问题", "1", "台账不清")):
        table.cell(place // 2, place % 2).text = cell
    whole.add_paragraph("二、意见建议")
    new = tmp_path / "反馈.docx"
    whole.save(str(new))
    made = _converted(new, "doc" if ending == "wps" else ending)
    if ending == "wps":
        made = made.rename(tmp_path / "反馈.wps")
    document = opening.open_document(made)
    assert [word for word in words(document) if word] == ["一、主要问题", "序号", "反馈问题", "1", "台账不清", "二、意见建议"]
    assert cells(document) == [["序号", "反馈问题"], ["1", "台账不清"]]
    assert document.warnings[0].text == office.CONVERTED


def test_without_libreoffice_the_message_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadInput, match="no_libreoffice") as caught:
        read(tmp_path / "旧.rtf", b"{\\rtf1\\ansi x}")
    assert "旧.rtf" in caught.value.sentence()


def test_libreoffice_that_hangs_is_ended_with_all_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "soffice"
    program.write_text('#!/bin/sh\n/bin/sleep 300 &\necho $! > "$(/usr/bin/dirname "$0")/child"\nwait\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(office, "_LEAST_SECONDS", 1)
    office._apart.cache_clear()
    with pytest.raises(BadInput, match="libreoffice_too_slow"):
        opening.open_document(_written(tmp_path / "旧.rtf", b"{\\rtf1\\ansi x}"), Limits(seconds=2))
    office._apart.cache_clear()
    assert _is_gone(int((tmp_path / "child").read_text()))


def _is_gone(number: int) -> bool:
    """Within two seconds; a dead child nobody has asked about is gone too."""
    for _ in range(20):
        try:
            os.kill(number, 0)
            if Path(f"/proc/{number}/stat").read_text().split(") ")[1].startswith("Z"):
                return True
        except OSError:
            return True
        time.sleep(0.1)
    return False


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _converted(path: Path, ending: str) -> Path:
    profile = path.parent / "profile"
    command = [
        "soffice",
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--convert-to",
        ending,
        "--outdir",
        str(path.parent),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return path.with_suffix(f".{ending}")


def test_numbers_of_a_style_and_of_cells_are_written_out(tmp_path: Path) -> None:
    numbering = office_files.numbering_part().replace('<w:lvl w:ilvl="1">', '<w:lvl w:ilvl="1"><w:pStyle w:val="two"/>')
    styles = f'<w:styles {WORD}><w:style w:styleId="two"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>'
    styled = '<w:p><w:pPr><w:pStyle w:val="two"/></w:pPr><w:r><w:t>管护不力</w:t></w:r></w:p>'
    serial = f"<w:tr><w:tc>{paragraph('', numbered_properties(1, 2))}</w:tc><w:tc>{paragraph('台账不清')}</w:tc></w:tr>"
    body = paragraph("主要问题", numbered_properties(1)) + styled * 2 + f"<w:tbl>{serial * 2}</w:tbl>"
    document = opening.open_document(word_file(tmp_path / "样式.docx", body, numbering=numbering, styles=styles))
    assert words(document) == ["一、主要问题", "（一）管护不力", "（二）管护不力", "1.", "台账不清", "2.", "台账不清"]


def test_only_what_stands_after_tracked_changes_is_read(tmp_path: Path) -> None:
    joined = '<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr><w:r><w:t>前半</w:t></w:r></w:p>' + paragraph("后半")
    inserted = "<w:p><w:ins><w:r><w:t>新增</w:t></w:r></w:ins><w:del><w:r><w:delText>旧句</w:delText></w:r></w:del></w:p>"
    struck = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{paragraph('旧行')}</w:tc></w:tr><w:tr><w:tc>{paragraph('新行')}</w:tc></w:tr>"
    document = opening.open_document(word_file(tmp_path / "修订.docx", joined + inserted + f"<w:tbl>{struck}</w:tbl>"))
    assert words(document) == ["前半后半", "新增", "新行"]
    assert "tracked changes" in document.warnings[0].sentence()


def test_tables_in_text_boxes_and_both_renderings_of_a_box(tmp_path: Path) -> None:
    box = "<w:txbxContent><w:tbl><w:tr><w:tc><w:p><w:r><w:t>框中表</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:txbxContent>"
    choice = f"<w:p><w:r><AlternateContent><Choice>{box}</Choice><Fallback>{box}</Fallback></AlternateContent></w:r></w:p>"
    document = opening.open_document(word_file(tmp_path / "框.docx", paragraph("正文") + choice))
    assert words(document) == ["正文", "", "框中表"]


def test_every_kind_has_its_reader_and_is_offered_by_the_form() -> None:
    assert set(opening.READERS) == set(get_args(kind.Kind))
    assert limits.DEFAULT.seconds <= 60
