"""What a measure gets where the person typed nothing, and from where. No Django here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from jiandi.base.text import normalise
from jiandi.base.text.words import N_
from jiandi.loop.plan.rules import wording
from jiandi.record.regimes.planning import Fit

SOURCES: Final[dict[str, str]] = {
    "text": N_("from the text"),
    "date": N_("from the date"),
    "finding": N_("from the finding"),
    "class": N_("from the class"),
    "phase": N_("from the phase"),
    "category": N_("from the category"),
    "unit": N_("from the lead unit"),
    "usual": N_("as usual"),
}
_FIGURE: Final = re.compile(r"\d+(?:\.\d+)?(?:%|万|亿|元|个|处|户|项|吨|公里)|[比占达]率|逾期|滞后|未完成|偏低|不足")
_PEOPLE: Final = re.compile(r"群众|作风|服务|满意|窗口|办事|投诉|信访|企业反映|形式主义|官僚主义")
_ONCE: Final = re.compile(r"违建|违章|侵占|超标|违规(?:发放|占用|持有)|多付|多收|套取|闲置")


@dataclass(frozen=True)
class Known:
    """What is known when a measure is typed: of its finding, its regime, and what its date says."""

    klass: str
    standard: str = ""
    due_recurs: bool = False
    recurs: str = ""
    title: str = ""
    category: str = ""
    effect_measure: str = ""
    effect_per_measure: bool = False
    fits: tuple[Fit, ...] = ()
    feedback_on: date | None = None
    default_days: int = 0
    phase_end: date | None = None
    head_post: int | None = None


@dataclass(frozen=True)
class Defaults:
    """What a measure gets where the person typed nothing; ``sources`` says for each field from where it comes."""

    kind: str
    horizon: str
    rule_verb: str
    method: str
    standard: str = ""
    effect_measure: str = ""
    recurs: str = ""
    post: int | None = None
    due: date | None = None
    sources: Mapping[str, str] = field(default_factory=dict)


def defaults_for(text: str, known: Known) -> Defaults:
    """Every field but text, lead and date, from the words, the date, the finding, its class, the phase and the category."""
    plain = normalise.plain(text)
    found = dict(_each(plain, known))
    values: dict[str, Any] = {name: value for name, (value, _source) in found.items()}
    return Defaults(**values, sources={name: source for name, (_value, source) in found.items()})


def _each(plain: str, known: Known) -> Iterator[tuple[str, tuple[Any, str]]]:
    """Field, value, source."""
    verb = _rule_verb(plain, known)
    yield "rule_verb", verb
    yield "horizon", _horizon(verb, known)
    yield "kind", _kind(plain, verb[0], known)
    yield "method", _method(plain, verb[0], known)
    yield "standard", (known.standard, "finding" if known.standard else "usual")
    yield "effect_measure", _effect(known)
    yield "recurs", (known.recurs, "date" if known.recurs else "usual")
    yield "post", (known.head_post, "unit")
    yield "due", _due(known)


def _rule_verb(plain: str, known: Known) -> tuple[str, str]:
    verb = wording.rule_verb(plain)
    if verb:
        return verb, "text"
    return ("enforce", "date") if known.due_recurs or known.recurs else ("", "usual")


def _horizon(verb: tuple[str, str], known: Known) -> tuple[str, str]:
    if verb[0]:
        return "lasting", verb[1]
    return "now", "class" if known.klass == "fix_now" else "usual"


def _kind(plain: str, verb: str, known: Known) -> tuple[str, str]:
    if wording.PUNISH.search(plain) and verb not in ("make", "revise"):
        return "punish", "text"
    if verb or wording.PREVENT.search(plain):
        return "prevent", "date" if known.due_recurs and not wording.rule_verb(plain) else "text"
    if wording.REFORM.search(plain):
        return "reform", "text"
    wanted = usual_kinds(known)
    return (wanted[0], "category") if wanted and wanted[0] in ("correct", "reform") else ("correct", "usual")


def usual_kinds(known: Known) -> tuple[str, ...]:
    """The kinds that problems of this category usually need; a missing punish is never asked for."""
    fit = fit_of(known.fits, known.category, known.title)
    return tuple(kind for kind in fit.kinds if kind != "punish") if fit else ()


def fit_of(fits: tuple[Fit, ...], category: str, title: str) -> Fit | None:
    """The first row whose words stand in the category; where that is empty, in the title."""
    words = normalise.plain(category or title)
    return next((fit for fit in fits if any(word in words for word in fit.words)), None)


def _method(plain: str, verb: str, known: Known) -> tuple[str, str]:
    if verb:
        return "read", "text"
    if wording.ON_SITE.search(plain):
        return "seen", "text"
    return ("seen", "category") if known.category and wording.ON_SITE.search(known.category) else ("read", "usual")


def _effect(known: Known) -> tuple[str, str]:
    """Only where the regime asks for it measure by measure; otherwise the finding's holds."""
    if not known.effect_per_measure:
        return "", "finding"
    return (known.effect_measure, "finding") if known.effect_measure else effect_for(known)


def effect_for(known: Known) -> tuple[str, str]:
    """One of the four ways of seeing the effect, for a finding that has none chosen, and from where."""
    for words, source in ((known.title, "finding"), (known.category, "category")):
        if _PEOPLE.search(words):
            return "ask", source
        if _ONCE.search(words):
            return "act", source
        if _FIGURE.search(words):
            return "target", source
    return ("act", "class") if known.klass == "fix_now" else ("sample", "usual")


def _due(known: Known) -> tuple[date | None, str]:
    """The days of the class from the feedback, but within the phase unless the class is long term."""
    if known.feedback_on is None or not known.default_days:
        return None, "class"
    day = known.feedback_on + timedelta(days=known.default_days)
    if known.phase_end and day > known.phase_end and known.klass != "long_term":
        return known.phase_end, "phase"
    return day, "class"


def goal_days(start: date, due: date, phase_end: date | None) -> list[date]:
    """Days on which a stage goal is usual: the end of the phase, then each end of a year, before the measure is due."""
    days = {date(year, 12, 31) for year in range(start.year, due.year + 1)} | ({phase_end} if phase_end else set())
    return sorted(day for day in days if start < day < due)
