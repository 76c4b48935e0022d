"""Labelled fields: 整改措施：… 责任单位：… （牵头单位：…；完成时限：…）, and table headings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from jiandi.loop.intake.extract.model import Span

FieldRole = Literal["finding", "measure", "result", "directive", "lead", "unit", "support", "due", "status", "other"]

_UNIT: Final = "(?:单位|部门|科室|股室|处室|机构|党组织|党支部|主体|室|方)"
_NAMES: Final[tuple[tuple[FieldRole, str], ...]] = (
    ("lead", rf"牵头(?:整改|责任|承办|落实)?{_UNIT}|(?:主责|主管|主办|承办){_UNIT}|整改(?:责任|牵头|主责){_UNIT}|牵头$"),
    ("support", rf"(?:配合|协办|协助|参与|协同|督办|督导|验收|会办)(?:整改|责任)?{_UNIT}|配合$"),
    ("unit", rf"责任{_UNIT}(?:（[^）]*）)?|落实{_UNIT}|负责{_UNIT}"),
    (
        "due",
        r"(?:整改|完成|办理|办结|销号|计划完成|预计完成|拟完成|责任|措施完成|整改完成|任务完成)+(?:时限|期限|时间|日期|时点)(?:节点|要求)?|时限(?:要求)?|期限",
    ),
    ("status", r"(?:当前|目前|整改|完成|办理|进展)?(?:状态|进度)|是否(?:已)?(?:完成|整改)(?:到位|整改)?|(?:任务|整改)?完成情况|销号情况"),
    ("result", r"整改(?:成效|结果|效果)|(?:取得(?:的)?|工作|阶段性?)?成效|结果|办理结果"),
    (
        "measure",
        (
            r"(?:具体|主要|下步|下一步|拟采取(?:的)?|已?采取(?:的)?|对应|问题)?整改(?:落实|具体|工作)?措施|(?:具体|工作|主要|整治)?措施(?:内容)?|"
            r"整改(?:落实|完成|工作|进展|办理)*(?:情况|进展)(?:说明)?|(?:办理|落实|进展|处理|工作进展)(?:情况|意见)|下(?:一)?步(?:工作)?(?:打算|计划|措施|安排)|"
            r"已?采取的?措施|办理意见|整改任务|进展"
        ),
    ),
    ("directive", r"(?:整改|工作|审计|处理|监督)?(?:意见)?建议|(?:整改|工作|有关)要求|意见建议|整改意见|处理意见"),
    (
        "finding",
        (
            r"(?:反馈|存在|主要|突出|具体|发现|共性|整改)(?:的|存在的?|主要|具体|突出)*(?:问题|不足|隐患)(?:原文|表述|描述|内容|概述|清单)?|"
            r"问题(?:表现|描述|内容|概述|表述|情况|隐患|摘要|及隐患|或隐患|具体表现)?|(?:巡[视察]|审计|检查|督察)(?:反馈|发现)?(?:的)?问题|"
            r"(?:具体)?表现|存在(?:的)?问题或?隐患|存在隐患或问题|事故隐患|隐患(?:描述|内容|情况)"
        ),
    ),
    (
        "other",
        (
            r"(?:整改|工作|总体)?目标|责任(?:人|领导|人员)|牵头(?:领导|人|市领导|校领导)|分管(?:领导|负责人)|包保(?:领导|责任人)?|(?:整改)?责任人|联系(?:方式|电话|人)|电话|"
            r"(?:电子)?邮箱|(?:邮政)?信箱|(?:原因|问题原因)(?:分析)?|备注|序号|问题?类别|问题类型|整改类型|领域|佐证(?:材料|资料)|证明材料|指标来源|计算方法|"
            r"(?:来信|通讯|通信|联系)?地址|邮(?:政)?编(?:码)?|日期|时间|来源|附件|说明|注"
        ),
    ),
)
_FULL: Final = tuple((role, re.compile(rf"(?:{names})")) for role, names in _NAMES)
_LABEL: Final = re.compile("|".join(f"(?P<{role}>{names})".replace("|牵头$", "").replace("|配合$", "") for role, names in _NAMES))
_BEFORE: Final = re.compile(r"[★▲●◆■◇○·*#\s\u3000【\[〔（(；;。，,]*")
_AFTER: Final = re.compile(r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})?(?:[（(][^）)]{0,20}[）)])?[】\]]?[\s\u3000]*[：:][\s\u3000]*")
_BEFORE_INLINE: Final = "；;。，,（( \u3000\t\n【[〔"


@dataclass(frozen=True)
class Field:
    """A label, what it asks for, and the span of its words."""

    role: FieldRole
    label: str
    start: int
    value: Span


def role_of_heading(heading: str) -> FieldRole | None:
    """The role of a column by its heading."""
    name = re.sub(r"[\s\u3000*★]|[（(].*?[)）]", "", heading)
    return next((role for role, pattern in _FULL if pattern.fullmatch(name)), None)


def leading_label(text: str, start: int, end: int) -> Field | None:
    """The label a paragraph begins with; its value runs to the end of the paragraph."""
    before = _BEFORE.match(text, start, end)
    at = before.end() if before else start
    found = _label_at(text, at, end)
    return None if found is None else Field(found[0], found[1], at, Span(found[2], end))


def fields(text: str, start: int, end: int) -> list[Field]:
    """All labelled fields of a line or bracket; each runs to the next label."""
    starts: list[tuple[FieldRole, str, int, int]] = []
    for match in _LABEL.finditer(text, start, end):
        at = match.start()
        if at > start and text[at - 1] not in _BEFORE_INLINE:
            continue
        found = _label_at(text, at, end)
        if found is not None:
            starts.append((found[0], found[1], at, found[2]))
    stops = [at for _, _, at, _ in starts[1:]] + [end]
    return [Field(role, label, at, Span(value, max(value, stop))) for (role, label, at, value), stop in zip(starts, stops, strict=False)]


def _label_at(text: str, at: int, end: int) -> tuple[FieldRole, str, int] | None:
    match = _LABEL.match(text, at, end)
    if match is None:
        return None
    for role, pattern in _FULL:
        whole = pattern.match(text, at, end)
        after = _AFTER.match(text, whole.end(), end) if whole else None
        if whole and after:
            return role, whole[0], after.end()
    return None
