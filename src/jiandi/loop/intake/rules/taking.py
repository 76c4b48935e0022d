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

UNKNOWN_STATE: Final = N_("{place}: the state “{text}” ({n} rows) is not known. Choose in the mapping which state it means.")
TOO_MANY_STATES: Final = N_(
    "{place}: {n} different words for the state; this column seems to hold something else. Map it to another field."
)
LEAD_NEEDED: Final = N_("{place}: no lead unit. Name exactly one; a finding that is being worked on has a lead.")
SEVERAL_LEADS: Final = N_("{place}: several lead units; the first leads, the others support.")
EMPTY_STATE: Final = "in_progress"
"""A row of a running ledger without a word for its state is being worked on."""
MOST_STATES: Final = 60
_STATES: Final = (
    ("withdrawn", re.compile(r"核减|不再整改|撤销")),
    ("handed_over", re.compile(r"移交")),
    ("reopened", re.compile(r"重新挂[账号]|反弹|重新整改")),
    ("registered", re.compile(r"^(?:尚)?未整改$|待整改|未启动|未开始|未开展|登记")),
    ("in_progress", re.compile(r"逾期|超期|超时|滞后|延期")),
    ("in_progress", re.compile(r"未完成|未整改|未销号|未办结|未到位|否|^×$|部分完成|阶段性")),
    ("basically_done", re.compile(r"基本完成|基本办结")),
    ("standing", re.compile(r"转入常态|转为常态|常态管理")),
    ("long_term", re.compile(r"长期|持续(?:整改|推进|坚持)|常态化")),
    ("verified", re.compile(r"待销号|核验通过|已核验")),
    ("submitted", re.compile(r"待核验|申请销号|待验收|已提交")),
    ("closed", re.compile(r"销号|完成|办结|整改到位|已整改|^是$|^[√✓]$|已落实|闭环")),
    ("in_progress", re.compile(r"整改中|推进|正在|进行|启动")),
)
OLD_WORD: Final = 60
_ROW_IN: Final = re.compile(r"\d+$")
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
class OldLine:
    """A row of the old ledger as its totals count it: its number, word, lead units and day."""

    row: int
    word: str = ""
    leads: tuple[str, ...] = ()
    due: str = ""


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
    lead_place: str = ""
    measures: tuple[MeasureLine, ...] = field(default=())
    lines: tuple[OldLine, ...] = field(default=())

    def plain(self) -> dict[str, Any]:
        lines = [[line.row, line.word, line.leads, line.due] for line in self.lines]
        return {**vars(self), "measures": [vars(line) for line in self.measures], "lines": lines}

    @staticmethod
    def from_plain(values: Mapping[str, Any]) -> CheckedRow:
        """The row back from JSON."""
        measures = tuple(MeasureLine(**{**m, "leads": tuple(m["leads"]), "supports": tuple(m["supports"])}) for m in values["measures"])
        lines = tuple(OldLine(row, word, tuple(leads), due) for row, word, leads, due in values.get("lines", ()))
        names = {name: tuple(values[name]) for name in ("leads", "supports")}
        return CheckedRow(**{**values, **names, "measures": measures, "lines": lines})


@dataclass(frozen=True)
class StateWord:
    """A word of the old ledger, what it means, and why: "word" (known), "chosen", "remembered", "empty", or "" (nobody knows)."""

    word: str
    rows: int
    place: str
    state: str
    why: str

    def plain(self) -> dict[str, Any]:
        return dict(vars(self))


def state_words(lines: Iterable[Line], chosen: Mapping[str, str], remembered: Mapping[str, str]) -> list[StateWord]:
    """Every different word for a state, in the order of the file; the empty one too."""
    counted: dict[str, tuple[int, str]] = {}
    for line in lines:
        word = line.get("state")[:OLD_WORD]
        n, place = counted.get(word, (0, line.place("state")))
        counted[word] = (n + 1, place)
    return [StateWord(word, n, place, *_meaning(word, chosen, remembered)) for word, (n, place) in counted.items()]


def _meaning(word: str, chosen: Mapping[str, str], remembered: Mapping[str, str]) -> tuple[str, str]:
    if word in chosen:
        return chosen[word], "chosen"
    if word in remembered:
        return remembered[word], "remembered"
    if not word:
        return EMPTY_STATE, "empty"
    known = state_from_word(word)
    return (known, "word") if known else ("", "")


def state_faults(words: Iterable[StateWord]) -> list[Fault]:
    """One fault for each word that nobody knows, at its first cell."""
    unknown = [one for one in words if not one.state]
    if len(unknown) > MOST_STATES:
        first = unknown[0]
        return [Fault(row_in(first.place), "intake.too_many_states", TOO_MANY_STATES, {"place": first.place, "n": len(unknown)})]
    return [
        Fault(row_in(one.place), "intake.unknown_state", UNKNOWN_STATE, {"place": one.place, "text": one.word, "n": one.rows})
        for one in unknown
    ]


def row_in(place: str) -> int:
    """The row's number in an address."""
    found = _ROW_IN.search(place)
    return int(found[0]) if found else 0


def take_lines(lines: Iterable[Line], states: Mapping[str, str] | None = None) -> tuple[list[CheckedRow], list[Fault]]:
    """Rows that share a problem cell are one problem with several measures. ``states``: what the words of this ledger mean."""
    grouped: dict[str, list[Line]] = {}
    faults: list[Fault] = []
    for line in lines:
        faults += line.faults
        key = f"{line.place('text')}\n{line.get('text')}" if line.get("text") else f"row {line.row}"
        grouped.setdefault(key, []).append(line)
    known = states or {}
    keys = [key for key, some in grouped.items() if some[0].get("text")]
    return [_row(grouped.pop(key), known, faults) for key in keys], faults


def _row(lines: list[Line], states: Mapping[str, str], faults: list[Fault]) -> CheckedRow:
    first = lines[0]
    word = first.get("state")[:OLD_WORD]
    leads = units.split_names(first.get("lead_units"))
    if len(leads) > 1:
        faults.append(Fault(first.row, "intake.several_leads", SEVERAL_LEADS, {"place": first.place("lead_units")}, stops=False))
    if not leads and "lead_units" not in first.places:
        faults.append(Fault(first.row, "intake.no_lead", LEAD_NEEDED, {"place": first.place("text")}))
    last, done = _latest(lines), first.get("done_text")
    return CheckedRow(
        row=first.row,
        title=wording.title_of(first.get("title") or first.get("text")),
        text=first.get("text"),
        state=states.get(word) or (state_from_word(word) if word else None) or EMPTY_STATE,
        klass=wording.class_named(first.get("class")) or (wording.class_of(last) if last else "time_limited"),
        old_word=word,
        old_number=first.get("outline_number")[:60],
        category=first.get("category")[:120],
        standard=first.get("standard") or first.get("goal"),
        leads=leads,
        supports=units.split_names(first.get("support_units")),
        due=_iso(last.last_day if last else None),
        due_text=(last.raw if last else "")[:200],
        due_precision=(last.precision if last else ""),
        done=_iso(due.parse_due(done, year=None).last_day) if done else "",
        lead_place=first.place("lead_units"),
        measures=tuple(_measure(line, words) for line in lines for words in wording.split_measures(line.get("measure"))),
        lines=tuple(_old(line) for line in lines),
    )


def _old(line: Line) -> OldLine:
    day = _iso(line.deadline.last_day if line.deadline else None)
    return OldLine(line.row, line.get("state"), units.split_names(line.get("lead_units")), day)


def _measure(line: Line, words: str) -> MeasureLine:
    read = line.deadline
    return MeasureLine(
        text=words,
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
