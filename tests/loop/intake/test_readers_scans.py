"""Reading scans with the real extra `ocr`. Marked long: loading and one page take seconds, and few machines have the extra."""

from __future__ import annotations

from difflib import SequenceMatcher
from pathlib import Path

import pytest

from jiandi.base.errors import BadInput
from jiandi.loop.intake.readers import bounded, scan
from jiandi.loop.intake.readers.limits import Limits
from tests.loop.intake import page_files

FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
WORDS = [
    "关于云岭县林草局巡察整改情况的报告",
    "　　一、护林员管理松散，十二个管护站没有值班",
    "记录，巡护日志也有缺失，责任不清。",
    "　　二、防火通道被占用，三处路口无法通行。",
]
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not scan.is_there(), reason="the extra “ocr” is not installed: pip install -r requirements/ocr.txt"),
    pytest.mark.skipif(not FONT.is_file(), reason="no Chinese font to print a page with: install fonts-noto-cjk"),
]


def test_a_scanned_page_is_read_in_a_bounded_program(tmp_path: Path) -> None:
    picture = page_files.page_of_text(WORDS, FONT)
    path = page_files.scanned_pdf(tmp_path / "扫描.pdf", picture)
    heard: list[int] = []
    read = bounded.read_bounded(path, told=heard.append)
    assert SequenceMatcher(None, "".join(read.text.split()), "".join("".join(WORDS).split())).ratio() > 0.9
    assert heard == [1]
    assert "recognised" in read.warnings[-1].sentence()
    assert {place.page for place in read.places} == {1}
    assert next(read.words(line) for line in read.lines if "一、护林员" in read.words(line)).endswith("责任不清。")


def test_each_page_has_its_own_time(tmp_path: Path) -> None:
    page_files.page_of_text(WORDS, FONT).save(tmp_path / "照片.jpg")
    with pytest.raises(BadInput, match="too_slow"):
        bounded.read_bounded(tmp_path / "照片.jpg", Limits(page_seconds=0))


def test_a_page_without_letters_is_no_text(tmp_path: Path) -> None:
    page_files.page_of_text([]).save(tmp_path / "白.png")
    with pytest.raises(BadInput, match="no_text"):
        bounded.read_bounded(tmp_path / "白.png")
