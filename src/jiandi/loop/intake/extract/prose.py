"""Items in running text: what a speaker asks for, results, status sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from jiandi.loop.intake.extract import deadlines, pieces
from jiandi.loop.intake.extract.model import Deadline, Span

_NO_MODAL: Final = r"(?<![主重需首必摘纪概简只紧想不提扼次精])要(?!求|点|素|闻|害|件|领|么|员|事|案|塞|道|义|不|职|紧|是)"
MODAL: Final = re.compile(rf"{_NO_MODAL}|必须|务必|(?<!必)须(?!知)|应当")
_ASKING: Final = re.compile(
    r"(?:强调|要求|指出|提出)(?:了)?(?:如下|以下)?[^，。：；]{0,24}[，,：:]|(?:建议|希望|部署|明确)(?:如下|以下)?[，,：:]"
)
_ASKING_LATER: Final = re.compile(r"(?:并|还)?(?:强调|要求|指出|提出)(?:[，,：:]|[^，。：]{2,12}(?=要))")
_NOUN_BEFORE: Final = re.compile(r"(?:根据|按照|对照|围绕|落实|严格|贯彻|符合|达到)[^，]*$")
_DEMANDS: Final = re.compile(r"^要求(?=相关|各|有关|全|被|所)")
_ATTITUDE: Final = re.compile(r"表示(?:[，,：:]|(?=[要将会]))|表态|汇报(?:了|中)|发言")
_WISH: Final = re.compile(r"^(?:(?:他|她|他们|大家|会议|[\u4e00-\u9fff]{2,4}))?(?:还|并|同时)?希望(?=[\u4e00-\u9fff])")
_WISH_OBJECT: Final = re.compile(
    r"希望(?:学校|学院|各[^，。]{1,8}|[\u4e00-\u9fff]{2,16}?(?:单位|大学|学院|党委|部门|公司|集团|局|委|县|市|区))?(?=要?[\u4e00-\u9fff])"
)
_IMPERATIVE: Final = re.compile(
    r"^(?:(?:根据|按照|围绕|针对|对照|结合|依据|坚持|通过|从严|以|对)[^，]{2,60}，)?(?:进一步|切实|全面|不断|持续|积极|认真|坚决|着力|深入|严格|扎实|统筹|尽快|及时|继续|主动|大力|充分|始终|全力|坚持不懈)*"
    r"(?:加强|增强|强化|完善|建立|健全|落实|推进|推动|提高|提升|坚持|深化|严格|严守|压实|压细|抓好|抓实|抓紧|做好|做实|加快|加大|突出|聚焦|规范|夯实|筑牢|树牢|树立|巩固|制定|开展|组织|明确|细化|优化|引导|确保|发挥|用好|贯彻|履行|扛起|从严从实|制订|构建|狠抓|注重|把|将)"
)
_ADVERBIAL: Final = re.compile(r"^(?:针对|对于|对照|对|按照|根据|围绕|结合|在|为了?|从|以|通过|依据|鉴于)")
_JOINING: Final = frozenset(("首先", "其次", "再次", "最后", "同时", "此外", "另外", "一方面", "另一方面", "第一", "第二", "第三"))
_BELIEF: Final = re.compile(r"坚持以[^，]{4,40}为指导|^要?(?:深刻认识|充分认识|深刻理解)[^，。]{0,60}$")
_STATUS_WORDS: Final = (
    r"(?:已(?:经)?(?:全部|基本)?(?:完成|整改|办结|销号|解决)(?:到位|完毕|整改|并[^，。]{0,8})?|基本完成|正在(?:整改|推进|办理|落实|实施)(?:中)?|持续(?:推进|整改|坚持)|长期坚持|"
    r"(?:未)?达到序时进度|(?:尚)?未(?:达到序时进度|完成|整改|启动)|按(?:序时|时序)进度推进|整改(?:完成|到位|中)|完成整改|立行立改|阶段性完成|取得阶段性成效|"
    r"已取得(?:阶段性|明显)?成效|推进中|进行中|完成|已销号|未整改|部分完成)"
)
_STATUS: Final = re.compile(rf"[（(]?{_STATUS_WORDS}(?:[，,、；;]?(?:并|且)?{_STATUS_WORDS})*[）)]?")
_STATUS_SENTENCE: Final = re.compile(
    rf"^(?:目前，?|现)?(?:该|此|本)(?:项|个)?(?:反馈)?(?:问题|任务|工作|措施|整改)(?:任务|事项|工作)?(?:目前)?(?P<status>.{{0,24}})$|^(?:整改)?(?:状态|完成情况)?[：:]?(?P<bare>{_STATUS.pattern})$"
)
_RATE: Final = re.compile(
    r"由\d[\d.,]*[%％]?[\u4e00-\u9fff]{0,4}(?:提[高升]|上升|下降|降|增[加长]|减少|压减|缩短)(?:到|至|为)\d|同比(?:下降|上升|增长|减少|提高)|(?:率|度|比例)(?:达到?|为|提[高升]到?|保持)\s*(?:了)?\d[\d.]*[%％]"
)
_ACTS: Final = re.compile("建立|制定|开展|组织|修订|出台|印发|落实|推行|加强|完善|实施")
_DID: Final = re.compile(rf"{_ACTS.pattern}|已|计划|将|力争|确保|更换|完成|清退|追回|收回")
_RATE_PHRASE: Final = re.compile(r"[^，]{2,20}率(?:由\d|达到?\s*\d|同比)")
_BY_DAY: Final = re.compile(r"^截[至止](?:目前|\d|[^，。]{0,12}(?:底|日|末))[^。]{0,80}(?:完成|整改到位|销号|办结|[^，。]{1,6}率)")


@dataclass(frozen=True)
class Asked:
    """Something asked for in running text."""

    span: Span
    reason_is_modal: bool


def asked(text: str, start: int, end: int, *, speech: bool) -> list[Asked]:
    """One span per sentence or ；-clause with its own 要…; in a speech also the imperatives that follow."""
    found: list[Asked] = []
    listening = not speech
    for sentence in pieces.sentences(text, start, end):
        begin = sentence.start
        if speech:
            listening, begin = _listen(text, sentence, listening=listening)
        demanded = _demanded(text, sentence) if speech else None
        if demanded is not None:
            found.append(demanded)
        if not listening or demanded is not None:
            continue
        for clause in pieces.split(text, begin, sentence.end, pieces.CLAUSE_END):
            found += _act(text, clause, follows=bool(found) and speech)
    return found


def _listen(text: str, sentence: Span, *, listening: bool) -> tuple[bool, int]:
    """Whether a speaker asks for something, and where the words asked for begin."""
    asking = _askings(text, sentence)
    attitude = _ATTITUDE.search(text, sentence.start, min(sentence.end, sentence.start + 60))
    if asking and (attitude is None or asking[-1].end() > attitude.end()):
        return True, asking[0].end() if len(asking) == 1 or attitude is None else asking[-1].end()
    if attitude is not None:
        return False, sentence.start
    wish = _WISH.match(text[sentence.start : sentence.end])
    return listening or wish is not None or text.startswith("要", sentence.start), sentence.start


def _askings(text: str, sentence: Span) -> list[re.Match[str]]:
    """Words of asking in the first two phrases, when they are no mere nouns."""
    parts = pieces.phrases(text, sentence.start, sentence.end)
    limit = parts[1].end + 1 if len(parts) > 1 else sentence.end
    found = _ASKING.finditer(text, sentence.start, min(limit, sentence.end))
    later = [match for part in parts[2:] if (match := _ASKING_LATER.match(text, part.start, sentence.end))]
    return [match for match in found if not _NOUN_BEFORE.search(text, sentence.start, match.start())] + later


def _demanded(text: str, sentence: Span) -> Asked | None:
    """…现场提出了建议，要求相关单位…: from 要求 to the end of the sentence."""
    for part in pieces.phrases(text, sentence.start, sentence.end)[1:]:
        if _DEMANDS.match(text[part.start : part.end]):
            return Asked(Span(part.start, sentence.end), reason_is_modal=True)
    return None


def _act(text: str, clause: Span, *, follows: bool) -> list[Asked]:
    words = text[clause.start : clause.end]
    wish = _WISH_OBJECT.match(words)
    if wish is not None and "希望" in words[:4]:
        at = clause.start + (wish.end() if not words.startswith("希望各") else 2)
        return [Asked(Span(at, clause.end), reason_is_modal=True)]
    parts = pieces.phrases(text, clause.start, clause.end)
    for place, part in enumerate(parts):
        if MODAL.search(text[part.start : part.end]):
            return _from_phrase(text, parts, place, clause.end)
    if follows and _IMPERATIVE.match(words):
        return [Asked(clause, reason_is_modal=False)]
    return _by_a_day(text, clause, parts)


def _by_a_day(text: str, clause: Span, parts: list[Span]) -> list[Asked]:
    """…于2018年12月31日前报送…; 自收到之日起15个工作日内报…，6个月内报…: one for each term that begins a phrase."""
    first = deadlines.first_term(text, clause)
    if first is None:
        return []
    since = text[clause.start : first.start].rstrip("，,").endswith("起")
    begins = [first.start if since else clause.start]
    begins += [part.start for part in parts if part.start > first.end and deadlines.begins_with_term(text, part)]
    ends = [*begins[1:], clause.end]
    return [Asked(pieces.trimmed(text, begin, end), reason_is_modal=False) for begin, end in zip(begins, ends, strict=True)]


def _from_phrase(text: str, parts: list[Span], place: int, end: int) -> list[Asked]:
    if (
        place
        and text.startswith("要", parts[place].start)
        and not re.search("是|必须|事关|重要", text[parts[0].start : parts[place].start])
    ):
        place = 0
    while place > 0 and _ADVERBIAL.match(text[parts[place - 1].start : parts[place - 1].end]):
        place -= 1
    if place > 3 or _BELIEF.search(text[parts[place].start : end]):
        return []
    return [Asked(Span(parts[place].start, end), reason_is_modal=True)]


def announced(text: str, start: int, end: int, *, bare: bool) -> list[Span]:
    """What follows 将 in 下一步，学校将…; ``bare`` needs no 下一步, because the heading said it."""
    found: list[Span] = []
    pattern = _WILL if bare else _NEXT
    for sentence in pieces.sentences(text, start, end):
        match = pattern.match(text, sentence.start, sentence.end)
        if match is not None:
            found.append(Span(match.end(), sentence.end))
    return found


def pleas(text: str, start: int, end: int) -> list[Span]:
    """建议你省…, 请你单位…: what an answer asks for."""
    return [part for part in pieces.sentences(text, start, end) if _PLEA.match(text, part.start, part.end)]


def wishes(text: str, start: int, end: int) -> list[Span]:
    """Sentences 希望学校… after an enumeration."""
    return [part for part in pieces.sentences(text, start, end) if text.startswith("希望", part.start)]


def speaks(text: str, start: int, end: int) -> bool:
    """Whether somebody asks for something in the stretch."""
    return any(_askings(text, sentence) for sentence in pieces.sentences(text, start, end))


def takes_attitude(words: str) -> bool:
    """The words before an enumeration say that the speaker promises."""
    places = [(match.start(), True) for match in _ATTITUDE.finditer(words)] + [(match.start(), False) for match in _ASKING.finditer(words)]
    return bool(places) and max(places)[1]


def is_status(words: str) -> bool:
    """Nothing but 已完成，长期坚持 and the like."""
    return _STATUS.fullmatch(words.strip("。；; \t\r\n\u3000")) is not None


def without_status(text: str, span: Span) -> tuple[Span, str | None, Deadline | None]:
    """Cut 该问题已完成整改。 off the end; the second and third value tell what it said."""
    parts = pieces.sentences(text, span.start, span.end)
    status: str | None = None
    term: Deadline | None = None
    while len(parts) > 1:
        match = _STATUS_SENTENCE.match(text[parts[-1].start : parts[-1].end])
        if match is None:
            break
        status = match["status"] or match["bare"] or status
        term = term or deadlines.in_words(text, parts[-1], doing=True)
        parts.pop()
    return Span(span.start, parts[-1].end if parts else span.end), status, term


def results_after(text: str, span: Span) -> list[Span]:
    """Outcomes at the end of a unit: 截至…已完成…, a rate before and after."""
    parts = pieces.clauses(text, span.start, span.end)
    for place in range(1, len(parts)):
        if _BY_DAY.match(text[parts[place].start : parts[place].end]):
            return [Span(parts[place].start, span.end)]
    found: list[Span] = []
    tail = _rate_phrase(text, span)
    if tail is not None:
        return [tail]
    while len(parts) > 1 and _is_outcome(text[parts[-1].start : parts[-1].end]):
        found.insert(0, parts.pop())
    return found


def _rate_phrase(text: str, span: Span) -> Span | None:
    """…，使用率由18%提高到57% at the end of a short unit."""
    phrases = pieces.phrases(text, span.start, span.end)
    if len(phrases) < 2 or span.end - span.start > 160 or not _RATE_PHRASE.match(text[phrases[-1].start : phrases[-1].end]):
        return None
    last = phrases[-1]
    inside = any(mark in text[last.start : last.end] for mark in "；。;")
    return None if inside or text[phrases[-2].start : phrases[-2].end].endswith(("确保", "力争", "实现")) else last


def _is_outcome(words: str) -> bool:
    return (
        len(words) < 60
        and _RATE.search(words) is not None
        and not _ACTS.search(words)
        and not re.match(r"(?:确保|力争|实现|推动|使)", words)
    )


def is_outcome(words: str) -> bool:
    """A unit that states only an outcome."""
    return _RATE.search(words) is not None and len(words) < 70 and words.count("，") < 3 and not _DID.search(words)


def overall_results(text: str, start: int, end: int) -> list[Span]:
    """截至4月底，18个问题中已完成16个 in running text."""
    return [part for part in pieces.sentences(text, start, end) if _BY_DAY.match(text[part.start : part.end])]


_PLEA: Final = re.compile(r"现?(?:建议|请|希)(?:你|贵|各|该|有关|相关)")
_NEXT: Final = re.compile(r"(?:下一?步|今后|接下来|下一阶段|后续)[，,][^，。；]{0,24}?将(?!会|军|来)")
_WILL: Final = re.compile(rf"(?:{_NEXT.pattern}|[^，。；]{{0,24}}?将(?!会|军|来)|)")
_ANEW: Final = re.compile(
    r"^(?:(?:他|她|他们|会议|最后)[^，]{0,8}|[\u4e00-\u9fff]{2,4})?(?:还|并|同时)?(?:希望|强调|指出|要求|表示|就)[^，]{0,20}|^(?:学校|学院|单位|局|公司|集团)?党委将|^(?:会议|会上|下一步)"
)


def begins_anew(words: str) -> bool:
    """A sentence that no longer belongs to the unit before it."""
    return _ANEW.match(words) is not None
