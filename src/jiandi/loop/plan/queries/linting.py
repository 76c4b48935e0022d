"""What the linter needs to know around a plan, in a fixed number of reads, and its marks as the reader may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django.db.models import F, Q

from jiandi.base import http
from jiandi.base.errors import Unmet
from jiandi.loop.plan import rules
from jiandi.loop.plan.queries import plans
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit, end_of_subtree
from jiandi.record.ledger.models import CampaignQuestion, Cause, Finding, Institution, Measure, Round
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes.parts import Profile
from jiandi.record.trail.actor import Actor

# Up to so many texts are looked for in the database; more go through all that others wrote, but not further back than this.
FEW: Final = 20
POOL: Final = 20_000
TYPED_KEY: Final = 2**62
_PIECE, _PIECES = 8, 3
_COUNTED_OUT = ("dropped", "failed")


@dataclass(frozen=True)
class Said:
    """A mark as a sentence in the reader's language."""

    text: str
    level: str
    code: str
    finding: str = ""
    measure: int | str = ""

    @property
    def is_error(self) -> bool:
        return self.level == rules.ERROR


def said(actor: Actor, marks: Sequence[rules.Mark]) -> list[Said]:
    """Marks as sentences; what they are like is named only to those who may see it. One read for each kind of thing named."""
    words = _resolved(actor, marks)
    return [
        Said(http.translate(text, params), m.level, m.code, m.finding, m.measure) for m, (text, params) in zip(marks, words, strict=True)
    ]


def _resolved(actor: Actor, marks: Sequence[rules.Mark]) -> list[tuple[str, dict[str, Any]]]:
    """Sentence and values, with the names that the actor may read."""
    names = _names(actor, marks)
    known = [names.get((mark.like.kind, mark.like.key)) if mark.like else None for mark in marks]
    return [(m.named, {**m.params, **k}) if k else (m.text, m.params) for m, k in zip(marks, known, strict=True)]


def _names(actor: Actor, marks: Sequence[rules.Mark]) -> dict[tuple[str, int], dict[str, str]]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for mark in marks:
        if mark.like:
            wanted[mark.like.kind].add(mark.like.key)
    seen = Measure.objects.visible_to(actor)
    found = {}
    if wanted["measure"]:
        for m in seen.filter(pk__in=wanted["measure"]).select_related("lead", "round"):
            found["measure", m.pk] = {"unit": m.lead.label, "round": m.round.title}
    if wanted["rule"]:
        for rule in Institution.objects.visible_to(actor).filter(pk__in=wanted["rule"]):
            found["rule", rule.pk] = {"title": rule.title}
    return found


def marks_of_plan(
    round_: Round, findings: Sequence[Finding], measures: Mapping[int, Sequence[Measure]], phase_end: date | None
) -> list[rules.Mark]:
    """What the linter says about findings of one lead unit that wait for their plan or have a draft, in their order."""
    fresh = [f for f in findings if f.state in rules.DRAFTING or any(m.state == "draft" for m in measures[f.pk])]
    levels = regimes.profile_of(round_.regime).lint
    return [mark for case in _cases(round_, fresh, measures, phase_end) for mark in rules.lint_finding(case, levels)] if fresh else []


def marks_of_line(finding: Finding, measures: Sequence[Measure], typed: rules.Draft) -> list[rules.Mark]:
    """What it says of the one line that is being typed, in place of the measure of that number if there is one."""
    others = [m for m in measures if m.number != typed.number]
    own = {m.number: m.pk for m in measures}
    case = next(iter(_cases(finding.round, [finding], {finding.pk: others}, plans.phase_end(finding.round))))
    below = accounts.living_units().filter(parent__path=typed.lead_path)
    lowest = _is_pushed_down(typed.lead_path, finding.round) and not below.exists()
    likes = _likes(finding.round, finding.lead, {own.get(_int(typed.number), TYPED_KEY): typed})
    found = replace(typed, is_typed=True, is_lowest=lowest, likes=next(iter(likes.values()), {}))
    levels = regimes.profile_of(finding.round.regime).lint
    return rules.lint_line(replace(case, measures=(*case.measures, found)), levels)


def _int(number: int | str) -> int:
    return number if isinstance(number, int) else 0


def _cases(round_: Round, findings: Sequence[Finding], measures: Mapping[int, Sequence[Measure]], end: date | None) -> Iterator[rules.Case]:
    ids = [f.pk for f in findings]
    every = {m.pk: m for pk in ids for m in measures[pk]}
    profile = regimes.profile_of(round_.regime)
    owners, elsewhere = _owners(ids), set(CampaignQuestion.objects.filter(finding__in=ids).values_list("finding_id", flat=True))
    drafts = _drafts(round_, findings[0].lead if findings else None, every)
    for f in findings:
        yield rules.Case(
            number=f.number,
            measures=tuple(drafts[m.pk] for m in measures[f.pk]),
            title=f.title,
            category=f.category,
            klass=f.klass,
            standard=f.standard,
            effect_measure=f.effect_measure,
            excuse=f.excuse,
            is_common=f.is_common,
            needs_prevent=_needs_prevent(profile, f.klass),
            is_checked_elsewhere=f.pk in elsewhere,
            phase_end=end,
            owners=tuple(owners.get(f.pk, ())),
            fits=profile.fits,
        )


def _needs_prevent(profile: Profile, code: str) -> bool:
    klass = plans.class_of(profile, code)
    return klass.needs_prevent if klass else True


def _owners(finding_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """The units whose causes the findings have."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = Cause.objects.filter(finding__in=finding_ids, is_dropped=False).order_by("pk")
    for pk, name, short, path in rows.values_list("finding_id", "unit__name", "unit__short_name", "unit__path"):
        found[pk].append((short or name, path))
    return found


def _drafts(round_: Round, unit: Unit | None, every: Mapping[int, Measure]) -> dict[int, rules.Draft]:
    leads = {m.lead_id for m in every.values()}
    parents = set(accounts.living_units().filter(parent__in=leads).values_list("parent_id", flat=True))
    plain = {pk: draft_of(m) for pk, m in every.items()}
    likes = _likes(round_, unit, {pk: plain[pk] for pk, m in every.items() if m.state == "draft"})
    return {
        pk: replace(
            plain[pk],
            is_lowest=m.lead_id not in parents and _is_pushed_down(m.lead.path, round_),
            has_goals=any(not goal.is_dropped for goal in m.goals.all()),
            likes=likes.get(pk, {}),
        )
        for pk, m in every.items()
    }


def draft_of(m: Measure) -> rules.Draft:
    return rules.Draft(
        m.number, m.text, m.kind, m.horizon, m.due, m.standard, m.recurs, m.rule_verb, lead=m.lead.label, lead_path=m.lead.path
    )


def _is_pushed_down(path: str, round_: Round) -> bool:
    """Whether another unit stands between it and the inspected one: a department without units below it is nobody's lowest."""
    top = Unit(path=round_.unit.path)
    return path.startswith(top.path) and Unit(path=path).depth > top.depth + 1


def _likes(round_: Round, unit: Unit | None, drafts: Mapping[int, rules.Draft]) -> dict[int, dict[str, rules.Like]]:
    """Earlier measures that drafts copy, and rules that exist already, by draft and rule of the linter."""
    found: dict[int, dict[str, rules.Like]] = defaultdict(dict)
    if unit is None or not drafts:
        return found
    asked = {pk: draft.text for pk, draft in drafts.items()}
    own = Q(lead__path__gte=unit.path, lead__path__lt=end_of_subtree(unit.path))
    earlier = Q(own, round__feedback_on__lt=round_.feedback_on)
    pool = Measure.objects.filter(Q(~own, round=round_) | earlier, _holding_a_piece(asked.values())).exclude(state__in=_COUNTED_OUT)
    rows = sorted(pool.order_by("-pk").values_list("pk", "text", "round_id")[:POOL])
    for code, same_round in ((rules.copied.UNIT, True), (rules.copied.ROUND, False)):
        others = [(pk, text) for pk, text, round_id in rows if (round_id == round_.pk) == same_round]
        for pk, other in rules.copied.copies(asked, others).items():
            found[pk][code] = rules.Like("measure", other)
    making = {pk: draft.text for pk, draft in drafts.items() if draft.rule_verb == "make"}
    for pk, rule in rules.rule_exists.existing(making, _rules_of(unit, making)).items() if making else ():
        found[pk][rules.rule_exists.CODE] = rules.Like("rule", rule)
    return found


def _rules_of(unit: Unit, but: Iterable[int]) -> dict[int, str]:
    """The rules that a unit and those below it have, without those these measures made."""
    own = Q(unit__path__gte=unit.path, unit__path__lt=end_of_subtree(unit.path), level="own")
    living = Institution.objects.filter(own, state__in=["drafted", "in_force", "on_paper_only"])
    living = living.exclude(measures__in=[pk for pk in but if pk != TYPED_KEY])
    return dict(living.annotate(name=F("title")).values_list("pk", "name")[:POOL])


def _holding_a_piece(texts: Iterable[str]) -> Q:
    """For a few texts: the database looks for pieces of them; for many, everything is read once."""
    some = list(texts)
    condition = Q()
    for text in some if len(some) <= FEW else ():
        for piece in _pieces(text):
            condition |= Q(text__contains=piece)
    return condition if condition or len(some) > FEW else Q(pk__in=[])


def _pieces(text: str) -> Iterator[str]:
    """Stretches from the beginning, the middle and the end: a copy holds one of them unless it was rewritten everywhere."""
    if len(text) < _PIECE:
        return
    last = len(text) - _PIECE
    for at in sorted({last * part // (_PIECES - 1) for part in range(_PIECES)}):
        yield text[at : at + _PIECE]


def grouped(found: Iterable[Said]) -> dict[str, list[Said]]:
    """By finding, in the order in which they were said."""
    groups: dict[str, list[Said]] = defaultdict(list)
    for one in found:
        groups[one.finding].append(one)
    return dict(groups)


# What the guard of a plan says already, in its own words.
_SAID_BY_GUARD: Final = {"no_prevent": "prevent", "no_standard": "measure_standard"}


def stopping(actor: Actor, marks: Sequence[rules.Mark], by_guard: Collection[str]) -> list[Unmet]:
    """The marks that keep a plan from being handed in, without those a guard has told."""
    stop = [mark for mark in marks if mark.level == rules.ERROR and _SAID_BY_GUARD.get(mark.code) not in by_guard]
    return [Unmet(mark.code, text, params) for mark, (text, params) in zip(stop, _resolved(actor, stop), strict=True)]


def stored(marks: Iterable[rules.Mark]) -> list[dict[str, Any]]:
    return [mark.as_stored() for mark in marks]
