"""What the rows of a running ledger say: rows of one problem joined, states and dates mapped, every doubt with its cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from jiandi.base.text import due
from jiandi.base.text.words import N_
from jiandi.loop.intake.rules import units, wording

UNKNOWN_STATE: Final = N_("{place}: the state “{text}” is not known; it is taken as “in progress”. Correct it in the ledger or afterwards.")
LEAD_NEEDED: Final = N_("{place}: no lead unit. Name exactly one; a finding that is being worked on has a lead.")
SEVERAL_LEADS: Final = N_("{place}: several lead units; the first leads, the others support.")
_STATES: Final = (
    ("withdrawn", re.compile(r"核减|不再整改|撤销")),
    ("handed_over", re.compile(r"移交")),
    ("reopened", re.compile(r"重新挂账|反弹|重新整改")),
    ("in_progress", re.compile(r"未完成|未整改|未销号|未办结|未到位|否|^×$|部分完成|阶段性")),
    ("basically_done", re.compile(r"基本完成|基本办结")),
    ("standing", re.compile(r"转入常态|转为常态|常态管理")),
    ("long_term", re.compile(r"长期|持续(?:整改|推进|坚持)|常态化")),
    ("verified", re.compile(r"待销号|核验通过|已核验")),
    ("submitted", re.compile(r"待核验|申请销号|待验收")),
    ("closed", re.compile(r"销号|完成|办结|整改到位|已整改|^是$|^√$|已落实")),
    ("registered", re.compile(r"未启动|未开始|未开展|登记")),
    ("in_progress", re.compile(r"整改中|推进|正在|进行|启动")),
)
LIVE: Final = frozenset({"registered", "planned", "in_progress", "basically_done", "long_term", "submitted", "verified", "reopened"})


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell, and the remedy; a fault that ``stops`` keeps the whole batch out."""

    row: int
    code: str
    text: str
    params: dict[str, Any]
    stops: bool = True


@dataclass(frozen=True)
class Line:
    """One row of a ledger as read: field -> words, field -> address, and the deadline."""

    row: int
    words: Mapping[str, str]
    places: Mapping[str, str]
    deadline: due.Due | None = None
    faults: tuple[Fault, ...] = ()

    def get(self, name: str) -> str:
        return self.words.get(name, "").strip()

    def place(self, name: str) -> str:
        return self.places.get(name) or str(self.row)


@dataclass(frozen=True)
class MeasureLine:
    """A measure of a row. ``leads`` are names as written."""

    text: str
    leads: tuple[str, ...] = ()
    supports: tuple[str, ...] = ()
    due: str = ""
    due_text: str = ""
    due_precision: str = "day"
    recurs: str = ""


@dataclass(frozen=True)
class CheckedRow:
    """One problem with its measures, ready to be taken in. Days are ISO texts, so that rows travel as JSON."""

    row: int
    title: str
    text: str
    state: str
    klass: str
    old_word: str = ""
    old_number: str = ""
    category: str = ""
    standard: str = ""
    leads: tuple[str, ...] = ()
    supports: tuple[str, ...] = ()
    due: str = ""
    due_text: str = ""
    due_precision: str = ""
    done: str = ""
    measures: tuple[MeasureLine, ...] = field(default=())

    def plain(self) -> dict[str, Any]:
        return {**vars(self), "measures": [vars(line) for line in self.measures]}

    @staticmethod
    def from_plain(values: Mapping[str, Any]) -> CheckedRow:
        """The row back from JSON."""
        measures = tuple(MeasureLine(**{**m, "leads": tuple(m["leads"]), "supports": tuple(m["supports"])}) for m in values["measures"])
        return CheckedRow(**{**values, "leads": tuple(values["leads"]), "supports": tuple(values["supports"]), "measures": measures})


def take_lines(lines: Iterable[Line]) -> tuple[list[CheckedRow], list[Fault]]:
    """Rows that share a problem cell are one problem with several measures."""
    grouped: dict[str, list[Line]] = {}
    faults: list[Fault] = []
    for line in lines:
        faults += line.faults
        key = f"{line.place('text')}\n{line.get('text')}" if line.get("text") else f"row {line.row}"
        grouped.setdefault(key, []).append(line)
    rows = [_row(some, faults) for some in grouped.values() if some[0].get("text")]
    return rows, faults


def _row(lines: list[Line], faults: list[Fault]) -> CheckedRow:
    first = lines[0]
    word = first.get("state")
    state = state_from_word(word) if word else "in_progress"
    if state is None:
        faults.append(Fault(first.row, "intake.unknown_state", UNKNOWN_STATE, {"place": first.place("state"), "text": word}, stops=False))
    leads = units.split_names(first.get("lead_units"))
    if len(leads) > 1:
        faults.append(Fault(first.row, "intake.several_leads", SEVERAL_LEADS, {"place": first.place("lead_units")}, stops=False))
    if not leads and "lead_units" not in first.places:
        faults.append(Fault(first.row, "intake.no_lead", LEAD_NEEDED, {"place": str(first.row)}))
    last, done = _latest(lines), first.get("done_text")
    return CheckedRow(
        row=first.row,
        title=wording.title_of(first.get("title") or first.get("text")),
        text=first.get("text"),
        state=state or "in_progress",
        klass=wording.class_of(last) if last else "time_limited",
        old_word=word[:60],
        old_number=first.get("outline_number")[:60],
        category=first.get("category")[:120],
        standard=first.get("standard") or first.get("goal"),
        leads=leads,
        supports=units.split_names(first.get("support_units")),
        due=_iso(last.last_day if last else None),
        due_text=(last.raw if last else "")[:200],
        due_precision=(last.precision if last else ""),
        done=_iso(due.parse_due(done, year=None).last_day) if done else "",
        measures=tuple(_measure(line) for line in lines if line.get("measure")),
    )


def _measure(line: Line) -> MeasureLine:
    read = line.deadline
    return MeasureLine(
        text=line.get("measure"),
        leads=units.split_names(line.get("lead_units")),
        supports=units.split_names(line.get("support_units")),
        due=_iso(read.last_day if read else None),
        due_text=(read.raw if read else "")[:200],
        due_precision=read.precision if read and read.last_day else "day",
        recurs=(read.recurring or "") if read else "",
    )


def _latest(lines: list[Line]) -> due.Due | None:
    """The deadline of a problem is that of its last measure."""
    read = [line.deadline for line in lines if line.deadline]
    dated = [one for one in read if one.last_day]
    return max(dated, key=lambda one: one.last_day or date.min) if dated else (read[0] if read else None)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def state_from_word(word: str) -> str | None:
    """The state an old ledger's word means; None when nobody can tell."""
    return next((state for state, pattern in _STATES if pattern.search(word.strip())), None)
