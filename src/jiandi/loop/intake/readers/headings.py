"""Column headings of ledgers as offices write them, and the field each one means."""

from __future__ import annotations

import re
from typing import Final

from jiandi.base.text import normalise

_UNIT: Final = "(?:单位|部门|科室|股室|处室|党组织|主体|机构)"
_PATTERNS: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (("outline_number",), r"(?:问题|反馈)?(?:序号|编号)|条目号|问题编码"),
    (("category",), r"(?:问题|隐患)?(?:类别|归类|分类|大类|类型|领域|方面)|反馈问题大类|问题类型"),
    (("title",), r"(?:问题|反馈问题)(?:标题|摘要|名称|概要)|主要问题|共性问题"),
    (
        ("text", "title"),
        r"(?:反馈|存在|发现|整改|巡[视察]反馈|审计(?:发现)?|检查发现|督察反馈)的?问题(?:内容|原文|清单)?|问题|问题内容|问题清单|问题事项|(?:审计|检查|巡[视察])?(?:发现|查出|指出)的?问题",
    ),
    (
        ("detail", "text"),
        r"(?:具体|问题)(?:问题|表现|描述|表述|情况|具体表现)|具体内容|问题具体描述|(?:存在|事故)?(?:问题或)?隐患(?:或问题|描述|问题描述)?|存在的问题或隐患",
    ),
    (("cause",), r"(?:问题)?(?:产生)?(?:主要)?原因(?:分析)?|根源分析"),
    (("goal",), r"(?:整改|工作|总体|阶段)?目标(?:任务)?|整改要达到的目标"),
    (("standard",), r"(?:完成|销号|验收|整改)?标准|验收要求"),
    (
        ("measure",),
        r"(?:具体|主要|拟采取的?|采取的?)?(?:整改)?(?:具体|工作)?措施(?:内容|\(目标\))?|具体的措施|整改要求(?:及?措施)?|整改任务|任务措施|整改举措|(?:措施|任务|整改)清单",
    ),
    (("lead_units",), rf"牵头(?:整改|责任|承办)?{_UNIT}|主(?:责|管|办){_UNIT}|整改牵头{_UNIT}|(?:主要)?承办{_UNIT}|牵头"),
    (("lead_units", "support_units"), rf"(?:整改)?责任{_UNIT}|整改{_UNIT}|落实{_UNIT}|责任清单"),
    # Where nobody else is named, the one that was looked at; three meanings, so that every other heading chooses first.
    (("lead_units", "found_in", "found_in"), rf"被(?:检查|审计|巡[视察]|督察)(?:的)?{_UNIT}|问题(?:归属|所属|所在){_UNIT}"),
    (("support_units",), rf"(?:配合|协办|协同|协助|参与|责任配合)(?:责任|整改)?{_UNIT}|配合"),
    (("check_unit",), rf"(?:督办|督导|验收|督促){_UNIT}(?:[/、](?:督办|督导|验收|督促){_UNIT})?"),
    (("leader_post",), r"牵头(?:市|区|县|校)?领导|责任领导|分管领导|包[保抓]领导|牵头负责人|领导责任人"),
    (("post",), r"(?:整改|措施整改|直接)?责任人(?:员)?|(?:主要)?负责人|经办人|具体责任人"),
    (("contact",), r"联系(?:方式|电话|人及电话|人)|电话"),
    (("class",), r"整改(?:类别|类型|分类|性质)|时限类别|期限类别"),
    (
        ("due_text", "done_text"),
        r"(?:审计)?(?:整改|完成|办理|办结|计划完成|拟完成|预计完成|计划整改)+(?:时限|期限|时间|日期)(?:及?要求)?|时限|期限|(?:时限|期限)(?:要求|清单)|计划完成时间|完成时间节点",
    ),
    (("done_text", "due_text"), r"(?:实际完成|整改完成|销号)(?:时间|日期)"),
    (("progress",), r"(?:整改)?(?:工作)?(?:进展|推进|落实)(?:情况)?|整改(?:进展|落实|工作)?情况|目前进展|工作进展|(?:整改|工作)成效"),
    (
        ("state", "progress"),
        r"(?:整改|当前|完成)?状态|(?:整改)?完成情况|是否(?:完成|整改到位|销号)|整改结果|销号情况|整改进度|(?:复查|验收|核查)(?:结果|结论)",
    ),
    (("evidence",), r"佐证(?:材料|资料)|证明(?:材料|资料)|印证材料|档案资料|支撑材料"),
    (("institutions",), r"建章立制(?:情况)?|制度建设|出台制度"),
    (("money",), r"(?:涉及|问题)?金额(?:\(?(?:万)?元\)?)?"),
    (("next_step",), r"下一?步(?:工作)?(?:打算|计划|措施|安排)"),
    (("remarks",), r"备注|说明"),
)
_COMPILED: Final = tuple((fields, re.compile(pattern)) for fields, pattern in _PATTERNS)
KNOWN: Final = frozenset(name for fields, _ in _PATTERNS for name in fields)


def plain(heading: str) -> str:
    """A heading without spaces, stars and remarks in brackets."""
    return re.sub(r"[*★#]|[(\[【].*?[)\]】]|:$", "", normalise.plain(heading))


def shown(heading: str) -> str:
    """A heading on one line."""
    return " ".join(heading.split())


def meanings(heading: str) -> tuple[str, ...]:
    """The fields a heading may mean, likeliest first; empty when it is unknown."""
    name = plain(heading)
    return next((fields for fields, pattern in _COMPILED if pattern.fullmatch(name)), ()) if name else ()
