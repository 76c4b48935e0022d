"""What kind of document it is, and what the parts under a heading hold."""

from __future__ import annotations

import re
from typing import Final, Literal

from jiandi.loop.intake.extract.model import DocumentKind, ItemType

Role = Literal["finding", "measure", "directive", "result", "skip"]

_HEAD: Final = 500
_TITLE: Final = 160
_ENOUGH_ACTS: Final = 2
_TITLE_KINDS: Final[tuple[tuple[DocumentKind, re.Pattern[str]], ...]] = (
    ("reply", re.compile(r"复函|办理情况的(?:函|报告)|办理结果|的答复|的函(?:\n|$)")),
    ("plan", re.compile(r"整改(?:工作|落实)?(?:实施)?方案|整改[^\n。]{0,8}(?:清单|台账|计划|分解表|分工表|任务书|一览表|明细表)|整改措施")),
    (
        "progress",
        re.compile(
            r"整改(?:工作|落实|任务|结果|完成|进展)*(?:情况|进展)[^\n]{0,12}(?:通报|报告|公示|公告|公开|清单|说明)|整改(?:落实|进展)+情况\s*(?:\n|$)"
        ),
    ),
)
_OFFICIAL: Final = re.compile(r"〔(?:19|20)\d{2}〕\d+号|各[^。\n]{2,40}[：:]\s*(?:\n|$)|印发[^。\n]{0,60}的通知|指导意见|实施意见|若干意见")
_SPEECH: Final = re.compile(r"(?:^|\n)\s*(?:同志们|各位(?:同志|领导|代表|委员)[^\n]{0,10})[：:，！]")
_NEWS: Final = re.compile(
    r"新闻网|(?:记者|通讯员)|(?:会议|反馈会|推进会|推动会|动员会)[^。\n]{0,12}召开|召开[^。\n]{0,30}会|出席(?:了)?会议|主持会议|参加会议|带队"
)
_FEEDBACK: Final = re.compile(r"反馈意见|巡[视察](?:组)?[^。\n]{0,16}反馈|审计(?:报告|结果)|检查情况的?反馈|督察反馈|意见书")
_PROGRESS_BODY: Final = re.compile(r"现将[^。\n]{0,16}整改[^。\n]{0,12}(?:情况|进展)[^。\n]{0,10}(?:公布|通报|公开|报告|公示|如下)")

_ROLES: Final[tuple[tuple[Role, re.Pattern[str]], ...]] = (
    (
        "skip",
        re.compile(
            r"总体要求|指导思想|(?:基本|工作)?原则[。：:]?$|总体目标|(?:工作|发展|主要|整改|行动)目标|目标任务$|总体思路|指标体系|"
            r"基本情况|总体情况|工作背景|适用(?:范围|对象)|附则|(?:联系|监督|举报)方式|符合(?:下列|以下)|重大意义$|重要意义$|考核指标|名词解释|术语"
        ),
    ),
    ("directive", re.compile(r"(?:工作|整改|有关|几点|具体)要求[。：:]?$|(?:整改)?(?:意见|建议)(?:和建议|与建议)?[。：:]?$|意见建议")),
    (
        "finding",
        re.compile(
            r"(?:存在|主要|突出|发现|反馈|共性|具体|普遍)[^。]{0,12}(?:问题|不足|短板|差距)(?!.*整改)|(?:问题|不足)(?:清单|和不足|与不足)?[。：:]?$"
        ),
    ),
    ("measure", re.compile(r"整改|下一步|措施落实|采取的?措施|主要做法|进展情况|办理情况|处理情况")),
    (
        "directive",
        re.compile(
            r"(?:工作|主要|重点|具体)?任务|工作措施|主要措施|政策措施|保障|组织(?:实施|领导|落实)|职责|分工|要求|工作重点|实施步骤|方法步骤|"
            r"时间安排|监督|考核|加强|推进|强化|推动|促进|完善|提升|建立|健全|深化|落实"
        ),
    ),
)
_SUCH_AS_FOLLOW: Final = re.compile(r"(?:存在|有)(?:下列|以下|如下)[^。]{0,6}(?:问题|情形|行为)")
_TELLS: Final = re.compile(r"(?:情况|进展|成效|做法)[。：:]?$|措施落实|采取的?措施|^(?:整改措施|下一步)")
_LEAD_INS: Final[tuple[tuple[Role, re.Pattern[str]], ...]] = (
    ("finding", re.compile(r"(?:发现|存在|反馈|查出|指出|通报)[^。；]{0,20}(?:问题|隐患|不足|违法行为|情形)[^，。；]{0,6}[：:]$")),
    ("directive", re.compile(r"(?:提出|作出|责令|要求)[^。；]{0,16}(?:要求|意见|建议|整改)[^，。；]{0,6}[：:]$")),
)
_AHEAD: Final = re.compile(r"^(?:下一?步|下一阶段|后续|今后)(?:的?(?:工作|整改))*(?:打算|计划|安排|举措|措施|考虑|工作|重点)")
_PLAN_DIRECTIVES: Final = re.compile(r"(?:工作|整改|有关|几点|相关)要求|组织(?:实施|领导|保障)|保障措施|工作保障")
_OF_PROBLEMS: Final = re.compile(
    r"(?:存在的?(?:主要|突出|共性|具体|普遍)?|的?(?:主要|突出|共性))(?:问题|不足|短板|差距)(?:(?:和|与|及|以及)(?:问题|不足|短板|差距))?[。：:]?$|"
    r"(?:方面|领域|工作|环节|过程|[中上])的(?:问题|不足)(?:(?:和|与)(?:问题|不足))?[。：:]?$|方面的?不足[。：:]?$"
)
_FIELD: Final = re.compile(r"(?:方面|领域|环节|过程|工作|[中上])(?:还|仍|依然)*存在的?")
_SOLVES: Final = re.compile(
    r"^(?:要|着力|切实|集中|全面|深入|重点|坚决|认真|持续|扎实|抓紧|及时|统筹|推动|推进|进一步|聚焦|紧盯)*"
    r"(?:整改|解决|整治|治理|处理|查摆|剖析|纠正|消除|排查|梳理|针对|对照|破解|防范|化解)"
)
_FIELDS_OF_WORK: Final = ("整改", "整治", "治理", "处理", "排查", "防范")
_NOT_FINDING: Final = re.compile(r"整改(?:工作|落实|完成|进展)*(?:情况|进展|措施|任务)|解决|整治|治理|处理|查摆|剖析")


def guess_kind(text: str, *, table_rows: int = 0, acts: int = 0) -> DocumentKind:
    """From the title, the first lines, how much of it is a table, and how many lines say 整改措施."""
    head = text[:_HEAD]
    title = "\n".join([line.strip() for line in head.splitlines() if line.strip()][:4])[:_TITLE]
    if _SPEECH.search(head):
        return "speech"
    news = _NEWS.search(head) is not None
    named = next((kind for kind, pattern in _TITLE_KINDS if pattern.search(title)), None)
    if table_rows >= 2 and not news:
        return "ledger"
    if named is not None and not news:
        return named
    if _PROGRESS_BODY.search(text[: 4 * _HEAD]):
        return "progress"
    if acts >= _ENOUGH_ACTS and not news:
        return "plan"
    return _by_body(head, title, news=news)


def _by_body(head: str, title: str, *, news: bool) -> DocumentKind:
    if not news and _OFFICIAL.search(head):
        return "official"
    if _FEEDBACK.search(title) and not news:
        return "feedback"
    if news:
        return "news"
    return "feedback" if _FEEDBACK.search(head) else "official"


def default_action(kind: DocumentKind) -> ItemType:
    """Whether the document speaks for the one who does it, or to them."""
    return "measure" if kind in ("plan", "progress", "reply", "ledger") else "directive"


def heading_role(title: str, kind: DocumentKind) -> Role | None:
    """What stands under a heading; None when the heading does not tell."""
    if _SUCH_AS_FOLLOW.search(title) or _lists_problems(title):
        return "finding"
    if default_action(kind) == "measure":
        if _PLAN_DIRECTIVES.search(title) and "整改措施" not in title:
            return "directive"
        if _ROLES[0][1].search(title):
            return "skip"
        finding = _ROLES[2][1].search(title) and not _NOT_FINDING.search(title)
        return "finding" if finding else _measure_role(title)
    role = next((role for role, pattern in _ROLES if pattern.search(title) and not (role == "measure" and not _TELLS.search(title))), None)
    if role == "finding" and _NOT_FINDING.search(title):
        return None
    return role


def is_ahead(title: str) -> bool:
    """下一步打算: what will be done, told in plain sentences."""
    return _AHEAD.search(title) is not None


def led_in(words: str) -> Role | None:
    """What follows 检查发现下列问题： or 现提出以下整改意见：."""
    return next((role for role, pattern in _LEAD_INS if pattern.search(words)), None)


def _lists_problems(title: str) -> bool:
    """数据治理方面存在的问题 lists problems, whatever the field is called; 着力解决突出问题 asks for something."""
    if not _OF_PROBLEMS.search(title):
        return False
    solves = _SOLVES.search(title)
    return solves is None or (_FIELD.search(title) is not None and solves.group().endswith(_FIELDS_OF_WORK))


def _measure_role(title: str) -> Role | None:
    return "measure" if _ROLES[3][1].search(title) else None
