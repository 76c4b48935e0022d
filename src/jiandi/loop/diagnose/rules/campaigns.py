"""Campaigns: what a cell says, what cells add up to, what is asked of units.

No Django here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from jiandi.base.errors import Unmet
from jiandi.base.text.words import N_

SCOPES: Final[dict[str, str]] = {
    "members": N_("the members themselves"),
    "team": N_("the team"),
    "fields": N_("its fields of work"),
    "daily": N_("daily work"),
}
MEMBERS: Final = "members"
COUNTED: Final = "counted"
LONG_TITLE: Final = 40
WORDS: Final = ("yes", "partly", "other", "no")
FOUND: Final = ("yes", "partly", "other")

ANSWERS: Final[dict[str, str]] = {
    "yes": N_("yes, it is here too"),
    "partly": N_("partly here"),
    "other": N_("here in other forms"),
    "no": N_("no, not here"),
    "counted": N_("members counted"),
    "excused": N_("excused"),
    "silent": N_("no answer yet"),
}


# Icon and short word of a cell.
MARKS: Final[dict[str, tuple[str, str]]] = {
    "yes": ("exclamation-circle", N_("here")),
    "partly": ("circle-half", N_("partly")),
    "other": ("diamond", N_("in other forms")),
    "no": ("check2", N_("not here")),
    "counted": ("people", N_("counted")),
    "excused": ("slash-circle", N_("excused")),
    "silent": ("circle", N_("silent")),
}


@dataclass(frozen=True)
class NewQuestion:
    """A finding asked about in one scope, with the words the units read."""

    finding_id: int
    scope: str
    text: str


@dataclass(frozen=True)
class Given:
    """What a unit says in one cell: a draft, or an answer."""

    answer_id: int
    version: int
    word: str = ""
    matter: str = ""
    post: str = ""
    text: str = ""
    title: str = ""
    register: bool = True
    done_count: int | None = None
    of_count: int | None = None
    done_on: date | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.word or self.matter or self.post or self.text or self.done_count is not None or self.done_on)


def standing_of(state: str, word: str) -> str:
    """Which column an answer belongs to; silence is one of them, and a draft is silence."""
    if state == "excused":
        return "excused"
    return word if state == "answered" and word in ANSWERS else "silent"


@dataclass(frozen=True)
class Coverage:
    """How many cells say what; the columns add up to ``asked``. ``late`` counts cells over the day, answered or not."""

    yes: int = 0
    partly: int = 0
    other: int = 0
    no: int = 0
    counted: int = 0
    excused: int = 0
    silent: int = 0
    late: int = 0

    @property
    def asked(self) -> int:
        return self.found + self.no + self.counted + self.excused + self.silent

    @property
    def answered(self) -> int:
        return self.found + self.no + self.counted

    @property
    def found(self) -> int:
        return self.yes + self.partly + self.other

    @property
    def icon(self) -> str:
        return self._mark[0]

    @property
    def word(self) -> str:
        return self._mark[1]

    @property
    def _mark(self) -> tuple[str, str]:
        """Of a single cell: its one standing."""
        return next((mark for code, mark in MARKS.items() if getattr(self, code)), ("", ""))

    @property
    def settled(self) -> int:
        return self.asked - self.silent

    @property
    def cells(self) -> list[tuple[str, str, int]]:
        """(code, word, count) in the order of the columns."""
        return [(code, word, getattr(self, code)) for code, word in ANSWERS.items()]


_COUNTS: Final = tuple(f.name for f in fields(Coverage))


def coverage(tallies: Iterable[tuple[str, int, bool]]) -> Coverage:
    """From (standing, how many, over the day) of groups of cells."""
    counts = dict.fromkeys([*ANSWERS, "late"], 0)
    for standing, n, is_late in tallies:
        counts[standing] += n
        counts["late"] += n if is_late and standing != "excused" else 0
    return Coverage(**counts)


def coverage_sum(cells: Iterable[Coverage]) -> Coverage:
    found = list(cells)
    return Coverage(*(sum(getattr(one, name) for one in found) for name in _COUNTS))


def title_from(text: str) -> str:
    """A title out of what the unit wrote: its first sentence."""
    first = text.strip().splitlines()[0] if text.strip() else ""
    for mark in "。；;！？":
        first = first.split(mark)[0]
    return first[:200]


def may_register(word: str) -> bool:
    """A yes, a partly, or other forms of it: a finding of the answering unit."""
    return word in FOUND


def default_question(title: str, scope: str) -> str:
    """The words a unit reads, unless the office writes others. Questions are put in the language of the record."""
    where = {"members": "班子成员本人是否逐人对照检查", "team": "本单位领导班子是否也存在", "fields": "分管领域是否也存在"}
    begin = where.get(scope, "日常工作中是否也存在")
    return f"{begin}“{short_title(title)}”一类的问题？"


def short_title(title: str) -> str:
    """The first clause of a long title."""
    return title if len(title) <= LONG_TITLE else title.split("，", maxsplit=1)[0][:LONG_TITLE]


@dataclass(frozen=True)
class AskedAgain:
    """A question that some of the chosen units were asked before."""

    number: str
    title: str
    units: int
    is_same_text: bool = False


@dataclass(frozen=True)
class Burden:
    """What sending would ask of the units: shown before it is sent."""

    units: int
    questions: int
    cells: int
    minutes_each: int
    due: date
    notice_days: int
    notice_least: int
    running: int
    running_most: int
    again: tuple[AskedAgain, ...] = ()
    open_now: int = 0
    busiest: tuple[tuple[str, int], ...] = ()
    levels: tuple[tuple[str, int], ...] = ()
    unpublished: tuple[int, ...] = ()

    @property
    def minutes(self) -> int:
        return self.cells * self.minutes_each

    @property
    def hours(self) -> int:
        return (self.minutes + 30) // 60

    @property
    def minutes_per_unit(self) -> int:
        return self.questions * self.minutes_each

    @property
    def warnings(self) -> list[Unmet]:
        """Each a sentence; with any of them, sending asks for a reason."""
        return [*self._clock(), *self._twice()]

    def _clock(self) -> list[Unmet]:
        found = []
        if self.notice_days < self.notice_least:
            text = N_("The units have {n} working days; {least} are the least. Give them longer, or say why not.")
            found.append(Unmet("notice", text, {"n": max(self.notice_days, 0), "least": self.notice_least}))
        if self.running >= self.running_most:
            text = N_("{n} campaigns are running; {most} are the most. Close one first, or say why this cannot wait.")
            found.append(Unmet("cap", text, {"n": self.running, "most": self.running_most}))
        return found

    def _twice(self) -> list[Unmet]:
        same = N_("“{title}” already asks {n} of these units the same words. Is one answer not enough?")
        again = N_("{number} was already asked of {n} of these units in “{title}”. What is new this time?")
        return [
            Unmet("duplicate", same if a.is_same_text else again, {"number": a.number, "n": a.units, "title": a.title}) for a in self.again
        ]
