"""What the words of an item tell: a title, a class, the nature of a measure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from jiandi.base.text import due

TITLE_LENGTH: Final = 60
LOW: Final = 80
"""Below this confidence (per cent) a row shows why it is in doubt."""

_MARKER: Final = re.compile(r"^\s*(?:[一二三四五六七八九十百]+、|[（(][一二三四五六七八九十\d]+[)）]|\d+(?:\.\d+)*[.．、)]|[①-⑳])\s*")
_SENTENCE: Final = re.compile(r"[^。；;！？!?\n]+[。；;！？!?\n]*")
_FIRST: Final = re.compile(r"[。；;！？!?\n]")
_PUNISH: Final = re.compile(r"问责|追责|处分|立案|约谈|诫勉|批评教育|移交|追缴|清退|退缴|收缴")
_PREVENT: Final = re.compile(r"防止|防范|预防|杜绝|长效机制|警示教育|常态化监督|回头看")
_REFORM: Final = re.compile(r"制度|办法|规定|细则|机制|流程|规程|清单管理|系统建设|改革")
_RULES: Final = (
    ("abolish", re.compile(r"废止|废除|停止执行")),
    ("revise", re.compile(r"(?:修订|修改|完善|健全|优化)[^。；，,]{0,24}(?:制度|办法|规定|细则|机制|流程|规程|规则)")),
    ("make", re.compile(r"(?:制定|出台|印发|建立|新建|拟定)[^。；，,]{0,30}(?:制度|办法|规定|细则|机制|流程|规程|规则|》)")),
    ("enforce", re.compile(r"(?:严格|坚持|持续)[^。；，,]{0,8}(?:执行|落实)[^。；，,]{0,20}(?:制度|办法|规定|细则|机制|规则)")),
)


@dataclass(frozen=True)
class Proposal:
    """A row of the review before it is one: ``parent`` is a place in the list of proposals; spans count in the letter's text."""

    type: str
    text: str
    start: int | None = None
    end: int | None = None
    parent: int | None = None
    level: str = ""
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    due_text: str = ""
    category: str = ""
    confidence: int = 100
    doubt: str = ""


@dataclass(frozen=True)
class Nature:
    """What a measure's words suggest; a person may change each."""

    kind: str
    horizon: str
    rule_verb: str


def title_of(text: str, longest: int = TITLE_LENGTH) -> str:
    """The first sentence without its number, shortened where it is long."""
    words = _MARKER.sub("", text.strip())
    first = _FIRST.split(words, maxsplit=1)[0].strip() or words
    return first if len(first) <= longest else first[: longest - 1].rstrip("，,、 ") + "…"


def class_of(deadline: due.Due) -> str:
    """立行立改 is fixed at once, also where its measure then holds for ever; 长期坚持 without a day is long term; the rest has a date."""
    if deadline.at_once:
        return "fix_now"
    return "long_term" if deadline.recurring and deadline.last_day is None else "time_limited"


def measure_nature(text: str, deadline: due.Due | None = None) -> Nature:
    """Kind, horizon and what happens to a rule, as the words say."""
    rule = next((verb for verb, pattern in _RULES if pattern.search(text)), "")
    lasting = bool(rule) or bool(deadline and deadline.recurring)
    kind = next((name for name, pattern in _KINDS if pattern.search(text)), "reform" if rule else "correct")
    return Nature(kind, "lasting" if lasting else "now", rule)


_KINDS: Final = (("punish", _PUNISH), ("prevent", _PREVENT), ("reform", _REFORM))


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of a text, for choosing where to cut."""
    return [match.span() for match in _SENTENCE.finditer(text) if match.group().strip()]


def year_of(day: date | None) -> int | None:
    return day.year if day else None
