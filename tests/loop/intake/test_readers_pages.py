"""Files with pages: lines in reading order, running lines out, paragraphs joined across pages, tables kept, every line with its place."""

from __future__ import annotations

import io
from pathlib import Path

import PIL.Image
import pytest

from jiandi.base.errors import BadInput
from jiandi.loop.intake.readers import kind, limits, opening, scan, showing
from jiandi.loop.intake.readers.limits import Limits
from jiandi.loop.intake.readers.model import ReadDocument
from tests.loop.intake import page_files
from tests.loop.intake.page_files import Sheet, ofd_text

FULL = "护林员管理松散十二个管护站没有值班记录巡护日志也缺"  # 25 letters of 16 points fill the line from 80 to 480


def lines(read: ReadDocument) -> list[str]:
    return [read.words(line) for line in read.lines]


def code_of(path: Path, bounds: Limits = limits.DEFAULT) -> str:
    with pytest.raises(BadInput) as caught:
        opening.open_document(path, bounds)
    assert path.name in caught.value.sentence()
    return caught.value.code


def test_wrapped_lines_of_a_pdf_are_one_paragraph(tmp_path: Path) -> None:
    body = Sheet().lines(["　　一、" + FULL[:21], FULL, "失。", "　　二、台账不清。", "　　三、" + FULL[:21], "待查。"])
    read = opening.open_document(page_files.pdf(tmp_path / "意见.pdf", body))
    assert lines(read) == ["一、" + FULL[:21] + FULL + "失。", "二、台账不清。", "三、" + FULL[:21] + "待查。"]
    assert (read.pages, read.media_type, {line.page for line in read.lines}) == (1, "application/pdf", {1})


def test_a_paragraph_goes_on_over_the_page_and_running_lines_are_out(tmp_path: Path) -> None:
    sheets = []
    for number in range(1, 5):
        page = Sheet().lines(["　　" + "甲乙丙丁"[number - 1] + FULL[:22], FULL, FULL], y=120)
        page.texts += [(250, 40, 9, "云岭县林草局整改方案"), (280, 810, 9, f"— {number} —")]
        sheets.append(page)
    read = opening.open_document(page_files.pdf(tmp_path / "长.pdf", *sheets))
    assert lines(read) == [first + FULL[:22] + FULL + FULL for first in "甲乙丙丁"]
    assert [remark.sentence() for remark in read.warnings] == ["Running headers, footers and page numbers were left out."]
    torn = Sheet().lines([FULL, "收尾。", "　　二、台账不清。"])
    joined = opening.open_document(page_files.pdf(tmp_path / "跨.pdf", Sheet().lines(["　　一、" + FULL[:21], FULL, FULL]), torn))
    assert lines(joined) == ["一、" + FULL[:21] + FULL * 3 + "收尾。", "二、台账不清。"]
    assert {place.page for place in joined.places} == {1, 2}


def test_a_body_line_that_comes_back_is_no_running_line(tmp_path: Path) -> None:
    same = ["　　责任单位：资源股。", "　　完成时限：立行立改。"]
    sheets = [Sheet().lines([f"　　{number}号站台账不清。", *same], y=60) for number in "甲乙丙丁戊己庚辛"]
    read = opening.open_document(page_files.pdf(tmp_path / "反复.pdf", *sheets))
    assert lines(read).count("责任单位：资源股。") == 8


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left, right = [f"左栏第{n}行文字十二字长短" for n in "一二三四五六"], [f"右栏第{n}行文字十二字长短" for n in "一二三四五六"]
    page = Sheet().lines(["云岭县林草局巡察整改简报第七期总第一百二十期"], x=100, y=80, size=16)
    page.lines(left, x=80, y=130, size=14, step=24).lines(right, x=310, y=134, size=14, step=24)
    words = opening.open_document(page_files.pdf(tmp_path / "简报.pdf", page)).text
    assert words.index("左栏第六行") < words.index("右栏第一行") < words.index("右栏第六行")


def test_a_ruled_table_is_a_table_over_two_pages(tmp_path: Path) -> None:
    head = ["序号", "反馈问题", "整改措施"]
    first = Sheet().table([head, ["1", "台账不清", "清点苗木"], ["2", "通道被占", "清理通道"]], y=600)
    second = Sheet().table([head, ["3", "值班缺失", "补齐日志"]], y=90).lines(["　　特此报告。"], y=300)
    read = opening.open_document(page_files.pdf(tmp_path / "台账.pdf", first, second))
    (table,) = read.tables
    assert [(cell.row, cell.column, read.words(cell)) for cell in table.cells][9:] == [(3, 0, "3"), (3, 1, "值班缺失"), (3, 2, "补齐日志")]
    assert read.words(table.cells[0]) == "序号"
    assert table.cells[-1].page == 2
    assert read.text.endswith("特此报告。\n")


def test_merged_cells_of_a_ruled_table_have_their_extent(tmp_path: Path) -> None:
    page = Sheet().table([["类别", "问题"], ["管护", "台账不清"], ["", "通道被占"]])
    page.strokes.remove((80, 180, 300, 180))
    page.strokes.append((190, 180, 300, 180))
    (table,) = opening.open_document(page_files.pdf(tmp_path / "合并.pdf", page)).tables
    assert [(cell.row, cell.column, cell.rows) for cell in table.cells] == [(0, 0, 1), (0, 1, 1), (1, 0, 2), (1, 1, 1), (2, 1, 1)]


def test_every_printed_line_has_its_place(tmp_path: Path) -> None:
    page = Sheet().lines(["　　一、" + FULL[:21], FULL, "失。"]).table([["序号", "问题"], ["1", "台账不清"]], y=400)
    read = opening.open_document(page_files.pdf(tmp_path / "处.pdf", page))
    shown = [read.text[place.start : place.end] for place in read.places]
    assert shown == ["一、" + FULL[:21], FULL, "失。", "序号", "问题", "1", "台账不清"]
    first = read.places[0]
    assert abs(first.left - 1000 * 112 / 595) < 8
    assert first.top < 1000 * 120 / 842 < first.bottom + 8


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_turned_page_is_read_as_it_is_seen(tmp_path: Path, turned: int) -> None:
    read = opening.open_document(page_files.pdf(tmp_path / "横.pdf", Sheet(turned=turned).lines(["台账不清", "通道被占"])))
    assert sorted("".join(lines(read))) == sorted("台账不清通道被占")
    assert all(0 <= place.left <= place.right <= 1000 and 0 <= place.top <= place.bottom <= 1000 for place in read.places)


def test_radicals_in_the_place_of_characters_are_the_characters(tmp_path: Path) -> None:
    assert opening.open_document(page_files.pdf(tmp_path / "部首.pdf", Sheet().lines(["⼀、⼈员不⾜"]))).text == "一、人员不足\n"


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    path = page_files.pdf(tmp_path / "多.pdf", *[Sheet().lines(["台账不清"]) for _ in range(4)])
    assert code_of(path, Limits(pages=3)) == "intake.too_many_pages"
    many = page_files.ofd(tmp_path / "多.ofd", *[ofd_text("台账不清", 30, 40)] * 4)
    assert code_of(many, Limits(pages=3)) == "intake.too_many_pages"


def test_ofd_is_read_in_the_order_of_the_page(tmp_path: Path) -> None:
    layer = (
        ofd_text("通道被占。", 30, 80)
        + ofd_text("一、台账不清。", 30, 40)
        + f"<ofd:PageBlock>{ofd_text('二、日志缺失。', 30, 60)}</ofd:PageBlock>"
    )
    read = opening.open_document(page_files.ofd(tmp_path / "公文.ofd", layer, ofd_text("第二页", 30, 40)))
    assert lines(read) == ["一、台账不清。", "二、日志缺失。", "通道被占。", "第二页"]
    assert (read.pages, [line.page for line in read.lines]) == (2, [1, 1, 1, 2])


def test_ofd_tables_and_templates_are_read(tmp_path: Path) -> None:
    strokes = "".join(
        f'<ofd:PathObject Boundary="30 40 100 20"><ofd:AbbreviatedData>{way}</ofd:AbbreviatedData></ofd:PathObject>'
        for way in ("M 0 0 L 100 0 L 100 20 L 0 20 C", "M 0 10 L 100 10", "M 50 0 L 50 20")
    )
    words = "".join(ofd_text(w, x, y, 4) for w, x, y in (("序号", 32, 42), ("问题", 82, 42), ("1", 32, 52), ("台账不清", 82, 52)))
    read = opening.open_document(page_files.ofd(tmp_path / "表.ofd", strokes + words))
    assert [read.words(cell) for cell in read.tables[0].cells] == ["序号", "问题", "1", "台账不清"]


def test_ofd_names_cannot_leave_the_archive(tmp_path: Path) -> None:
    document = f'<ofd:Document {page_files.OFD}><ofd:Pages><ofd:Page ID="1" BaseLoc="../../../../etc/passwd"/></ofd:Pages></ofd:Document>'
    assert code_of(page_files.ofd(tmp_path / "越.ofd", document=document)) == "intake.broken_file"


def test_a_page_is_shown_as_a_picture_of_bounded_size(tmp_path: Path) -> None:
    path = page_files.pdf(tmp_path / "图.pdf", Sheet().lines(["台账不清"]))
    with PIL.Image.open(io.BytesIO(showing.page_png(path, 1, Limits(picture_width=600)))) as shown:
        assert (shown.format, max(shown.size)) == ("PNG", 600)
    with pytest.raises(BadInput, match="no_such_page"):
        showing.page_png(path, 2)
    page_files.page_of_text(["台账"]).save(tmp_path / "照片.png")
    with PIL.Image.open(io.BytesIO(showing.page_png(tmp_path / "照片.png", 1, Limits(picture_width=300)))) as shown:
        assert max(shown.size) == 300


def test_a_scan_without_the_extra_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "is_there", lambda: False)
    picture = page_files.page_of_text(["台账不清"])
    picture.save(tmp_path / "扫描.png")
    assert code_of(tmp_path / "扫描.png") == "intake.no_ocr"
    assert code_of(page_files.scanned_pdf(tmp_path / "扫描.pdf", picture)) == "intake.no_ocr"


def test_tif_of_too_many_pages_or_points_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "is_there", lambda: True)
    monkeypatch.setattr(scan, "pieces", lambda *_page: [])
    pages = [PIL.Image.new("L", (40, 40), 255)] * 4
    pages[0].save(tmp_path / "多.tif", save_all=True, append_images=pages[1:])
    assert code_of(tmp_path / "多.tif", Limits(scanned_pages=3)) == "intake.too_many_scans"
    assert code_of(tmp_path / "多.tif", Limits(picture_points=1000)) == "intake.picture_too_large"
    assert kind.look(tmp_path / "多.tif", limits.DEFAULT) == "picture"
