"""Reading a table of rules: which column is which, and what each row says or lacks. No Django here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from jiandi.base.errors import BadInput
from jiandi.base.text import tables
from jiandi.base.text.tables import Fault
from jiandi.base.text.words import N_

MOST_ROWS: Final = 2000
HEADS: Final[dict[str, tuple[str, ...]]] = {
    "title": ("制度名称", "制度", "名称", "标题", "title"),
    "number": ("文号", "发文字号", "文件号", "发文文号", "number"),
    "unit": ("单位", "所属单位", "制定单位", "责任单位", "unit"),
    "level": ("层级", "级别", "level"),
    "issuer": ("发文机关", "印发机关", "制发机关", "发文单位", "issuer"),
    "issued_on": ("印发日期", "发文日期", "印发时间", "发布日期", "出台时间", "issued on"),
    "in_force_from": ("施行日期", "生效日期", "实施日期", "执行日期", "in force from"),
    "review_on": ("复审日期", "评估日期", "复核日期", "review date"),
    "state": ("状态", "效力", "state"),
}
DAYS: Final = ("issued_on", "in_force_from", "review_on")
LEVELS: Final = {"": "own", "本级": "own", "本单位": "own", "own": "own", "上级": "upper", "upper": "upper"}
STATES: Final = {
    "": "in_force", "现行有效": "in_force", "已生效": "in_force", "生效": "in_force", "有效": "in_force", "施行": "in_force", "施行中": "in_force", "已施行": "in_force", "in force": "in_force",
    "起草": "drafted", "草拟": "drafted", "草案": "drafted", "起草中": "drafted", "拟稿": "drafted", "drafted": "drafted",
}  # fmt: skip
_DAY: Final = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+[\d:.]+)?$")
_SPACE: Final = re.compile(r"[\s《》]+")
_LOOKED_FOR_HEADS: Final = 10


@dataclass(frozen=True)
class Row:
    """A rule as the table tells it; ``place`` is the row's number in the file."""

    place: int
    title: str
    unit: str
    number: str = ""
    level: str = "own"
    issuer: str = ""
    state: str = "in_force"
    issued_on: date | None = None
    in_force_from: date | None = None
    review_on: date | None = None


def read(rows: Sequence[Sequence[str]]) -> tuple[list[Row], list[Fault]]:
    """Every row below the headings; those that cannot be taken are named with what is wrong. `BadInput` where no title column is."""
    at, columns = _heads(rows)
    found: list[Row] = []
    faults: list[Fault] = []
    for place, given in tables.filled(rows, at, columns):
        wrong = list(_faults(place, given))
        faults += wrong
        if not wrong:
            found.append(_row(place, given))
    return found, faults


def _heads(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """The row of the headings and the column of each field."""
    found = tables.columns_of(rows[:_LOOKED_FOR_HEADS], HEADS, _plain, wanted=["title"])
    if found:
        return found
    raise BadInput("rules.no_title_column", N_("No column is headed 制度名称. Head one column so."))


def _plain(cell: str) -> str:
    kept = cell.strip().lower()
    return kept if kept.isascii() else _SPACE.sub("", kept).rstrip("*＊：:")


def _faults(place: int, given: Mapping[str, str]) -> Iterator[Fault]:
    if not given["title"]:
        yield Fault(place, N_("The title of the rule is missing."), {})
    for name in DAYS:
        text = given.get(name, "")
        if text and day(text) is None:
            yield Fault(place, N_("“{text}” is not a day. Write it as 2026-03-01."), {"text": text[:40]})
    if _plain(given.get("level", "")) not in LEVELS:
        yield Fault(place, N_("“{text}” is not a level. Write 本级 or 上级."), {"text": given["level"][:40]})
    state = _plain(given.get("state", ""))
    if state not in STATES:
        yield Fault(
            place,
            N_("“{text}” cannot be taken in. Write 现行有效 or 草拟; rules that have ended stay outside."),
            {"text": given["state"][:40]},
        )
    elif STATES[state] == "in_force" and not (given.get("number") and day(given.get("issued_on", ""))):
        yield Fault(place, N_("A rule in force needs its document number and day of issue."), {})


def _row(place: int, given: Mapping[str, str]) -> Row:
    days = {name: day(given.get(name, "")) for name in DAYS}
    return Row(
        place,
        title=given["title"].strip("《》")[:200],
        unit=given.get("unit", ""),
        number=given.get("number", "")[:60],
        level=LEVELS[_plain(given.get("level", ""))],
        issuer=given.get("issuer", "")[:120],
        state=STATES[_plain(given.get("state", ""))],
        **days,
    )


def day(text: str) -> date | None:
    hit = _DAY.match(text.strip())
    if hit is None:
        return None
    try:
        return date(int(hit[1]), int(hit[2]), int(hit[3]))
    except ValueError:
        return None
