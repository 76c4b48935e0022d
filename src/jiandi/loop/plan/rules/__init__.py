"""What a measure gets without typing, when a plan is hollow, and what changed between two plans. No Django here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from jiandi.base.errors import BadInput, Unmet
from jiandi.base.text import due as due_texts
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

_RULE: Final = r"(?:制度|办法|规定|细则|规程|机制|规范|章程|条例|清单|流程|标准)"
_RULE_VERBS: Final = (
    ("abolish", re.compile(rf"(?:废止|清理废除|取消)[^。；;]{{0,30}}{_RULE}")),
    ("revise", re.compile(rf"(?:修订|修改|完善|健全|优化)[^。；;]{{0,30}}{_RULE}")),
    ("make", re.compile(rf"(?:制定|出台|建立|印发|研究制订|制订|起草)[^。；;]{{0,30}}{_RULE}")),
    ("enforce", re.compile(rf"(?:严格执行|落实|执行|贯彻)[^。；;]{{0,30}}{_RULE}")),
)
_PUNISH: Final = re.compile(r"问责|追责|追究|立案|处分|诫勉|处理处罚|严肃处理|通报批评")
_PREVENT: Final = re.compile(r"防止|防范|预警|预防|杜绝|定期(?:排查|检查|抽查|核查|通报)|举一反三|回头看|监督检查|常态化|长效")
_REFORM: Final = re.compile(r"改革|重构|机构|信息系统|信息化|平台|再造|下放|整合")
_ON_SITE: Final = re.compile(r"现场|工程|项目|施工|建成|修复|拆除|安装|改造|整治|设施")


@dataclass(frozen=True)
class Known:
    """What is known when a measure is typed: the finding's class and standard, and what its date says."""

    klass: str
    standard: str = ""
    due_recurs: bool = False


@dataclass(frozen=True)
class Defaults:
    """What a measure gets where the person typed nothing."""

    kind: str
    horizon: str
    rule_verb: str
    method: str


def defaults_for(text: str, known: Known) -> Defaults:
    """Kind, horizon, rule and check method from the words, the class and the date. All can be changed afterwards."""
    plain = normalise.plain(text)
    verb = next((name for name, pattern in _RULE_VERBS if pattern.search(plain)), "")
    lasting = bool(verb) or known.due_recurs
    if lasting and not verb:
        verb = "enforce" if known.due_recurs else ""
    return Defaults(
        kind=_kind(plain, verb, is_lasting=lasting),
        horizon="lasting" if lasting else "now",
        rule_verb=verb,
        method="seen" if _ON_SITE.search(plain) and not verb else "read",
    )


def _kind(text: str, verb: str, *, is_lasting: bool) -> str:
    if _PUNISH.search(text):
        return "punish"
    if verb or is_lasting or _PREVENT.search(text):
        return "prevent"
    return "reform" if _REFORM.search(text) else "correct"


@dataclass(frozen=True)
class Terms:
    """Days that fill in where a deadline names none: the feedback, the class's days, and today."""

    feedback_on: date
    default_days: int
    today: date
    fix_now_days: int = 0


@dataclass(frozen=True)
class ReadDue:
    """A deadline as the plan keeps it."""

    last_day: date
    text: str
    precision: str
    recurs: str


def read_due(text: str, terms: Terms) -> ReadDue:
    """The last day a deadline allows. What cannot be read, does not exist, or lies before the feedback is refused."""
    if not text.strip():
        raise BadInput("measure.due_missing", N_("The measure has no date. Write when it will be done, for example 2026年6月底前."))
    found = due_texts.parse_due(text, year=terms.feedback_on.year)
    if found.fault:
        raise BadInput("measure.due_impossible", found.fault, text=text.strip())
    day = found.last_day or _day_without_date(found, terms)
    if day is None:
        raise BadInput(
            "measure.due_unread",
            N_("“{text}” could not be read as a date. Write a day or a month with its year, for example 2026年6月底前."),
            text=text.strip(),
        )
    if day < terms.feedback_on:
        raise BadInput(
            "measure.due_before_feedback",
            N_("“{text}” reads as {day}, before the feedback of {feedback}. Write it with its year."),
            text=text.strip(),
            day=day.isoformat(),
            feedback=terms.feedback_on.isoformat(),
        )
    return ReadDue(day, text.strip()[:200], found.precision, found.recurring or "")


def _day_without_date(found: due_texts.Due, terms: Terms) -> date | None:
    """At once, or a duty that only recurs: the days of the class from the feedback, and from today once those are over."""
    if found.at_once:
        days = terms.fix_now_days or terms.default_days
    elif found.recurring:
        days = terms.default_days
    else:
        return None
    day = terms.feedback_on + timedelta(days=days)
    return day if day >= terms.today else terms.today + timedelta(days=days)


@dataclass(frozen=True)
class Draft:
    """A measure as the linter sees it."""

    number: int
    text: str
    kind: str
    horizon: str
    due: date
    standard: str = ""
    indicator: str = ""
    recurs: str = ""


_TALK: Final = re.compile(r"召开|开会|会议|学习|传达|印发|下发|部署|研究|宣传|动员|强调|要求|通知|提高认识|统一思想|方案")
_ACT: Final = re.compile(
    r"拨付|追缴|退还|清退|收回|整修|修复|拆除|建成|核对|核查|清理|排查|办结|验收|安装|改造|整治|化解|补齐|补录|配备|招聘|上线|公开|兑付|移交|"
    r"审计|抽查|检查|问责|处分|立案|检测|巡查|修订|制定|出台|废止|建立|完善|执行|落实到位"
)
_HOLLOW: Final = re.compile(r"(?:进一步|不断|切实|全面|持续|着力|大力|深入|高度)(?:加强|提高|强化|提升|完善|深化|推进|改进|重视|增强|落实)")
_NUMBER: Final = re.compile(
    r"\d|[一二三四五六七八九十百千万两]+(?:个|项|次|家|处|人|户|笔|万|亿|份|套|台|公里|千米|亩|所|条|类|批|件|起|%|％)"
)


def is_talk(text: str) -> bool:
    """Meetings and documents only: something is said or sent, nothing is done."""
    plain = normalise.plain(text)
    return bool(_TALK.search(plain)) and not _ACT.search(plain)


def is_hollow(text: str) -> bool:
    """“进一步加强…” with no number and no act that could be looked at."""
    plain = normalise.plain(text)
    return bool(_HOLLOW.search(plain)) and not _NUMBER.search(plain) and not _ACT.search(_HOLLOW.sub("", plain))


def lint_measure(m: Draft, *, finding_standard: str, klass: str, phase_end: date | None) -> list[Unmet]:
    """Sentences of advice about one measure; none of them stops anybody."""
    at = {"number": m.number}
    found = []
    if is_hollow(m.text):
        found.append(Unmet("hollow", N_("Measure {number} names no object and no number. Say what is done to what, and how much."), at))
    if not (m.standard.strip() or finding_standard.strip()):
        found.append(Unmet("no_standard", N_("Measure {number} has no standard. Say what must be true when it is done."), at))
    if phase_end and m.due > phase_end and klass != "long_term" and not m.recurs:
        text = N_("Measure {number} ends on {due}, after the concentrated phase ({end}). Bring it forward, or say why not.")
        found.append(Unmet("late", text, {**at, "due": m.due.isoformat(), "end": phase_end.isoformat()}))
    return found


def lint_text(text: str) -> list[Unmet]:
    """Advice on a text alone, while it is typed."""
    found = []
    if is_hollow(text):
        found.append(Unmet("hollow", N_("This names no object and no number. Say what is done to what, and how much.")))
    if is_talk(text):
        found.append(Unmet("talk", N_("This is a meeting or a document only. Say what it changes.")))
    return found


def lint_finding(measures: Sequence[Draft], *, number: str, needs_prevent: bool = True) -> list[Unmet]:
    """Sentences of advice about the measures of one finding together."""
    if not measures:
        return []
    found = []
    if all(is_talk(m.text) for m in measures):
        text = N_("The measures for {number} are only meetings and documents. Add an act that changes something.")
        found.append(Unmet("only_talk", text, {"number": number}))
    if needs_prevent and not any(m.kind == "prevent" for m in measures):
        found.append(Unmet("no_prevent", N_("Nothing for {number} prevents it from coming back. Add such a measure."), {"number": number}))
    return found


@dataclass(frozen=True)
class Cell:
    """How many measures of one kind and horizon there are."""

    kind: str
    horizon: str
    count: int

    @property
    def kind_word(self) -> str:
        return KINDS[self.kind]

    @property
    def horizon_word(self) -> str:
        return HORIZONS[self.horizon]


def coverage(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, tuple[Cell, ...]], ...]:
    """Kinds × horizons: one line per horizon (its word and a cell per kind)."""
    counts: dict[tuple[str, str], int] = {}
    for pair in pairs:
        counts[pair] = counts.get(pair, 0) + 1
    return tuple((word, tuple(Cell(kind, h, counts.get((kind, h), 0)) for kind in KINDS)) for h, word in HORIZONS.items())


Body = Mapping[str, Any]


def difference(before: Body | None, after: Body) -> dict[str, list[dict[str, Any]]]:
    """What a plan adds, drops and weakens against the version before. Both are bodies as frozen."""
    old, new = _by_measure(before or {}), _by_measure(after)
    kept_findings = {f["id"] for f in after.get("findings", ())}
    old_findings = {f["id"]: f for f in (before or {}).get("findings", ())}
    return {
        "added": [_line(new[pk]) for pk in new if pk not in old],
        "dropped": [_line(old[pk]) for pk in old if pk not in new and kept_findings & set(old[pk]["findings"])],
        "weakened": [line for pk in new if pk in old for line in _weaker(old[pk], new[pk])],
        "left": [
            {"finding": f["number"], "title": f["title"]}
            for pk, f in old_findings.items()
            if before is not None and pk not in kept_findings
        ],
    }


def _by_measure(body: Body) -> dict[int, dict[str, Any]]:
    """Each measure once, with the findings it serves."""
    found: dict[int, dict[str, Any]] = {}
    for finding in body.get("findings", ()):
        for measure in finding["measures"]:
            row = found.setdefault(measure["id"], {**measure, "findings": [], "finding": finding["number"]})
            row["findings"].append(finding["id"])
    return found


def _line(measure: Mapping[str, Any]) -> dict[str, Any]:
    return {"finding": measure["finding"], "number": measure["number"], "text": measure["text"]}


def _weaker(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A later date, or a target that asks for less than before."""
    found = []
    if new["due"] > old["due"]:
        found.append({**_line(new), "what": "due", "before": old["due"], "after": new["due"]})
    if is_lower_target(old, new):
        found.append({**_line(new), "what": "target", "before": old["target"], "after": new["target"] or ""})
    if old.get("standard") and not new.get("standard"):
        found.append({**_line(new), "what": "standard", "before": old["standard"], "after": ""})
    return found


def is_lower_target(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether the new target lies nearer to the base than the old one, on the way the old plan went."""
    before, after = _number(old.get("target")), _number(new.get("target"))
    if before is None:
        return False
    if after is None:
        return True
    base = _number(old.get("base"))
    if base is None or before >= base:
        return after < before
    return after > before


def _number(value: object) -> Decimal | None:
    try:
        return Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None


def latest_due(dues: Iterable[tuple[date, str]]) -> date | None:
    """The day by which all dated measures are done; a duty that only recurs does not set it (due, recurs)."""
    dated = [(day, recurs) for day, recurs in dues]
    once = [day for day, recurs in dated if not recurs]
    return max(once or [day for day, _recurs in dated], default=None)
