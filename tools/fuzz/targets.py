"""What is fuzzed: each target makes a file from bytes, reads it and extracts; only `BadInput` may come out."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from jiandi.base.errors import BadInput
from jiandi.loop.intake.extract import Extraction, extract
from jiandi.loop.intake.readers import opening
from jiandi.loop.intake.readers.limits import MEGABYTE, Limits
from jiandi.loop.intake.readers.model import ReadDocument
from tests.loop.intake import office_files, page_files

SMALL = Limits(file_bytes=4 * MEGABYTE, unzipped_bytes=16 * MEGABYTE, rows=2_000, pages=40)
SEED_TEXT = """关于巡察云岭县交通运输局党组的反馈意见
一、存在的主要问题
（一）管护责任落实有差距。一是县道养护缺位，11座桥梁无检测记录。二是路政巡查走形式。
整改措施：补录台账；每月核对。（牵头单位：药政股；配合单位：财务股；完成时限：2024年9月底前，并长期坚持）
二、意见建议
1.规范招标流程，于2024年8月31日前报送整改方案。
"""
TOKENS = (
    *(
        "一、",
        "（一）",
        "1.",
        "（1）",
        "①",
        "一是",
        "二是",
        "问题1：",
        "整改措施：",
        "牵头单位：",
        "责任单位：",
        "完成时限：",
        "（牵头单位：",
        "；",
        "）",
    ),
    *("2024年9月底前", "长期坚持", "立行立改", "15个工作日内", "会同", "各有关单位", "不到位", "健全", "\r\n", "\u3000", "“", "”", "序号"),
)


def _bare(suffix: str, head: bytes = b"") -> Callable[[bytes], tuple[str, bytes]]:
    return lambda given: (f"a.{suffix}", head + given)


def _inside(suffix: str, seed: Callable[[Path], object], part: str) -> Callable[[bytes], tuple[str, bytes]]:
    """The bytes as one part of an archive that is whole otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{suffix}"
        seed(path)
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}

    def made(given: bytes) -> tuple[str, bytes]:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in {**parts, part: given}.items():
                archive.writestr(name, content)
        return f"a.{suffix}", out.getvalue()

    return made


def _print(path: Path) -> object:
    return page_files.ofd(path, page_files.ofd_text("一、台账不清", 30, 40))


TARGETS: dict[str, Callable[[], Callable[[bytes], tuple[str, bytes]]]] = {
    "txt": lambda: _bare("txt"),
    "html": lambda: _bare("html", b"<html>"),
    "md": lambda: _bare("md"),
    "csv": lambda: _bare("csv"),
    "pdf": lambda: _bare("pdf"),
    "docx": lambda: _inside("docx", office_files.letter, "word/document.xml"),
    "xlsx": lambda: _inside("xlsx", office_files.ledger, "xl/worksheets/sheet1.xml"),
    "ofd": lambda: _inside("ofd", _print, _page_of_print()),
}


def _page_of_print() -> str:
    with tempfile.TemporaryDirectory() as folder:
        _print(path := Path(folder) / "a.ofd")
        with zipfile.ZipFile(path) as archive:
            return next(name for name in archive.namelist() if name.endswith("Content.xml"))


def seeds(name: str) -> list[bytes]:
    """What fuzzing of a target begins with."""
    if name in ("txt", "md", "html", "csv"):
        return [SEED_TEXT.encode(), SEED_TEXT.encode("gb18030")]
    makers: dict[str, tuple[Callable[[Path], object], str]] = {
        "docx": (office_files.letter, "word/document.xml"),
        "xlsx": (office_files.ledger, "xl/worksheets/sheet1.xml"),
        "ofd": (_print, ""),
        "pdf": (lambda path: page_files.pdf(path, page_files.Sheet().lines(SEED_TEXT.splitlines())), ""),
    }
    make, part = makers[name]
    with tempfile.TemporaryDirectory() as folder:
        make(path := Path(folder) / f"a.{name}")
        if name == "pdf":
            return [path.read_bytes()]
        with zipfile.ZipFile(path) as archive:
            return [archive.read(part or _page_of_print())]


def judged(name: str, content: bytes, folder: Path) -> None:
    """Read and extract one file; raises what may not happen."""
    path = folder / name
    path.write_bytes(content)
    try:
        document = opening.open_document(path, SMALL)
    except BadInput as refusal:
        refusal.sentence()
        return
    _whole(document)
    _placed(document.text, extract(document))


def _placed(text: str, found: Extraction) -> None:
    """Every item is a stretch of the text, and its parent is another item."""
    numbers = {item.id for item in found.items}
    for item in found.items:
        if not 0 <= item.start < item.head_end <= item.end <= len(text) or item.text != text[item.start : item.end]:
            raise AssertionError(f"item {item.start}–{item.end} of {len(text)}")
        if item.parent is not None and (item.parent not in numbers or item.parent == item.id):
            raise AssertionError(f"parent {item.parent} of {item.id}")
    for one in found.outline:
        if not 0 <= one.start <= one.end <= len(text):
            raise AssertionError(f"outline {one.start}–{one.end} of {len(text)}")


def _whole(document: ReadDocument) -> None:
    """Every span lies in the text, and what lies in no line is white."""
    outside = list(document.text)
    for line in document.lines:
        if not 0 <= line.start <= line.end <= len(document.text):
            raise AssertionError(f"line {line.start}–{line.end} of {len(document.text)}")
        outside[line.start : line.end] = " " * (line.end - line.start)
    if "".join(outside).strip():
        raise AssertionError("a line is lost")
