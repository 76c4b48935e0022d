"""Running text: problems stated in it, what it asks for, tasks with days of their own."""

from __future__ import annotations

import re
from typing import Final

from jiandi.loop.intake.extract import deadlines, findings, items, kinds, owners, pieces, prose, subjects
from jiandi.loop.intake.extract.items import Walk
from jiandi.loop.intake.extract.model import Draft, Span
from jiandi.loop.intake.extract.outline import Paragraph

SIGNATURE: Final = re.compile(
    r"(?:19|20)\d{2}年\d{1,2}月\d{1,2}日|二[〇○０零][一二三四五六七八九〇○零]{2}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
)


_FAREWELL: Final = re.compile(
    r"欢迎(?:广大|社会|各界|群众|干部|党员|监督)|如有[^。]{0,20}(?:反映|联系|反馈)|(?:联系|监督|举报|来信)(?:人|电话|方式|地址|邮箱)|(?:特此|专此)[^。]{0,6}。?$"
)


def dated(walk: Walk, paragraph: Paragraph) -> bool:
    """Divide a unit in which sentences begin with dates of their own."""
    text = walk.text
    tail = owners.closing_bracket(text, paragraph.body, paragraph.end) or owners.trailing_fields(text, paragraph.body, paragraph.end)
    parts = pieces.clauses(text, paragraph.body, tail.start if tail else paragraph.end)
    starts = [place for place, part in enumerate(parts) if place and deadlines.begins_with_date(text, part)]
    spread = [place for place, part in enumerate(parts) if place and deadlines.dated_places(text, part)]
    if not starts and len(spread) < 2:
        return False
    begin = starts[0] if starts else spread[0]
    title_only = begin == 1 and parts[0].end - parts[0].start <= 22
    if starts and begin > 1 and parts[0].end - parts[0].start <= 22:
        head = Span(
            parts[1].start if not prose.MODAL.search(text, parts[1].start, parts[begin - 1].end) else parts[0].start, parts[begin - 1].end
        )
    else:
        head = Span(parts[0].start, parts[begin - 1].end)
    first = [] if title_only else items.emit(walk, "directive", head, paragraph.path, items.NUMBERED)
    rest: list[Draft] = []
    for part in parts[begin:]:
        rest += items.emit(walk, "directive", part, paragraph.path, items.DATED)
    if first and not starts:
        for draft in rest:
            draft.parent = first[0]
    if tail is not None:
        told = owners.from_bracket(text, tail, first=walk.first_leads)
        items.give(walk, first + rest, owners.Owners(told.lead, told.support), over=True)
    return True


def says_nothing(words: str) -> bool:
    """A signature, a date, a remark in brackets, where to write to."""
    if _FAREWELL.match(words):
        return True
    bare = re.fullmatch(r"[（(][^）)]*[）)]", words) is not None
    return bare or SIGNATURE.fullmatch(words) is not None or (len(words) < 30 and not re.search("[，。；：,;:]", words))


def stated(walk: Walk, paragraph: Paragraph, end: int) -> None:
    """Problems stated in running text before any series."""
    text, start = walk.text, paragraph.start
    if walk.kind in ("plan", "progress", "reply", "speech"):
        return
    some = findings.some_have(text, start, end)
    spans = some if some and (walk.role == "finding" or findings.problems_near(text, start, some[0].start)) else []
    spans = spans or findings.listed(text, start, end)
    if not spans and walk.kind in ("news", "feedback"):
        spans = findings.in_prose(text, start, end)
    for span in spans:
        items.emit(walk, "finding", span, paragraph.path, items.STATED)


def running(walk: Walk, paragraph: Paragraph) -> None:
    text, start, end = walk.text, paragraph.start, paragraph.end
    if walk.role == "finding" and paragraph.depth:
        for span in findings.some_have(text, start, end) or pieces.clauses(text, start, end):
            items.emit(walk, "finding", span, paragraph.path, items.SECTION)
    elif kinds.default_action(walk.kind) == "measure":
        _of_the_doer(walk, paragraph)
    elif walk.kind != "official" or (not _phase(walk, paragraph) and paragraph.depth):
        if walk.kind == "news":
            announced(walk, paragraph, bare=False)
        asked(walk, paragraph)


def _of_the_doer(walk: Walk, paragraph: Paragraph) -> None:
    """Plans, notices and answers speak for the side that acts, but for what they ask of others."""
    text, start, end = walk.text, paragraph.start, paragraph.end
    if walk.role == "directive":
        for span in pieces.clauses(text, start, end):
            items.emit(walk, "directive", span, paragraph.path, items.ASKED)
    elif walk.ahead is not None:
        announced(walk, paragraph, bare=True)
    else:
        overall(walk, paragraph)
        for span in prose.pleas(text, start, end) if walk.kind == "reply" else ():
            items.emit(walk, "directive", span, paragraph.path, items.ASKED)


def _phase(walk: Walk, paragraph: Paragraph) -> bool:
    """2024年4月至6月，由各单位自查。…: one task with the whole phase as its time."""
    whole = Span(paragraph.start, paragraph.end)
    period = deadlines.period_at(walk.text, whole)
    if period is None:
        return False
    for draft in items.emit(walk, "directive", Span(period.end, paragraph.end), paragraph.path, items.DATED):
        draft.fall_due(deadlines.of_period(walk.text, period))
    return True


def announced(walk: Walk, paragraph: Paragraph, *, bare: bool) -> None:
    """下一步，局党组将…: what the responsible side says it will do."""
    for found in prose.announced(walk.text, paragraph.start, paragraph.end, bare=bare):
        for draft in items.emit(walk, "measure", found, paragraph.path, items.AHEAD):
            draft.parent = None


def overall(walk: Walk, paragraph: Paragraph) -> None:
    for span in prose.overall_results(walk.text, paragraph.start, paragraph.end):
        walk.add("result", span, paragraph.path, items.OUTCOME)


def asked(walk: Walk, paragraph: Paragraph) -> None:
    speech = walk.kind in ("news", "speech") or (walk.kind == "feedback" and not paragraph.depth)
    carried: list[str] = []
    own = walk.kind == "speech" and paragraph.depth > 0
    for found in prose.asked(walk.text, paragraph.start, paragraph.end, speech=speech and not own):
        reason = items.ASKED if found.reason_is_modal else items.FOLLOWS
        for draft in items.emit(walk, "directive", found.span, paragraph.path, reason):
            if walk.kind == "official" and not draft.lead:
                draft.lead = list(carried)
                draft.support = draft.support or (subjects.companions(walk.text, draft.start, draft.end) if carried else [])
            carried = draft.lead
