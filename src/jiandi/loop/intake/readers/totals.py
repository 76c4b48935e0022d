"""Totals that a ledger file writes down itself: in its note rows (合计：共80个问题，已完成45个) or on a summary sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jiandi.loop.intake.readers import headings
from jiandi.loop.intake.readers.model import Line, ReadDocument, Table

TOTAL: Final = "total"
OVERDUE: Final = "overdue"
WORD: Final = "word:"
UNIT: Final = "unit:"
MOST: Final = 200
_ALL: Final = re.compile(
    r"^(?:(?:问题|反馈问题|整改问题)?(?:总数|总计|合计|总量|个数|数量|数)|共|共有|共计|总共|合计|问题|反馈问题|整改问题|整改任务)$"
)
_LATE: Final = re.compile(r"逾期|超期")
_STATE: Final = re.compile(r"完成|销号|办结|推进|整改中|正在|长期|未启动|未完成|到位|待核验|移交|核减")
_NOTE: Final = re.compile(r"^(?:合计|总计|小计|说明|注|统计|截至|本台账)|共(?:计|有)?\d+[个项条件]")
_COUNTED: Final = re.compile(r"(?P<before>[^\d，,；;。：:、（）()\s]{0,12}?)[：:]?\s*(?P<n>\d{1,6})\s*(?P<unit>[个项条件])(?:问题)?")
_LEAD: Final = re.compile(r"^(?:其中|目前|现|现已|截至目前|截至)+")
_FIGURE: Final = re.compile(r"\d{1,6}(?:\.0+)?")
_SUM: Final = re.compile(r"^(?:合计|总计|全市合计|全县合计|共计)$")


@dataclass(frozen=True)
class Stated:
    """A total as the file has it: which one (``total``, ``overdue``, ``word:已完成``, ``unit:市水务局``), the number, and its cell."""

    key: str
    number: int
    place: str


def stated_totals(document: ReadDocument) -> tuple[Stated, ...]:
    """Every total that can be read; what cannot is left out, never guessed. The first statement of a total counts."""
    found: dict[str, Stated] = {}
    for table in document.tables:
        for one in (*_in_notes(document, table), *_in_summary(document, table)):
            found.setdefault(one.key, one)
    return tuple(found.values())[:MOST]


def _in_notes(document: ReadDocument, table: Table) -> Iterator[Stated]:
    """Sentences in one cell; cells of a row that is a problem begin otherwise."""
    for cell in table.cells:
        words = document.words(cell).strip()
        if not _NOTE.search(words[:40]) or not _COUNTED.search(words):
            continue
        for counted in _COUNTED.finditer(words):
            key = _key(_LEAD.sub("", counted["before"].strip()))
            if key:
                yield Stated(key, int(counted["n"]), table.place(cell))


def _key(label: str) -> str:
    if _LATE.search(label):
        return OVERDUE
    if _ALL.fullmatch(label):
        return TOTAL
    return WORD + label if label and _STATE.search(label) else ""


def _in_summary(document: ReadDocument, table: Table) -> Iterator[Stated]:
    """A sheet of figures: headings that are totals, units or a sum before each row."""
    rows: dict[int, dict[int, Line]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, {})[cell.column] = cell
    if any(_is_ledger(document, row) for row in list(rows.values())[:20]):
        return
    head: dict[int, str] = {}
    for at in sorted(rows):
        texts = {column: document.words(cell).strip() for column, cell in rows[at].items()}
        figures = {column: int(float(text)) for column, text in texts.items() if _FIGURE.fullmatch(text)}
        keys = {column: _key(headings.plain(text)) for column, text in texts.items() if column not in figures}
        if not figures and sum(bool(key) for key in keys.values()) > 1:
            head = {column: key for column, key in keys.items() if key}
        elif figures:
            yield from _of_row(table, rows[at], texts, figures, head)


def _of_row(table: Table, cells: dict[int, Line], texts: dict[int, str], figures: dict[int, int], head: dict[int, str]) -> Iterator[Stated]:
    label = next((text for column, text in sorted(texts.items()) if column not in figures and text), "")
    if not head:
        key, column = _key(headings.plain(label)), min(figures)
        if key and len(figures) == 1:
            yield Stated(key, figures[column], table.place(cells[column]))
        return
    for column, number in figures.items():
        key = head.get(column, "")
        if key and _SUM.fullmatch(label):
            yield Stated(key, number, table.place(cells[column]))
        elif key == TOTAL and label:
            yield Stated(UNIT + label, number, table.place(cells[column]))


def _is_ledger(document: ReadDocument, row: dict[int, Line]) -> bool:
    known = {meaning[0] for cell in row.values() if (meaning := headings.meanings(document.words(cell)))}
    return len(known) > 1 and bool(known & {"text", "detail", "measure"})
