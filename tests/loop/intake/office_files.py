"""Files for the readers' tests, made on the spot; all bodies and figures are invented."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import openpyxl
from docx.oxml import OxmlElement

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def zipped(path: Path, parts: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def word_file(path: Path, body: str, **parts: str) -> Path:
    """A .docx with this body; further parts by their name under word/."""
    document = f"<w:document {WORD}><w:body>{body}</w:body></w:document>"
    more = {f"word/{name}.xml": content for name, content in parts.items()}
    return zipped(path, {"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": document, **more})


def paragraph(words: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"


def letter(path: Path) -> Path:
    """A feedback letter made with python-docx: headings, a merged table, a struck-out run."""
    document = docx.Document()
    document.add_heading("关于巡察云岭县林草局党组的反馈意见", level=1)
    document.add_paragraph("一、主要问题")
    document.add_paragraph("（一）护林员管理松散，12个管护站无值班记录。")
    struck = document.add_paragraph("（二）防火通道被占用。")
    gone = OxmlElement("w:del")
    run = OxmlElement("w:r")
    words = OxmlElement("w:delText")
    words.text = "此句已删"
    run.append(words)
    gone.append(run)
    struck._p.append(gone)
    table = document.add_table(rows=3, cols=3)
    for column, words_ in enumerate(("序号", "反馈问题", "整改措施")):
        table.cell(0, column).text = words_
    table.cell(1, 1).merge(table.cell(2, 1)).text = "苗木台账不清"
    table.cell(1, 0).text, table.cell(1, 2).text = "1", "清点苗木"
    table.cell(2, 0).text, table.cell(2, 2).text = "2", "建立电子台账"
    document.save(str(path))
    return path


def ledger(path: Path, *, rows: int = 3) -> Path:
    """A ledger with a title, a note, headings on two levels and a merged category."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台账"
    sheet.append(["云岭县林草局整改台账"])
    sheet.merge_cells("A1:H1")
    sheet.append(["填报时间：2024年5月"])
    sheet.append(["序号", "问题类别", "反馈问题", "整改措施", "责任", None, "整改时限", "备注"])
    sheet.append([None, None, None, None, "牵头单位", "配合单位", None, None])
    for column in "ABCDGH":
        sheet.merge_cells(f"{column}3:{column}4")
    sheet.merge_cells("E3:F3")
    for number in range(1, rows + 1):
        sheet.append(
            [number, "管护责任" if number == 1 else None, f"问题{number}表述", f"措施{number}", "资源股", "林业站", "2024年6月底前", None]
        )
    if rows > 1:
        sheet.merge_cells(f"B5:B{4 + rows}")
    sheet.append(["合计", None, rows])
    book.save(str(path))
    return path


def numbered_properties(list_id: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'


def numbering_part() -> str:
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for depth, (form, pattern) in enumerate((("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3.")))
    )
    return f'<w:numbering {WORD}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
