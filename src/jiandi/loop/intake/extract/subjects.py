"""Who does it, where only the sentence says so: its subject, A会同B, the body a letter is about."""

from __future__ import annotations

import re
from typing import Final

from jiandi.loop.intake.extract import owners, pieces

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
_TOLD: Final = re.compile(
    r"(?:要求|责成|督促)(?P<who>(?:各|相关|有关|被)[\u4e00-\u9fff]{0,8}?(?:单位|部门|地区|地方|党组织|学院|企业|县区|乡镇))"
)
_AS: Final = re.compile(rf"(?P<who>[\u4e00-\u9fff、]{{2,40}}?{_UNIT_END})作为[^，。]{{2,60}}，(?=要|应|须|必须)")
_LED_BY: Final = re.compile(
    rf"由?(?P<lead>[\u4e00-\u9fff、]{{2,40}}?{_UNIT_END})牵头(?:负责)?，(?P<with>[\u4e00-\u9fff、]{{2,60}}?)(?:配合|参与|协助|协同)"
)
_SAYS: Final = re.compile("^(?:会议|会上|会议还)?(?:要求|强调|指出|明确|议定|决定)[，,：:]")
_BY: Final = re.compile(
    rf"由(?P<who>[\u4e00-\u9fff、]{{2,30}}?(?:{_UNIT_END}|团体))(?=根据|负责|牵头|组织|对|按照?|制定|提出|统一|会同|进行|开展|统筹)"
)
_INSPECTED: Final = (
    re.compile(
        rf"(?:对|向)(?P<who>[\u4e00-\u9fff]{{2,30}}?(?:{_UNIT_END}|联合社|社|村|镇|乡|县|区|市|校))(?:党员领导干部|领导班子)?(?:开展|进行|实施)了?[^，。]{{0,12}}(?:巡[视察]|审计|督察|检查|督导|评估)"
    ),
    re.compile(rf"(?:^|\n)[\s\u3000]*(?P<who>(?!各)[\u4e00-\u9fff]{{3,30}}{_UNIT_END})[：:][\s\u3000]*(?:\n|$)"),
)
_YOU: Final = re.compile("^(?:你|贵|各|所|其)|有关|相关")
_HEAD: Final = 1200
_NOT_UNITS: Final = re.compile(
    r"^(?:要|对|对于|针对|按照|根据|通过|以|在|把|将|不|凡|所有|大家|干部|如|各级各类|有条件|认真|进一步|坚持|加强)|负责人|领导干部|党员干部|主要领导|书记|班子|^全体$|^单位$|^部门$|^会$|^处$"
)


def inspected(text: str) -> str | None:
    """The one body a letter is about or addressed to; None when it is addressed to many or named nowhere."""
    for pattern in _INSPECTED:
        match = pattern.search(text, 0, _HEAD)
        if match is not None and not _YOU.search(match["who"]):
            return match["who"]
    return None


def subject(text: str, start: int, end: int) -> list[str]:
    """The unit that is the subject of the item; none when its sentences have several."""
    found: list[list[str]] = []
    for sentence in pieces.sentences(text, start, end)[:12]:
        words = _ADVERBIAL.sub("", _DATED.sub("", _SAYS.sub("", text[sentence.start : sentence.end])))
        named = _named_subject(words)
        if named and named not in found:
            found.append(named)
    return found[0] if len(found) == 1 else []


def _named_subject(words: str) -> list[str]:
    match = _TOLD.match(words) or _AS.match(words) or _BY.match(words) or _SUBJECT.match(words) or _DATED_SUBJECT.match(words)
    if match is None or _NOT_UNITS.search(match["who"]) or len(match["who"]) > 40:
        return []
    return owners.units(match["who"])


def joint_subject(text: str, start: int, end: int) -> owners.Owners:
    """A已会同B、C等部门…, 由A牵头，B、C配合，… at the beginning of an item."""
    match = _JOINT_SUBJECT.match(text[start:end]) or _LED_BY.match(text[start:end])
    return owners.Owners(lead=owners.units(match["lead"]), support=owners.units(match["with"])) if match else owners.Owners()


def companions(text: str, start: int, end: int) -> list[str]:
    """会同有关部门 inside the words of an item."""
    match = _COMPANIONS.search(text, start, end)
    if match is None:
        return []
    return [match["vague"]] if match["vague"] else owners.units(match["with"])
