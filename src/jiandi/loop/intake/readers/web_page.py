"""Reads .html: what a person sees on the page; scripts, styles and hidden parts left out, tables kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from jiandi.base.text.words import N_
from jiandi.loop.intake.readers import plain_text
from jiandi.loop.intake.readers.building import Building, Cell, too_many_columns
from jiandi.loop.intake.readers.limits import Limits
from jiandi.loop.intake.readers.model import ReadDocument
from jiandi.loop.intake.readers.word_numbers import whole

MEDIA_TYPE: Final = "text/html"
HIDDEN: Final = N_("Hidden parts of the page were left out.")
_CHARSET: Final = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w-]{2,40})""", re.IGNORECASE)
_LEFT_OUT: Final = frozenset(("script", "style", "template", "noscript", "head", "svg", "math", "object", "iframe", "select", "textarea"))
_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
    ]
)
_EMPTY: Final = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"))
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")


@dataclass
class _Table:
    """A table while it is read; ``taken`` says for a column down to which row a cell above reaches."""

    cells: list[Cell] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)
    row: int = -1
    column: int = 0
    cell: Cell | None = None


def read(path: Path, limits: Limits) -> ReadDocument:
    """The page as lines and tables."""
    with path.open("rb") as stream:
        named = _CHARSET.search(stream.read(4096))
    page = _Page(Building(path.name, limits))
    page.feed(plain_text.words_of(path, limits, _encoding(named[1].decode("ascii", "replace")) if named else None))
    page.close()
    page.finish()
    return page.building.done(path, MEDIA_TYPE)


def _encoding(name: str) -> str | None:
    return "gb18030" if name.lower() in ("gb2312", "gbk") else name


class _Page(HTMLParser):
    def __init__(self, building: Building) -> None:
        super().__init__(convert_charrefs=True)
        self.building = building
        self.words: list[str] = []
        self.level = 0
        self.hidden: list[str] = []
        self.table: _Table | None = None
        self.inner = 0
        self.lists: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.hidden == ["head"] and tag == "body":
            self.hidden.clear()
        if self.hidden:
            if tag == self.hidden[-1]:
                self.hidden.append(tag)
            return
        unseen = tag not in _EMPTY and _is_hidden(dict(attrs))
        self.building.warn(HIDDEN, when=unseen)
        if tag in _LEFT_OUT or unseen:
            self.hidden.append(tag)
            return
        self._begin(tag, dict(attrs))

    def _begin(self, tag: str, attributes: dict[str, str | None]) -> None:
        if tag == "br":
            self.words.append("\n")
        if tag not in _BLOCKS:
            return
        self._end_line()
        if tag == "table":
            self._begin_table()
        elif tag in ("tr", "td", "th"):
            self._begin_in_table(tag, attributes)
        elif tag in ("ol", "ul"):
            self.lists.append(whole(attributes.get("start"), 1) - 1 if tag == "ol" else None)
        elif tag == "li":
            self._number()
        elif tag[0] == "h" and tag[1:].isdigit():
            self.level = int(tag[1:])

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            if tag == self.hidden[-1] or tag in ("body", "html"):
                self.hidden.pop()
            return
        if tag not in _BLOCKS:
            return
        self._end_line()
        self.level = 0
        if tag == "table":
            self._end_table()
        elif tag in ("td", "th") and not self.inner:
            self._end_cell()
        elif tag in ("ol", "ul") and self.lists:
            self.lists.pop()

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(_SPACE.sub(" ", data.replace("\xa0", " ")))

    def _number(self) -> None:
        """The number the browser prints before an entry."""
        if self.lists and self.lists[-1] is not None:
            self.lists[-1] += 1
            self.words.append(f"{self.lists[-1]}. ")

    def _end_line(self) -> None:
        lines = [line.strip() for line in "".join(self.words).split("\n")]
        self.words.clear()
        for line in lines:
            if not line:
                continue
            if self.table and self.table.cell:
                self.table.cell.words += ("\n" if self.table.cell.words else "") + line
            else:
                self.building.add(line, "heading" if self.level else "paragraph", self.level)

    def _begin_table(self) -> None:
        if self.table and self.table.cell:
            self.inner += 1
        else:
            self._end_table()
            self.table = _Table()

    def _begin_in_table(self, tag: str, attributes: dict[str, str | None]) -> None:
        if self.table is None or self.inner:
            return
        if tag == "tr":
            self._end_cell()
            self.building.count_row(0)
            self.table.row, self.table.column = self.table.row + 1, 0
        else:
            self._begin_cell(self.table, attributes)

    def _begin_cell(self, table: _Table, attributes: dict[str, str | None]) -> None:
        self._end_cell()
        table.row = max(table.row, 0)
        while table.taken.get(table.column, -1) >= table.row:
            table.column += 1
        columns = min(max(1, whole(attributes.get("colspan"), 1)), self.building.limits.columns + 1)
        rows = min(max(1, whole(attributes.get("rowspan"), 1)), 1000)
        if rows > 1:
            table.taken |= dict.fromkeys(range(table.column, table.column + columns), table.row + rows - 1)
        table.cell = Cell(table.row, table.column, "", rows, columns)
        table.column += columns
        if table.column > self.building.limits.columns:
            raise too_many_columns(self.building.name, self.building.limits)

    def _end_cell(self) -> None:
        self._end_line()
        if self.table and self.table.cell:
            self.table.cells.append(self.table.cell)
            self.table.cell = None

    def _end_table(self) -> None:
        if self.inner:
            self.inner -= 1
            return
        self._end_cell()
        table, self.table = self.table, None
        if table is None or not table.cells:
            return
        if len({cell.column for cell in table.cells}) == 1:
            for cell in table.cells:
                self.building.add(cell.words)
        else:
            self.building.add_table(table.cells)

    def finish(self) -> None:
        """What a page that breaks off had not closed."""
        self._end_line()
        self.inner = 0
        self._end_table()


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    return "hidden" in attributes or re.search(r"display\s*:\s*none", attributes.get("style") or "", re.IGNORECASE) is not None
