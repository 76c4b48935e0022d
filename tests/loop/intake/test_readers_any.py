"""Whatever a file holds: a document whose spans are right and whose lines are all there, or `BadInput`; never anything else."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiandi.base.errors import BadInput
from jiandi.loop.intake.readers import opening
from jiandi.loop.intake.readers.building import Building
from jiandi.loop.intake.readers.layout import flow
from jiandi.loop.intake.readers.layout.model import Page, Piece, Rule
from jiandi.loop.intake.readers.limits import MEGABYTE, Limits
from jiandi.loop.intake.readers.model import ReadDocument
from tests.loop.intake import office_files, page_files
from tests.loop.intake.page_files import Sheet

SMALL = Limits(file_bytes=4 * MEGABYTE, unzipped_bytes=16 * MEGABYTE, rows=2_000, pages=40)
CALM = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CHINESE = "一二三台账不清管护站值班记录缺失通道被占，。；：（）1234.年月日 "
WORDS = st.text(alphabet=CHINESE, min_size=1, max_size=30).filter(str.strip)
LINES = st.lists(WORDS, min_size=1, max_size=12)


def whole(document: ReadDocument) -> None:
    """Every span lies in the text, and what lies in no line is white."""
    size = len(document.text)
    outside = list(document.text)
    for line in document.lines:
        assert 0 <= line.start <= line.end <= size
        outside[line.start : line.end] = " " * (line.end - line.start)
    assert not "".join(outside).strip()
    for table in document.tables:
        assert set(table.cells) <= set(document.lines)
    for place in document.places:
        assert 0 <= place.start <= place.end <= size
        assert 1 <= place.page <= document.pages or not document.pages
        assert 0 <= place.left <= place.right <= 1000
        assert 0 <= place.top <= place.bottom <= 1000


def opened(name: str, content: bytes) -> ReadDocument | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            document = opening.open_document(path, SMALL)
        except BadInput as refusal:
            refusal.sentence()
            return None
    whole(document)
    return document


def plain(words: str) -> str:
    return "".join(words.split())


@CALM
@given(st.binary(max_size=400), st.sampled_from(["a.txt", "a.csv", "a.md", "a.html", "a.docx", "a.pdf", "a.png"]))
def test_any_bytes_are_read_or_refused(content: bytes, name: str) -> None:
    opened(name, content)


@CALM
@given(
    st.text(alphabet=st.sampled_from("<>/=\"'&;!-[] \n\t|#*`_~\\0ap一。trdhblsoe"), max_size=300),
    st.sampled_from(["a.csv", "a.md", "a.html", "a.txt"]),
)
def test_any_marks_are_read_or_refused(text: str, name: str) -> None:
    opened(name, ("<html>" + text if name.endswith("html") else text).encode())


SEEDS: dict[str, Callable[[Path], object]] = {
    "a.docx": office_files.letter,
    "a.xlsx": office_files.ledger,
    "a.pdf": lambda path: page_files.pdf(
        path, Sheet().lines(["一、台账不清", "二、通道被占"]).table([["序号", "问题"], ["1", "台账"]], y=400)
    ),
    "a.ofd": lambda path: page_files.ofd(path, page_files.ofd_text("一、台账不清", 30, 40)),
}


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("seeds")
    for name, make in SEEDS.items():
        make(folder / name)
    return {name: (folder / name).read_bytes() for name in SEEDS}


@CALM
@given(
    st.sampled_from(sorted(SEEDS)), st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=12), st.booleans()
)
def test_a_file_with_wrong_bytes_is_read_or_refused(
    seeds: dict[str, bytes], name: str, changes: list[tuple[float, int]], inside: bool
) -> None:
    """Also where the archive is whole and one of its parts is not."""
    content = seeds[name]
    if inside and content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts: dict[str, str | bytes] = {one: archive.read(one) for one in archive.namelist()}
        hurt = max(parts, key=lambda one: len(parts[one]))
        parts[hurt] = _hurt(bytes(parts[hurt], "utf-8") if isinstance(parts[hurt], str) else parts[hurt], changes)  # type: ignore[arg-type]
        with tempfile.TemporaryDirectory() as folder:
            content = office_files.zipped(Path(folder) / name, parts).read_bytes()
    else:
        content = _hurt(content, changes)
    opened(name, content)


def _hurt(content: bytes, changes: list[tuple[float, int]]) -> bytes:
    out = bytearray(content)
    for at, value in changes:
        out[int(at * len(out))] = value
    return bytes(out)


@CALM
@given(LINES)
def test_no_line_of_a_flat_file_is_lost(lines: list[str]) -> None:
    page = "<html><body>" + "".join(f"<p>{line}</p>" for line in lines)
    if not plain("".join(lines)).strip("，"):
        return
    for name, content in (("a.txt", "\n".join(lines)), ("a.html", page), ("a.csv", "题\n" + "\n".join(lines))):
        document = opened(name, content.encode())
        assert document is not None
        kept, given_ = plain(document.text), plain("".join(lines))
        if name == "a.csv":
            kept, given_ = kept.removeprefix("题").replace("，", ""), given_.replace("，", "")
        assert kept == given_


@CALM
@given(LINES, st.sampled_from([12.0, 16.0]))
def test_no_line_of_a_page_is_lost(lines: list[str], size: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = page_files.pdf(Path(folder) / "a.pdf", Sheet().lines(lines, size=size))
        document = opening.open_document(path)
    whole(document)
    assert plain(document.text) == plain("".join(lines))


PIECE = st.builds(
    lambda x, y, w, h, words: Piece(x, y, x + w, y + h, words, h),
    st.floats(-50, 700),
    st.floats(-50, 900),
    st.floats(0, 200),
    st.floats(0.5, 60),
    st.text(alphabet="一二三、。a1 ", min_size=1, max_size=6),
)
RULE = st.builds(
    lambda at, begin, size, level: Rule(at, begin, begin + size, level),
    st.floats(0, 600),
    st.floats(0, 600),
    st.floats(0, 400),
    st.booleans(),
)
PAGES = st.lists(st.tuples(st.lists(PIECE, max_size=25), st.lists(RULE, max_size=14)), min_size=1, max_size=4)


@CALM
@given(PAGES)
def test_whatever_stands_on_pages_is_laid_out_whole(given_pages: list[tuple[list[Piece], list[Rule]]]) -> None:
    pages = [Page(number, 595, 842, pieces, rules) for number, (pieces, rules) in enumerate(given_pages, 1)]
    building = Building("a.pdf", SMALL)
    flow.lay_out(pages, building)
    document = ReadDocument(
        "".join(building.parts), tuple(building.lines), tuple(building.tables), places=tuple(building.places), pages=len(pages)
    )
    whole(document)


@CALM
@given(st.lists(st.lists(WORDS, min_size=2, max_size=4), min_size=2, max_size=6).filter(lambda rows: len({len(row) for row in rows}) == 1))
def test_no_cell_of_a_ruled_table_is_lost(rows: list[list[str]]) -> None:
    short = [[cell[:9].strip() or "格" for cell in row] for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        document = opening.open_document(page_files.pdf(Path(folder) / "a.pdf", Sheet().table(short)))
    whole(document)
    assert plain(document.text) == plain("".join(cell for row in short for cell in row))
    (table,) = document.tables
    assert len(table.cells) == sum(map(len, short))


@pytest.mark.long
@settings(max_examples=2_000, deadline=10_000, suppress_health_check=[HealthCheck.too_slow])
@given(PAGES)
def test_whatever_stands_on_many_pages_is_laid_out_whole(given_pages: list[tuple[list[Piece], list[Rule]]]) -> None:
    test_whatever_stands_on_pages_is_laid_out_whole.hypothesis.inner_test(given_pages)  # type: ignore[attr-defined]
