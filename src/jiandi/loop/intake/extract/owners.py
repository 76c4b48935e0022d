"""Who does it: brackets, labelled lines, A会同B, and the subject of a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from jiandi.loop.intake.extract import deadlines, labels, pieces
from jiandi.loop.intake.extract.model import Span

_INNER: Final = r"[^（）()【】\[\]〔〕]"
_BRACKET: Final = re.compile(rf"[（(【\[〔](?P<in>(?:{_INNER}|[（(]{_INNER}*[)）])+)[)）】\]〕][。；;]?\s*$")
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
_UNIT_END: Final = (
    r"(?:委员会|工作组|专班|委|部|局|办|厅|署|院|校|党委|党组|党总支|单位|部门|地区|地方|政府|组织|机构|机关|中心|处|科|(?:常委|理事|董事|监事|工商联合|联合|商|工|协|学|妇联执委|基金)会|公司|集团|馆|学院|支部|所|社|"
    r"各地|各省份|国家|省份|企业|学校|医院|银行|总局|联社|（[区县州市、盟旗]+）|（(?:街道|镇|乡镇|管委会|园区)）|科室|股室|街道|乡镇|（室）|（组）|干部|中央)"
)
_SUBJECT: Final = re.compile(
    rf"(?:由|请)?(?P<who>[\u4e00-\u9fff（）、]{{0,60}}?{_UNIT_END})(?:等(?:有关|相关)?(?:部门|单位)?)?(?:应当|应该|必须|需要|将|要|应|须|会同|负责|牵头|对照)"
)
_DATED: Final = re.compile(r"^(?:(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?底?前|从?\d{4}年[^，]{0,6}起)，?")
_ADVERBIAL: Final = re.compile(r"^(?:针对|对照|对于|对|按照|根据|围绕|结合|在)[^，。]{2,60}，")
_JOINT_SUBJECT: Final = re.compile(
    rf"^(?P<lead>[\u4e00-\u9fff、]{{1,40}}?{_UNIT_END})(?:已|将|要|应)?(?:会同|联合)(?P<with>[\u4e00-\u9fff、]{{2,60}}?)等(?:有关|相关)?部门"
)
_COMPANIONS: Final = re.compile(
    r"(?<!要)会同(?:(?P<vague>(?:有关|相关)(?:部门|单位|方面))|"
    r"(?P<with>[\u4e00-\u9fff、]{2,40}?(?:局|委|部|厅|办|院|署|部门|单位|政府))(?=抓|做|推|开|建|制|对|加|研|按|组|认|共|进|[^\u4e00-\u9fff、]))"
)
_DATED_SUBJECT: Final = re.compile(
    rf"(?P<who>(?:[\u4e00-\u9fff（）]{{0,24}}{_UNIT_END}))(?=完成|建立|制定|出台|印发|推行|组织|开展|于|在|报送|形成|根据|全部|修订|持续|重点)"
)
_WITH: Final = re.compile(
    r"^(?P<lead>[\u4e00-\u9fff、]{2,40}?)(?:会同|商|联合)(?P<with>[\u4e00-\u9fff、]{2,60}?)(?=研究|提出|负责|制定|建立|开展|对|，|$)"
)
_TOLD: Final = re.compile(r"(?:要求|责成|督促)(?P<who>(?:各|相关|有关|被)[\u4e00-\u9fff]{0,8}?(?:单位|部门|地区|地方|党组织|学院|企业|县区|乡镇))")
_AS: Final = re.compile(rf"(?P<who>[\u4e00-\u9fff、]{{2,40}}?{_UNIT_END})作为[^，。]{{2,60}}，(?=要|应|须|必须)")
_BY: Final = re.compile(rf"由(?P<who>[\u4e00-\u9fff、]{{2,30}}?(?:{_UNIT_END}|团体))(?=根据|负责|牵头|组织|对|按照?|制定|提出|统一|会同|进行|开展|统筹)")
_INSPECTED: Final = (
    re.compile(rf"(?:对|向)(?P<who>[\u4e00-\u9fff]{{2,30}}?(?:{_UNIT_END}|联合社|社|村|镇|乡|县|区|市|校))(?:党员领导干部|领导班子)?(?:开展|进行|实施)了?[^，。]{{0,12}}(?:巡[视察]|审计|督察|检查|督导|评估)"),
    re.compile(rf"(?:^|\n)[\s\u3000]*(?P<who>(?!各)[\u4e00-\u9fff]{{3,30}}{_UNIT_END})[：:][\s\u3000]*(?:\n|$)"),
)
_YOU: Final = re.compile("^(?:你|贵|各|所|其)|有关|相关")
_HEAD: Final = 1200
_DEPARTMENT: Final = re.compile("部门|科室|股室|处室|室$")
_NOT_UNITS: Final = re.compile(
    r"^(?:要|对|对于|针对|按照|根据|通过|以|在|把|将|不|凡|所有|大家|干部|如|各级各类|有条件|认真|进一步|坚持|加强)|负责人|领导干部|党员干部|主要领导|书记|班子|^全体$|^单位$|^部门$|^会$|^处$"
)
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


def inspected(text: str) -> str | None:
    """The one body a letter is about or addressed to; None when it is addressed to many or named nowhere."""
    for pattern in _INSPECTED:
        match = pattern.search(text, 0, _HEAD)
        if match is not None and not _YOU.search(match["who"]):
            return match["who"]
    return None


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
    owners.due = deadlines.first_term(text, Span(match.start("in"), match.end("in")))
    return owners


def _without_term(words: str) -> str:
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


def subject(text: str, start: int, end: int) -> list[str]:
    """The unit that is the subject of the item; none when its sentences have several."""
    found: list[list[str]] = []
    for sentence in pieces.sentences(text, start, end)[:12]:
        words = _ADVERBIAL.sub("", _DATED.sub("", text[sentence.start : sentence.end]))
        named = _named_subject(words)
        if named and named not in found:
            found.append(named)
    return found[0] if len(found) == 1 else []


def _named_subject(words: str) -> list[str]:
    match = _TOLD.match(words) or _AS.match(words) or _BY.match(words) or _SUBJECT.match(words) or _DATED_SUBJECT.match(words)
    if match is None or _NOT_UNITS.search(match["who"]) or len(match["who"]) > 40:
        return []
    return units(match["who"])


def joint_subject(text: str, start: int, end: int) -> Owners:
    """A已会同B、C等部门… at the beginning of an item."""
    match = _JOINT_SUBJECT.match(text[start:end])
    return Owners(lead=units(match["lead"]), support=units(match["with"])) if match else Owners()


def companions(text: str, start: int, end: int) -> list[str]:
    """会同有关部门 inside the words of an item."""
    match = _COMPANIONS.search(text, start, end)
    if match is None:
        return []
    return [match["vague"]] if match["vague"] else units(match["with"])
