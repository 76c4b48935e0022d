"""Routes each paragraph: label, heading, problem, series, unit or running text."""

from __future__ import annotations

import re
from typing import Final

from jiandi.loop.intake.extract import findings, items, kinds, labels, numbering, owners, pieces, prose, running, subjects
from jiandi.loop.intake.extract.items import Walk
from jiandi.loop.intake.extract.model import DocumentKind, Draft, ItemType, Span
from jiandi.loop.intake.extract.outline import Paragraph

_JOINT: Final = re.compile(
    r"(?P<who>[\u4e00-\u9fff、]{2,80}?)(?:研究)?(?:提出|反馈|答复)了?[^，。：]{0,6}(?:办理)?(?:意见|情况|答复)[：:。]?"
)
_WANTS: Final = re.compile(r"[^。，]{0,12}(?:请求|反映|建议)[，,：:]?|^[^。，]{0,8}市?请求")
_ANNEX: Final = re.compile(r"附件(?:[\s\u3000]*\d+)?[：:]?|附表\d*")
_ANNEX_SKIP: Final = re.compile(r"指标|名单|样表|格式|式样|统计表|评分")
_TO_PROBLEM: Final = re.compile(r"\s*(?:针对|关于|对照|对应)?(?:反馈)?问题\s*(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})\s*[：:，,]?")
_INNER_SERIES: Final = ("is", "circle", "round", "half", "ordinal")
_NOUNS_FOLLOW: Final = re.compile(r"(?:重点|内容|范围|对象|条件|标准|材料|情形|指标)(?:是|为|有|包括|如下)?[：:]$")
_SENTENCE: Final = "。；;！？!?"
_HEADING_LENGTH: Final = 45


def walked(text: str, all_paragraphs: list[Paragraph], kind: DocumentKind) -> list[Draft]:
    """The items of all paragraphs outside tables."""
    walk = Walk(text, kind, owners.first_leads(text))
    walk.inspected = subjects.inspected(text) if kind == "feedback" else None
    topics = _topics(text, all_paragraphs) if kind in ("news", "feedback", "official") else set()
    for place, paragraph in enumerate(all_paragraphs):
        if _is_annex(text, all_paragraphs, place):
            break
        following = all_paragraphs[place + 1] if place + 1 < len(all_paragraphs) else None
        visit(walk, paragraph, following, first=place < 3, topic=place - 1 in topics)
    return walk.drafts


def _is_annex(text: str, all_paragraphs: list[Paragraph], place: int) -> bool:
    paragraph = all_paragraphs[place]
    if not _ANNEX.fullmatch(text[paragraph.start : paragraph.end].strip()) or place + 1 >= len(all_paragraphs):
        return False
    below = all_paragraphs[place + 1]
    return _ANNEX_SKIP.search(text, below.start, below.end) is not None


def _topics(text: str, all_paragraphs: list[Paragraph]) -> set[int]:
    """Places of short unnumbered lines that name a topic, when there are at least two."""
    found = {
        place
        for place, paragraph in enumerate(all_paragraphs)
        if place > 1
        and paragraph.marker is None
        and paragraph.end - paragraph.start <= 32
        and re.fullmatch(r"[^。：:（）\d]{6,30}。", text[paragraph.start : paragraph.end]) is not None
        and place + 1 < len(all_paragraphs)
        and all_paragraphs[place + 1].end - all_paragraphs[place + 1].start > 40
    }
    return found if len(found) > 1 else set()


def visit(walk: Walk, paragraph: Paragraph, following: Paragraph | None, *, first: bool, topic: bool) -> None:
    """One paragraph."""
    text = walk.text
    if paragraph.marker is not None:
        walk.enter(paragraph.depth)
    if _only_owners(walk, paragraph) or _own_series(walk, paragraph):
        return
    label = labels.leading_label(text, paragraph.body, paragraph.end)
    if label is not None and _labelled(walk, paragraph, label):
        return
    if not (first and paragraph.marker is None) and _about(walk, paragraph, following):
        return
    if paragraph.marker is not None:
        _numbered(walk, paragraph, following)
    else:
        _unnumbered(walk, paragraph, following, first=first, topic=topic)


def _unnumbered(walk: Walk, paragraph: Paragraph, following: Paragraph | None, *, first: bool, topic: bool) -> None:
    if topic and not prose.speaks(walk.text, paragraph.start, paragraph.end):
        for span in pieces.sentences(walk.text, paragraph.start, paragraph.end):
            items.emit(walk, "measure", span, paragraph.path, items.TOPIC)
    elif not first or "。" in walk.text[paragraph.start : paragraph.end] or walk.text[paragraph.end - 1] in "：:":
        _prose(walk, paragraph, following)


def _only_owners(walk: Walk, paragraph: Paragraph) -> bool:
    """A paragraph that is one bracket of owners belongs to the items before it."""
    if walk.text[paragraph.start] not in "（([【〔":
        return False
    bracket = owners.closing_bracket(walk.text, paragraph.start, paragraph.end)
    if bracket is None or bracket.start != paragraph.start or not walk.drafts:
        return False
    path = walk.drafts[-1].level[:-1]
    last = [draft for draft in walk.drafts[-12:] if draft.level[:-1] == path and draft.type != "finding"]
    items.give(walk, last or walk.drafts[-1:], owners.from_bracket(walk.text, bracket, first=walk.first_leads), over=True)
    return True


def _own_series(walk: Walk, paragraph: Paragraph) -> bool:
    """一是…；二是… in one paragraph that begins with its first number."""
    if paragraph.marker is None or paragraph.marker.number != 1:
        return False
    runs = numbering.enumeration(walk.text, paragraph.start, paragraph.end)
    if not runs or runs[0][0].marker.start != paragraph.marker.start:
        return False
    if walk.role != "skip":
        type_: ItemType = "finding" if walk.role == "finding" and walk.finding is None else walk.action()
        items.emit_series(walk, runs, type_, paragraph.path[:-1])
    return True


def _labelled(walk: Walk, paragraph: Paragraph, label: labels.Field) -> bool:
    """A field line. False when its words are better read otherwise."""
    span = pieces.trimmed(walk.text, label.value.start, label.value.end)
    depth = paragraph.depth + (0 if paragraph.marker else 0.5)
    if label.role == "finding":
        if not span:
            walk.enter(depth)
            walk.set_role(depth, "finding")
        elif not _parted(walk, span, "finding", paragraph):
            walk.open_finding(items.unquoted(walk.text, span), depth, paragraph.path or (label.label,), items.LABELLED)
        return True
    if label.role in ("measure", "result", "directive"):
        return _acts(walk, paragraph, label, span)
    if label.role == "other":
        walk.waiting = None
        return True
    owned = owners.from_fields(walk.text, labels.fields(walk.text, label.start, paragraph.end))
    items.give_field(walk, label.role, owned, depth)
    return True


def _acts(walk: Walk, paragraph: Paragraph, label: labels.Field, span: Span) -> bool:
    type_: ItemType = "directive" if label.role == "directive" else "result" if label.role == "result" else "measure"
    walk.waiting = label.role
    if not span:
        walk.regroup()
        if label.role == "directive" or walk.finding is None:
            walk.set_role(paragraph.depth + 0.5, type_)
        return True
    if not _parted(walk, span, type_, paragraph):
        items.emit(walk, type_, span, paragraph.path or (label.label,), items.LABELLED)
    return True


def _parted(walk: Walk, span: Span, type_: ItemType, paragraph: Paragraph) -> bool:
    """Whether a stretch was a series of numbers, and became items."""
    runs = numbering.enumeration(walk.text, span.start, span.end)
    if not runs or runs[0][0].marker.start - span.start > 120:
        return False
    items.emit_series(walk, runs, type_, paragraph.path)
    return True


def _about(walk: Walk, paragraph: Paragraph, following: Paragraph | None) -> bool:
    """关于“X”问题 …: the problem, and what the same paragraph says of it."""
    text = walk.text
    to = _TO_PROBLEM.match(text, paragraph.body, paragraph.end)
    if to is not None and walk.problems and paragraph.marker is not None:
        return _to_problem(walk, paragraph, to)
    plan = kinds.default_action(walk.kind) == "measure"
    if walk.role == "finding" and not plan:
        return False
    stated = findings.stated_in_heading(
        text, paragraph.body, paragraph.end, own=plan and paragraph.marker is not None and paragraph.marker.kind not in _INNER_SERIES
    )
    if stated is None:
        return plan and paragraph.marker is not None and _before_label(walk, paragraph, following)
    if not plan and text[stated.rest : stated.rest + 1] in "，,":
        return False
    if paragraph.marker is None and not plan:
        return False
    walk.open_finding(stated.span, paragraph.depth + (0 if paragraph.marker else 0.5), paragraph.path, items.ABOUT)
    _after_problem(walk, paragraph, pieces.trimmed(text, stated.rest, paragraph.end))
    return True


def _to_problem(walk: Walk, paragraph: Paragraph, match: re.Match[str]) -> bool:
    number = numbering.chinese_value(match["n"])
    if not 1 <= number <= len(walk.problems):
        return False
    walk.scope.append((paragraph.depth, walk.problems[number - 1]))
    walk.regroup()
    _after_problem(walk, paragraph, pieces.trimmed(walk.text, match.end(), paragraph.end))
    return True


def _before_label(walk: Walk, paragraph: Paragraph, following: Paragraph | None) -> bool:
    """A numbered line followed by 整改目标：, 整改措施： and the like states a problem."""
    if following is None or following.marker is not None or paragraph.end - paragraph.body > 200:
        return False
    label = labels.leading_label(walk.text, following.start, following.end)
    words = walk.text[paragraph.body : paragraph.end]
    if label is None or walk.role == "directive" or walk.waiting == "measure":
        return False
    if not (label.role == "measure" or "目标" in label.label or "原因" in label.label or "表现" in label.label):
        return False
    if findings.names_a_field(words.rstrip("。")) or "表现" in label.label:
        return False
    bracket = owners.closing_bracket(walk.text, paragraph.body, paragraph.end)
    stop = bracket.start if bracket else paragraph.end
    walk.open_finding(pieces.trimmed(walk.text, paragraph.body, stop), paragraph.depth, paragraph.path, items.ABOUT)
    if bracket is not None:
        walk.hand_down(paragraph.depth, bracket)
    return True


def _after_problem(walk: Walk, paragraph: Paragraph, rest: Span) -> None:
    """The rest of a paragraph whose first words state the problem."""
    text = walk.text
    rest = _without_bracket(walk, paragraph, rest)
    if not rest or _WANTS.match(text, rest.start, rest.end):
        return
    joint = _JOINT.match(text, rest.start, rest.end)
    if joint is not None:
        walk.charge = owners.joint_charge(joint["who"])
        rest = pieces.trimmed(text, joint.end(), rest.end)
    label = labels.leading_label(text, rest.start, rest.end)
    if label is not None and _labelled(walk, paragraph, label):
        return
    pairs = findings.under(text, rest.start, rest.end)
    if len(pairs) > 1:
        _sub_problems(walk, paragraph, pairs)
    elif rest and not _parted(walk, rest, walk.action(), paragraph):
        items.emit(walk, walk.action(), rest, paragraph.path, items.UNDER_FINDING)


def _without_bracket(walk: Walk, paragraph: Paragraph, rest: Span) -> Span:
    """A bracket right after the problem names the owners of all that follows."""
    bracket = owners.closing_bracket(walk.text, rest.start, rest.end) if rest else None
    if bracket is None or bracket.start != rest.start:
        return rest
    walk.hand_down(paragraph.depth + (0 if paragraph.marker else 0.5), bracket)
    return Span(bracket.end, bracket.end)


def _sub_problems(walk: Walk, paragraph: Paragraph, pairs: list[tuple[Span, Span]]) -> None:
    for problem, done in pairs:
        walk.open_finding(problem, paragraph.depth + 0.7, paragraph.path, items.STATED)
        items.emit(walk, "measure", done, paragraph.path, items.UNDER_FINDING)
        walk.enter(paragraph.depth + 0.7)


def _is_heading(walk: Walk, paragraph: Paragraph, following: Paragraph | None) -> bool:
    words = walk.text[paragraph.body : paragraph.end].strip()
    if not paragraph.leaf:
        return True
    if len(words) > _HEADING_LENGTH or (following is not None and following.marker is not None):
        return False
    if following is None or (running.SIGNATURE.search(walk.text, following.start, following.end) and following.end - following.start < 30):
        return False
    label = labels.leading_label(walk.text, following.start, following.end)
    if label is not None:
        return label.role in ("measure", "finding", "directive") or (label.role == "result" and walk.finding is None)
    if following.end - following.start < 25 and walk.text[following.end - 1] not in _SENTENCE:
        return False
    goes_on = walk.headings.get(paragraph.depth) is False and paragraph.marker is not None and paragraph.marker.number > 1
    return words[-1:] not in _SENTENCE or (not goes_on and words[-1:] == "。" and "，" not in words and len(words) <= 25)


def _numbered(walk: Walk, paragraph: Paragraph, following: Paragraph | None) -> None:
    text = walk.text
    runs = numbering.enumeration(text, paragraph.body, paragraph.end)
    heading = _is_heading(walk, paragraph, following)
    walk.headings[paragraph.depth] = heading
    bracket = owners.closing_bracket(text, paragraph.body, paragraph.end) if heading else None
    if bracket is not None:
        walk.hand_down(paragraph.depth, bracket)
    if heading or runs:
        title = pieces.sentences(text, paragraph.body, paragraph.end)[:1]
        words = text[title[0].start : title[0].end] if title else ""
        if heading or len(words) <= _HEADING_LENGTH:
            role = kinds.heading_role(words, walk.kind)
            walk.ahead = paragraph.depth if heading and kinds.is_ahead(words) else walk.ahead
            walk.set_role(paragraph.depth, None if walk.role == "finding" and role in ("directive", "measure", "skip") else role)
    if walk.role == "skip":
        return
    if runs and paragraph.leaf:
        lead = text[paragraph.body : runs[0][0].marker.start]
        items.emit_series(walk, runs, _series_type(walk, lead), paragraph.path)
    elif not heading:
        _unit(walk, paragraph)


def _series_type(walk: Walk, lead_in: str) -> ItemType:
    """The type of the units of a series, from the words before it and the section."""
    last = re.split("[。]", lead_in)[-1]
    if prose.takes_attitude(last or lead_in):
        return "measure"
    if re.search(r"(?:问题|不足|差距|短板)[^。]{0,12}[：:，,]?$", last) and not re.search("整改|解决|要求|建议", last):
        return "finding"
    if walk.role == "finding":
        return "finding"
    return "directive" if prose.speaks(last, 0, len(last)) else walk.action()


def _unit(walk: Walk, paragraph: Paragraph) -> None:
    """A numbered paragraph without deeper numbers."""
    text = walk.text
    span = Span(paragraph.body, paragraph.end)
    if walk.role == "finding":
        some = findings.some_have(text, span.start, span.end)
        for part in some or [span]:
            items.emit(walk, "finding", part, paragraph.path, items.SECTION)
        if not some and walk.drafts and walk.drafts[-1].type == "finding":
            walk.scope.append((paragraph.depth, walk.drafts[-1]))
        return
    type_ = walk.action()
    if type_ == "directive" and walk.kind in ("official", "speech") and running.dated(walk, paragraph):
        return
    made = items.emit(walk, type_, span, paragraph.path, items.NUMBERED)
    if made and walk.kind == "official":
        for such in findings.such_as(text, span.start, span.end):
            walk.add("finding", such, paragraph.path, items.STATED)


def _skipped(walk: Walk, paragraph: Paragraph) -> bool:
    """Aims, principles, background; of a progress notice only the sum of what was done is kept."""
    if walk.role != "skip" or _NOUNS_FOLLOW.search(walk.text, paragraph.start, paragraph.end):
        return False
    if kinds.default_action(walk.kind) == "measure":
        running.overall(walk, paragraph)
    return walk.kind not in ("news", "feedback")


def _leads_in(walk: Walk, paragraph: Paragraph, following: Paragraph | None, *, nouns: bool) -> None:
    """检查发现以下问题： and the like say what the numbers below are."""
    if nouns:
        walk.set_role(paragraph.depth + 0.5, "skip")
    elif following is not None and following.marker is not None:
        last = pieces.sentences(walk.text, paragraph.start, paragraph.end)[-1:]
        role = kinds.led_in(walk.text[last[0].start : last[0].end + 1]) if last else None
        if role is not None:
            walk.set_role(paragraph.depth + 0.5, role)


def _prose(walk: Walk, paragraph: Paragraph, following: Paragraph | None) -> None:
    """A paragraph without a number."""
    text, start, end = walk.text, paragraph.start, paragraph.end
    if running.says_nothing(text[start:end]):
        return
    nouns = _NOUNS_FOLLOW.search(text, start, end) is not None
    _leads_in(walk, paragraph, following, nouns=nouns)
    if _skipped(walk, paragraph):
        return
    if walk.finding is not None and kinds.default_action(walk.kind) == "measure":
        _after_problem(walk, paragraph, pieces.trimmed(text, start, end))
        return
    runs = numbering.enumeration(text, start, end)
    running.stated(walk, paragraph, runs[0][0].marker.start if runs else end)
    if runs:
        _prose_series(walk, paragraph, runs)
        return
    leads_in = following is not None and following.marker is not None and following.depth > paragraph.depth
    if not leads_in or walk.role == "finding" or nouns:
        running.running(walk, paragraph)


def _prose_series(walk: Walk, paragraph: Paragraph, runs: list[list[numbering.Unit]]) -> None:
    text, begun = walk.text, runs[0][0].marker.start
    items.emit_series(walk, runs, _series_type(walk, text[max(paragraph.start, begun - 160) : begun]), paragraph.path)
    for wish in prose.wishes(text, runs[-1][-1].span.start, paragraph.end):
        items.emit(walk, "directive", wish, paragraph.path, items.ASKED)
