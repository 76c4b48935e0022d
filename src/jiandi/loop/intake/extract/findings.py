"""How a problem is stated: 关于“X”问题, 有的A；有的B, 存在A、B等问题, 主要是：A；B."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from jiandi.loop.intake.extract import pieces
from jiandi.loop.intake.extract.model import Span

_ABOUT: Final = r"(?:(?:反馈)?指出的?)?(?:关于|针对|对于|对照|聚焦|围绕|对)?\s*"
_QUOTED: Final = re.compile(
    rf"\s*{_ABOUT}[“\"‘「](?P<x>[^\n。]{{2,200}}?)[”\"’」]\s*(?:的|等|这一|方面的?|存在的?|突出)*问题(?P<after>的?整改(?:落实|进展|完成|工作)*(?:情况)?)?"
)
_QUOTED_ALONE: Final = re.compile(r"\s*(?:关于|针对)\s*[“\"](?P<x>[^\n]{2,200})[”\"]\s*[。：:]?\s*$")
_PLAIN: Final = re.compile(
    r"\s*(?:关于|针对|对于)\s*(?P<x>[^。；;：:\n“”]{2,90}?(?:“[^”\n]{1,30}”[^。；;：:\n“”]{0,60}?){0,3})的?问题(?P<after>的?整改(?:落实|进展|完成|工作)*(?:情况)?)?(?=[。：:，,\s（(]|$)"
)
_OWN: Final = re.compile(r"\s*(?P<x>[^。；;：:\n]{4,90}?)的?问题(?=[。：:（(]|\s*$)")
_FIELD_ONLY: Final = re.compile(
    r"(?:方面|工作中|领域|过程中)(?:存在)?的?$|^(?:有关|存在|反馈|上述|以下|相关|整改|发现|主要|突出)的?$|(?:反馈|发现|指出|检查出?|提出)的?$|存在的$|^[^，]{0,6}(?:有关|相关)$"
)
_SOME: Final = re.compile(r"(?:^|(?<=[，,；;。、：:！\n]))\s*(?:还|也)?有(?:的(?!放矢)|些)")
_PROBLEM: Final = re.compile(r"问题|不足|短板|差距|薄弱|隐患|缺陷|弱项")
_LISTED: Final = re.compile(
    r"(?:问题|不足|短板|差距|弱项|隐患)(?:和(?:问题|不足|短板))?[，,]?\s*(?:主要)?(?:是|有|为|表现为|表现在|体现在|包括|集中在)?(?:以下(?:几个)?(?:方面|问题))?[：:]\s*|"
    r"(?:问题|不足|短板|差距)[，,]?\s*(?:主要|集中)(?:是|有|表现为|表现在|体现在|包括)[，,]?\s*|"
    r"(?:反映出|暴露出)(?=[^。]{6,160}[；;])"
)
_FOUND: Final = re.compile(
    r"(?:(?:但|也|还|同时|巡[视察]|检查|审计)[^，。；]{0,10}发现|但|同时|此外)[，,]?\s*(?P<x>(?:在[^，。；]{2,60}(?:方面|中|上))?\s*(?:还|仍|也|依然)*存在(?P<list>[^，。；]{0,80}?)(?:问题|不足|差距|短板|隐患|薄弱环节)(?:和(?:问题|不足|短板|差距|弱项))?)"
)
_IN_FIELDS: Final = re.compile(r"(?:指出|通报|反馈)[^，。；]{0,24}在(?P<x>[^。；]{6,160}?等方面存在的?(?:突出|主要)?问题)")
_SUCH: Final = re.compile(r"存在的?(?P<x>[^。；，：“”]{4,90}?、[^。；，：]{2,60}?等)问题")
_UNDER: Final = re.compile(r"(?:^|(?<=[。；;]))\s*对(?P<x>[^。；;，,]{4,70}?)的?问题[，,]")
_ORDER: Final = re.compile(
    r"请(?!示|销|假|托|客|吃|辞|调|求)|要(?!求|点|素|闻|害|件|领|么|员|事|案|塞|道|义|不|职|紧|是|情|密)|务必|"
    r"现?(?:责令|要求)(?:你|各|该|贵|相关|有关)|建议(?:你|各|该|贵|相关|有关)|(?:应当|必须|须(?!知))(?![^。；;]*(?:未|没有|尚))"
)


@dataclass(frozen=True)
class Stated:
    """A problem and where the text after it begins."""

    span: Span
    rest: int


def stated_in_heading(text: str, start: int, end: int, *, own: bool) -> Stated | None:
    """关于“X”问题 or 关于X的问题 at the beginning; with ``own`` also a bare X的问题."""
    for pattern in (_QUOTED, _QUOTED_ALONE, _PLAIN, *((_OWN,) if own else ())):
        match = pattern.match(text, start, end)
        if match is None:
            continue
        span = pieces.trimmed(text, match.start("x"), match.end("x"))
        if len(text[span.start : span.end]) < 2 or names_a_field(text[span.start : span.end]):
            return None
        return Stated(span, match.end())
    return None


def names_a_field(words: str) -> bool:
    """在党建方面 and the like name a field, not a problem."""
    return _FIELD_ONLY.search(words) is not None


def some_have(text: str, start: int, end: int) -> list[Span]:
    """有的A；有的B，有的C: one span per 有的."""
    starts = list(_SOME.finditer(text, start, end))
    found: list[Span] = []
    for place, match in enumerate(starts):
        stop = starts[place + 1].start() if place + 1 < len(starts) else end
        first = pieces.clauses(text, match.start(), stop)
        if first:
            found.append(first[0])
    return found if len(found) > 1 else []


def is_order(words: str) -> bool:
    """要…, 请…, 应当… asks for an act even among problems; 应当公开的未公开 is a problem."""
    return _ORDER.match(words) is not None


def problems_near(text: str, start: int, at: int) -> bool:
    """Whether the words just before speak of problems."""
    return _PROBLEM.search(text, max(start, at - 80), at) is not None


def listed(text: str, start: int, end: int) -> list[Span]:
    """发现了一些问题，主要是：A；B。 — one span per ；."""
    for sentence in pieces.sentences(text, start, end):
        match = _LISTED.search(text, sentence.start, sentence.end)
        if match is None or match.end() >= sentence.end - 4:
            continue
        found = pieces.split(text, match.end(), sentence.end, pieces.CLAUSE_END)
        if len(found) > 1 or text[match.end() - 1] in "：:":
            return [part for part in found if part.end - part.start >= 5]
    return []


def in_prose(text: str, start: int, end: int) -> list[Span]:
    """但发现在X方面存在问题; 指出在A、B等方面存在的问题."""
    for pattern in (_FOUND, _IN_FIELDS):
        match = pattern.search(text, start, end)
        if match is not None:
            groups = match.groupdict()
            if groups.get("list") and "、" in str(groups["list"]):
                return [pieces.trimmed(text, match.start("list"), match.end("list"))]
            return [pieces.trimmed(text, match.start("x"), match.end("x"))]
    return []


def such_as(text: str, start: int, end: int) -> list[Span]:
    """存在A、B、C等问题 inside an item of another kind."""
    return [pieces.trimmed(text, match.start("x"), match.end("x")) for match in _SUCH.finditer(text, start, end)]


def under(text: str, start: int, end: int) -> list[tuple[Span, Span]]:
    """对X问题，已… inside a larger 关于Y的问题: pairs of problem and what was done."""
    matches = list(_UNDER.finditer(text, start, end))
    pairs: list[tuple[Span, Span]] = []
    for place, match in enumerate(matches):
        stop = matches[place + 1].start() if place + 1 < len(matches) else end
        pairs.append((pieces.trimmed(text, match.start("x"), match.end("x")), pieces.trimmed(text, match.end(), stop)))
    return pairs
