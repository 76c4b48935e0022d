"""What the words of an item tell: a title, a class, the nature of a measure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from jiandi.base.text import chinese_numbers, due

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
_CLASSES: Final = (
    ("fix_now", re.compile(r"立[行查知]|即[行查知]|立即|当下")),
    ("long_term", re.compile(r"长期|持续|常态")),
    ("time_limited", re.compile(r"限期|限时|集中|期限|分阶段|短期|中期|近期")),
)
_CIRCLES: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_SERIES: Final = (
    re.compile(r"(?<![\d.])(\d{1,2})(?:[、)）]|[.．](?!\d))"),
    re.compile(r"[（(](\d{1,2}|[一二三四五六七八九十]{1,3})[)）]"),
    re.compile(r"(?<![一-龥])([一二三四五六七八九十]{1,3})、"),
    re.compile(f"([{_CIRCLES}])"),
)
_BEFORE: Final = re.compile(r"(?:^|[。；;，,\n：:])\s*$")


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


def class_named(words: str) -> str:
    """The class a column of its own names; empty when it says nothing we know."""
    return next((name for name, pattern in _CLASSES if pattern.search(words)), "")


def split_measures(text: str) -> list[str]:
    """The measures of one cell: 1.…2.…, （1）…（2）…, ①…②…; a cell without such a series is one measure, cells of several columns are several."""
    if "\f" in text:
        return [one for part in text.split("\f") for one in split_measures(part)]
    cuts = max((_series(text, pattern) for pattern in _SERIES), key=len)
    if len(cuts) < 2 or text[: cuts[0][0]].strip(" \n\u3000：:"):
        return [text] if text else []
    ends = [start for start, _ in cuts[1:]] + [len(text)]
    parts = [text[after:end].strip(" \n\u3000；;，,") for (_, after), end in zip(cuts, ends, strict=True)]
    return [part for part in parts if part] or [text]


def _series(text: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where the numbers 1, 2, 3 … of one kind stand at the beginning of something, and where they end."""
    found: list[tuple[int, int]] = []
    for match in pattern.finditer(text):
        begins = match[1] in _CIRCLES or _BEFORE.search(text[: match.start()])
        if begins and _value(match[1]) == len(found) + 1:
            found.append(match.span())
    return found


def _value(number: str) -> int | None:
    if number in _CIRCLES:
        return _CIRCLES.index(number) + 1
    return int(number) if number.isdecimal() else chinese_numbers.to_int(number)


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
