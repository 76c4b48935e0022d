"""What the words of a measure say: which rule, which kind, meeting or act, an object or nothing. No Django here."""

from __future__ import annotations

import re
from typing import Final

from jiandi.base.text import normalise
from jiandi.base.text.words import N_

DRAFTING: Final = ("registered", "reopened")
CARRIED: Final = ("planned", "in_progress", "basically_done", "long_term")
KINDS: Final[dict[str, str]] = {
    "punish": N_("punish"),
    "correct": N_("correct conduct"),
    "reform": N_("reform"),
    "prevent": N_("prevent"),
}
HORIZONS: Final[dict[str, str]] = {"now": N_("now"), "lasting": N_("lasting")}

_RULE: Final = r"(?:制度|办法|规定|细则|规程|机制|规范|章程|条例|清单|流程|标准|规则|基准|指引)"
RULE_VERBS: Final = (
    ("abolish", re.compile(rf"(?:废止|清理废除|取消)[^。；;]{{0,30}}{_RULE}")),
    ("revise", re.compile(rf"(?:修订|修改|完善|健全|优化)[^。；;]{{0,30}}{_RULE}")),
    ("make", re.compile(rf"(?:制定|出台|建立|印发|研究制订|制订|起草)[^。；;]{{0,30}}{_RULE}")),
    ("enforce", re.compile(rf"(?:严格执行|落实|执行|贯彻|实行|推行)[^。；;]{{0,30}}{_RULE}")),
)
PUNISH: Final = re.compile(r"问责|追责|追究|立案|处分|诫勉|处理处罚|严肃处理|通报批评")
PREVENT: Final = re.compile(
    r"防止|防范|预警|预防|杜绝|(?:定期|每(?:日|周|月|季度?|半年|年|学期)[^，。；;]{0,8}?)(?:排查|检查|抽查|核查|通报|核对|巡查|评查|研判)|"
    r"举一反三|回头看|监督检查|常态化|长效"
)
REFORM: Final = re.compile(r"改革|重构|机构|信息系统|信息化|平台|再造|下放|整合")
ON_SITE: Final = re.compile(r"现场|工程|项目|施工|建成|修复|拆除|安装|改造|整治|设施")

_TALK: Final = re.compile(r"召开|开会|会议|学习|传达|印发|下发|部署|研究|宣传|动员|强调|要求|通知|提高认识|统一思想|方案")
_ACT: Final = re.compile(
    r"拨付|追缴|退还|清退|收回|整修|修复|拆除|建成|核对|核查|清理|排查|办结|验收|安装|改造|整治|化解|补齐|补录|配备|招聘|上线|公开|兑付|移交|"
    r"审计|抽查|检查|问责|处分|立案|检测|巡查|修订|制定|出台|废止|建立|完善|执行|落实到位"
)
_HOLLOW: Final = re.compile(r"(?:进一步|不断|切实|全面|持续|着力|大力|深入|高度)(?:加强|提高|强化|提升|完善|深化|推进|改进|重视|增强|落实)")
_NUMBER: Final = re.compile(
    r"\d|[一二三四五六七八九十百千万两]+(?:个|项|次|家|处|人|户|笔|万|亿|份|套|台|公里|千米|亩|所|条|类|批|件|起|%|％)"
)


# Who looks beyond the example: everywhere, by kind, by rule of thumb of the trade.
_WIDE: Final = re.compile(
    r"全面|举一反三|系统(?:性|治理|梳理|整治|排查|推进|谋划|施策)|全(?:市|县|区|局|系统|省|镇|乡|街道|校|院|行业|领域|域|覆盖|员|部|体|院系)|"
    r"各(?:单位|部门|地|级|县|区|乡|镇|街道|村|社区|科室|处室|支部|党组织|学院|企业|分局|项目|类)|所有|同类|类似|普遍|逐\w|全部|分批|重新|起底|[排自清核普]查|检查|统一|"
    r"面上|一类|清单|拉网|专项(?:整治|治理|检查|行动|清理|督查)|常态|每(?:年|月|季|周|半年)|定期|凡是|一律"
)
_INSTANCE: Final = re.compile(
    r"(?:对|将|把|由|责令)(?:该|上述|涉事|涉案|所涉|被点名|反馈的|指出的|点名的)|"
    r"(?:追缴|追回|收回|退还|退回|清退|补扣|补缴|关停|拆除|整改|纠正|修复|核减)[^，。；;]{0,12}?(?:\d|[一二三四五六七八九十百千]+)(?:\.\d+)?(?:个|笔|起|处|户|家|宗|套|名|万?元|亿元)"
)
_CORRECT: Final = re.compile(
    r"追缴|追回|收回|退还|退回|退赔|清退|补扣|补缴|补发|补齐|补正|补录|关停|拆除|纠正|修复|整修|核减|整改到位|清理|兑付|拨付|办结|核对|核查"
)


def kinds_in(text: str) -> frozenset[str]:
    """Every kind that the words show; one measure may mend and prevent in one sentence."""
    shown = {"punish": PUNISH, "correct": _CORRECT, "reform": REFORM, "prevent": PREVENT}
    found = {kind for kind, pattern in shown.items() if pattern.search(text)}
    return frozenset(found | {"prevent"} if rule_verb(text) else found)


def is_wide(text: str) -> bool:
    """Whether it looks further than the example: everywhere, or at all of a kind."""
    return bool(_WIDE.search(text))


def names_example(text: str) -> bool:
    """Whether it speaks of the case that was found: that one, those three, the sum."""
    return bool(_INSTANCE.search(text))


def rule_verb(text: str) -> str:
    """What happens to a rule; empty where none is spoken of."""
    return next((name for name, pattern in RULE_VERBS if pattern.search(text)), "")


def is_talk(text: str) -> bool:
    """Meetings and documents only: something is said or sent, nothing is done."""
    return is_plain_talk(normalise.plain(text))


def is_plain_talk(plain: str) -> bool:
    """The same of a text in its normal form."""
    return bool(_TALK.search(plain)) and not _ACT.search(plain)


def is_hollow(text: str) -> bool:
    """“进一步加强…” with no number and no act that could be looked at."""
    return is_plain_hollow(normalise.plain(text))


def is_plain_hollow(plain: str) -> bool:
    """The same of a text in its normal form."""
    return bool(_HOLLOW.search(plain)) and not _NUMBER.search(plain) and not _ACT.search(_HOLLOW.sub("", plain))
