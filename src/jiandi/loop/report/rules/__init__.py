"""What a report is made of: kinds, names of files, numbers in words. Plain values."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from jiandi.base.text.words import N_

OF_PHASE = ("phase_docx", "phase_xlsx")
CASE = "case"
# Named after who proposed or what the whole round owes: never for one unit alone.
OF_ROUND = ("matters",)
# Written of one version of a plan, from its page.
OF_PLAN = ("opinions", "pledge", "lists_docx", "lists_xlsx")
KINDS = ("ledger", "report", "briefing", "chase", "rules", "milestones", "weakened", *OF_ROUND, *OF_PHASE)
TITLES = {
    "ledger": N_("rectification ledger"),
    "report": N_("report on the progress of rectification"),
    "briefing": N_("briefing on the rectification"),
    "chase": N_("list of whom to chase"),
    "rules": N_("rules register"),
    "matters": N_("list of matters to raise for coordination"),
    "opinions": N_("opinions on the rectification plan and answers"),
    "pledge": N_("pledge to the rectification plan"),
    "lists_docx": N_("lists of problems, tasks and duties"),
    "lists_xlsx": N_("lists of problems, tasks and duties"),
    "milestones": N_("schedule of the rectification"),
    "weakened": N_("measures dropped or weakened by approved changes"),
    "phase_docx": N_("statement of the change of phase"),
    "phase_xlsx": N_("statement of the change of phase"),
    CASE: N_("case package"),
}
SILENCES = (7, 15, 30)
SUFFIXES = {
    "ledger": "xlsx",
    "report": "docx",
    "briefing": "docx",
    "chase": "docx",
    "rules": "xlsx",
    "matters": "docx",
    "opinions": "docx",
    "pledge": "docx",
    "lists_docx": "docx",
    "lists_xlsx": "xlsx",
    "milestones": "xlsx",
    "weakened": "xlsx",
    "difference": "xlsx",
    "form": "xlsx",
    "phase_docx": "docx",
    "phase_xlsx": "xlsx",
    CASE: "zip",
}
# A Word document of more findings is of no use to its reader, and too large for one machine's memory.
MOST_IN_DOCUMENT = 2000
LONGEST_CELL = 32_000
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_TITLE_WORD = re.compile("反馈|整改|情况|专题|问题|巡视|巡察|审计|工作|进展|关于|催办|台账")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True)
class Written:
    """A file in the store, and the figures it printed."""

    file_name: str
    digest: str
    algorithm: str
    size: int
    figures: dict[str, Any]
    rates_digest: str = ""
    notes: list[list[Any]] = field(default_factory=list)


def file_name(title: str, as_of: date, kind: str) -> str:
    """A name that every system accepts: title, day, ending."""
    return f"{_UNFIT.sub(' ', title).strip()[:120]}（{as_of.isoformat()}）.{SUFFIXES[kind]}"


def clean(text: str) -> str:
    """Text that a cell or paragraph can hold."""
    kept = text if text.isprintable() else _CONTROL.sub("", text)
    return kept[:LONGEST_CELL]


def shortened(text: str, longest: int) -> str:
    """The beginning of a text that is too long for one line."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def numbered(texts: Iterable[str]) -> str:
    """Several items in one cell, as people write them: one per line with its number; a single one without."""
    kept = [text.strip() for text in texts if text and text.strip()]
    return kept[0] if len(kept) == 1 else "\n".join(f"{n}. {text}" for n, text in enumerate(kept, start=1))


def day_in_words(day: date) -> str:
    """2026年3月1日, as documents write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def month_in_words(day: date) -> str:
    """2026年3月."""
    return f"{day.year}年{day.month}月"


def next_day(day: date, every: str) -> date:
    """A week or a month on; a month that lacks the day ends with its last."""
    if every == "week":
        return day + timedelta(days=7)
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def joined_title(*parts: str) -> str:
    """Parts of a title put together; a word that ends one part and begins the next is said once (整改 + 整改台账)."""
    whole = ""
    for part in parts:
        shared = next((n for n in range(min(len(whole), len(part)), 0, -1) if whole.endswith(part[:n])), 0)
        whole += part[shared:]
    return whole


def balanced(text: str, longest: int) -> list[str]:
    """A title on as few lines as it needs, none of them nearly empty; of two lines the second begins with a word of titles."""
    count = -(-len(text) // longest) or 1
    size = -(-len(text) // count) or 1
    if count == 2:
        near = [at.start() for at in _TITLE_WORD.finditer(text) if len(text) - longest <= at.start() <= longest]
        cut = min(near, key=lambda at: abs(at - size), default=size)
        return [text[:cut], text[cut:]]
    return [text[at : at + size] for at in range(0, len(text), size)] or [""]


def lines_in_cell(text: str, width: int) -> int:
    """How many lines a text takes in a column of ``width`` half-width characters."""
    room = max(1, width - 1)
    if 2 * len(text) <= room and "\n" not in text:
        return 1
    return sum(max(1, -(-_breadth(line) // room)) for line in text.split("\n"))


def _breadth(line: str) -> int:
    """In half-width characters; what is not ASCII is two wide."""
    return 2 * len(line) - len(line.encode("ascii", "ignore"))
