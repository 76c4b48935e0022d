"""Reading a table of indicator values: day, value, source, and which indicator. No Django here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from jiandi.base.errors import BadInput
from jiandi.base.text import tables
from jiandi.base.text.tables import Fault
from jiandi.base.text.words import N_

MOST_ROWS: Final = 5000
LARGEST: Final = Decimal(10) ** 15
HEADS: Final[dict[str, tuple[str, ...]]] = {
    "name": ("指标", "指标名称", "indicator"),
    "on": ("日期", "时间", "统计日期", "截止日期", "day"),
    "value": ("数值", "值", "指标值", "value"),
    "document": ("来源文件", "来源", "依据", "document"),
}
_DAY: Final = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+[\d:.]+)?$")
_LOOKED_FOR_HEADS: Final = 10


@dataclass(frozen=True)
class Row:
    """A value as the table tells it; an empty name stands for the one indicator there is."""

    place: int
    name: str
    on: date
    value: Decimal
    document: str


def read(rows: Sequence[Sequence[str]]) -> tuple[list[Row], list[Fault]]:
    """Every row below the headings, and what is wrong with those that cannot be taken. `BadInput` without day and value columns."""
    at, columns = _heads(rows)
    found: list[Row] = []
    faults: list[Fault] = []
    for place, given in tables.filled(rows, at, columns):
        on, value = day(given["on"]), number(given["value"])
        wrong = list(_faults(place, given, on, value))
        faults += wrong
        if not wrong and on and value is not None:
            found.append(Row(place, given.get("name", ""), on, value, given.get("document", "")[:200]))
    return found, faults


def _heads(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    found = tables.columns_of(rows[:_LOOKED_FOR_HEADS], HEADS, _plain, wanted=["on", "value"])
    if found:
        return found
    raise BadInput("values.no_columns", N_("No columns are headed 日期 and 数值. Head two columns so."))


def _plain(cell: str) -> str:
    return re.sub(r"[\s:：*]+", "", cell).lower()


def _faults(place: int, given: Mapping[str, str], on: date | None, value: Decimal | None) -> Iterator[Fault]:
    if on is None:
        yield Fault(place, N_("“{text}” is not a day. Write it as 2026-03-01."), {"text": given["on"][:40]})
    if value is None:
        yield Fault(place, N_("“{text}” is not a number. Write digits, for example 12.5."), {"text": given["value"][:40]})


def day(text: str) -> date | None:
    hit = _DAY.match(text)
    if hit is None:
        return None
    try:
        return date(int(hit[1]), int(hit[2]), int(hit[3]))
    except ValueError:
        return None


def number(text: str) -> Decimal | None:
    """Digits with an optional sign, thousands apart by commas, and two decimals kept."""
    try:
        found = Decimal(text.replace(",", "").replace("，", "")).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < LARGEST else None
