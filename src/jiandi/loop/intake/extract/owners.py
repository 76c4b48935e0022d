"""Who does it: brackets, labelled lines, A会同B."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from jiandi.loop.intake.extract import deadlines, labels, pieces
from jiandi.loop.intake.extract.model import Span

_INNER: Final = r"[^（）()【】\[\]〔〕]"
_BRACKET: Final = re.compile(rf"[（(【\[〔](?P<in>(?:{_INNER}|[（(]{_INNER}*[)）])+)[)）】\]〕][。；;]?\s*$")
_CLOSING: Final = ("）", ")", "】", "]", "〕")
_LATEST: Final = 8
_CHARGE: Final = re.compile(r"负责|牵头|配合|落实$|承办|主办|会同")
_LABELLED: Final = re.compile(r"[：:]")
_SPLIT: Final = re.compile(
    r"[、；;，,\s\u3000](?![^（(]*[）)])|(?:(?<=部门)|(?<=单位)|(?<=机构)|(?<=机关))和|(?:等)?(?:和|及|以及)(?=各|相关|有关|其他|全国)|等和|以及"
)
_TAIL: Final = re.compile(
    r"(?:等(?:有关|相关)?(?:部门|单位|方面)?)?(?:[（(](?:牵头|主责|配合)[)）])?(?:(?:按照?)?(?:职责|任务)?分工)?(?:分别|共同|具体|依法)?(?:牵头|负责|配合|落实|参与|承办|主办)*$"
)
_CLOSED: Final = "；;。，, \r\n\t\u3000】]〕"
_VALUE_END: Final = _CLOSED + "）)"
_OWNING: Final = ("lead", "unit", "support", "due", "status")
_STRAY: Final = re.compile(r"[，,；;、]?(?:于|在)?$")
_DECLARED: Final = re.compile(r"(?:排在|列)?(?:第一位|首位|第一)的?[^，。）]{0,8}(?:为|是)牵头")
_WHOLE: Final = re.compile(r"各省、自治区、直辖市(?:、计划单列市)?(?:人民政府|党委)?(?:、新疆生产建设兵团)?")
_WITH: Final = re.compile(
    r"^(?P<lead>[\u4e00-\u9fff、]{2,40}?)(?:会同|商|联合)(?P<with>[\u4e00-\u9fff、]{2,60}?)(?=研究|提出|负责|制定|建立|开展|对|，|$)"
)
_DEPARTMENT: Final = re.compile("部门|科室|股室|处室|室$")
_AT_ONCE: Final = re.compile(r"(?<=[，,；;、])(?:立行立改|立查立改|[即立]知即改|边[查学]边改|(?:长期|持续)坚持)(?=[，,；;、。）)]|$)")
_VAGUE: Final = re.compile(r"(?:有关|相关)(?:部门|单位|方面|地方)$")


@dataclass
class Owners:
    """Lead and support units as printed; ``due`` and ``status`` where the same place gives them."""

    lead: list[str] = field(default_factory=list)
    support: list[str] = field(default_factory=list)
    due: Span | None = None
    status: str | None = None

    def __bool__(self) -> bool:
        return bool(self.lead or self.support or self.due or self.status)


def first_leads(text: str) -> bool:
    """The document says that the first unit of a bracket leads."""
    return _DECLARED.search(text) is not None


def units(words: str) -> list[str]:
    """The units of a list, as printed, without （牵头） and 等有关部门."""
    words = re.sub(r"\s*\n\s*", "", words)
    whole = _WHOLE.fullmatch(words.strip("。；; "))
    if whole:
        return [whole[0]]
    found: list[str] = []
    for part in _SPLIT.split(words):
        name = _TAIL.sub("", part.strip("。；;：:")).strip()
        name = re.sub(r"[（(](?:牵头|主责|配合|责任)(?:单位|部门)?[)）]", "", name)
        if 1 < len(name) <= 30 and name not in found and name not in ("部门", "单位", "有关方面"):
            found.append(name)
    return found


def closing_bracket(text: str, start: int, end: int) -> Span | None:
    """The bracket at the end of a paragraph that names owners or a term."""
    if text[max(start, end - _LATEST) : end].rstrip("。；; \t\r\n\u3000")[-1:] not in _CLOSING:
        return None
    match = _BRACKET.search(text, start, end)
    if match is None or not (_LABELLED.search(match["in"]) or _CHARGE.search(match["in"])):
        return None
    if _LABELLED.search(match["in"]) and not labels.fields(text, match.start("in"), match.end("in")):
        return None
    return Span(match.start(), match.end())


def trailing_fields(text: str, start: int, end: int) -> Span | None:
    """…。责任单位：A牵头，B配合。 after the words of an item."""
    found = labels.fields(text, start, end)
    while found and found[-1].role in _OWNING:
        if found[0].role in _OWNING:
            break
        found = found[1:]
    if not found or found[0].start == start or found[-1].role not in _OWNING or text[found[0].start - 1] in "（(【[":
        return None
    return Span(found[0].start, end)


def from_bracket(text: str, bracket: Span, *, first: bool) -> Owners:
    """What a bracket, or a run of fields, says."""
    found = labels.fields(text, bracket.start, bracket.end)
    if found:
        return from_fields(text, found)
    match = _BRACKET.search(text, bracket.start, bracket.end)
    if match is None:
        return Owners()
    owners = _charge(_without_term(match["in"]), first=first)
    owners.due = deadlines.first_term(text, Span(match.start("in"), match.end("in"))) or _at_once(text, match)
    return owners


def _at_once(text: str, bracket: re.Match[str]) -> Span | None:
    """（各乡镇负责，立行立改）: a deadline without a day."""
    found = _AT_ONCE.search(text, bracket.start("in"), bracket.end("in"))
    return Span(found.start(), found.end()) if found else None


def _without_term(words: str) -> str:
    words = re.sub(rf"[，,；;、]{_AT_ONCE.pattern}", "", words)
    term = deadlines.first_term(words, Span(0, len(words)))
    return words if term is None else _STRAY.sub("", words[: term.start]) or words


def _charge(words: str, *, first: bool) -> Owners:
    words = re.split(r"，(?:排在|排名|列|下同|以下)|。", words)[0]
    joint = re.match(r"(?P<lead>.+?)会同(?P<with>.+?)(?:负责|落实|牵头)?$", words)
    if joint:
        return Owners(lead=units(joint["lead"]), support=_with_vague(joint["with"]))
    led = re.match(
        r"(?:由)?(?P<lead>.+?)(?:牵头|负责|主办)(?:负责|落实)?[，,；;、](?P<with>.+?)(?:等)?(?:配合|参与|协助|按职责分工负责|分工负责|负责|落实)",
        words,
    )
    if led:
        return Owners(lead=units(led["lead"]), support=_with_vague(led["with"]))
    named = units(words)
    if first and len(named) > 1:
        return Owners(lead=named[:1], support=named[1:])
    return Owners(lead=named)


def _with_vague(words: str) -> list[str]:
    words = re.sub(r"(?:负责|配合|参与|落实)$", "", words)
    if _VAGUE.fullmatch(words):
        return [words]
    return units(re.sub(r"等(?:有关|相关)?(?:部门|单位)?$", "", words))


def from_fields(text: str, found: list[labels.Field]) -> Owners:
    """What labelled fields say together."""
    owners = Owners()
    for item in found:
        span = pieces.trimmed(text, item.value.start, item.value.end, _VALUE_END)
        add_field(owners, item.role, item.label, text[span.start : item.value.end].rstrip(_CLOSED), span)
    return settle(owners)


def add_field(owners: Owners, role: labels.FieldRole, label: str, words: str, span: Span) -> None:
    """Add one field; units of a plain 责任单位 wait in ``lead`` until `settle`."""
    if role == "due":
        owners.due = owners.due or span
    elif role == "status":
        owners.status = words or owners.status
    elif role in ("lead", "unit"):
        lead, support = _led(words)
        if role == "unit" and owners.lead:
            owners.support += [name for name in lead + support if name not in owners.lead]
        elif not support and role == "unit" and _DEPARTMENT.search(label):
            owners.lead, owners.support = lead[:1], owners.support + lead[1:]
        else:
            owners.lead += [name for name in lead if name not in owners.lead]
            owners.support += support
    elif role == "support":
        owners.support += [name for name in units(words) if name not in owners.support]


def _led(words: str) -> tuple[list[str], list[str]]:
    if re.search("牵头[，,；;、]", words) and "配合" in words:
        told = _charge(words, first=False)
        return told.lead, told.support
    return led_by_mark(words)


def settle(owners: Owners) -> Owners:
    """No unit leads and supports at once."""
    owners.support = [name for name in dict.fromkeys(owners.support) if name not in owners.lead]
    return owners


def led_by_mark(words: str) -> tuple[list[str], list[str]]:
    """A（牵头）、B → A leads, B supports; without a mark all lead."""
    parts = [part for part in re.split(r"[、，,；;\s\u3000]", words) if part]
    leads = [part for part in parts if re.search(r"[（(](?:牵头|主责)", part)]
    named = units(words)
    if not leads:
        joint = _WITH.match(words)
        return (units(joint["lead"]), _with_vague(joint["with"])) if joint else (named, [])
    heads = units("、".join(leads))
    return heads, [name for name in named if name not in heads]


def joint_charge(words: str) -> Owners:
    """A会同B研究提出…: A leads, B supports; A提出…: A leads."""
    words = re.sub(r"(?:等(?:有关|相关)?(?:部门|单位)?)?(?:共同)?(?:研究)?(?:提出|反馈|答复|表示).*$", "", words)
    joint = re.match(r"(?P<lead>.+?)会同(?P<with>.*)$", words)
    if joint:
        vague = _VAGUE.fullmatch(joint["with"]) or joint["with"] in ("有关", "相关", "")
        return Owners(lead=units(joint["lead"]), support=[] if vague else units(joint["with"]))
    return Owners(lead=units(words) or ["有关部门"])
