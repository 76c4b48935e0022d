"""Reads about plans: what may change, what a version freezes, and whether it is still what was frozen."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce

from jiandi.base import clock
from jiandi.base.errors import NotFound, RuleBroken, Unmet
from jiandi.base.text.words import N_
from jiandi.loop.plan import rules
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit, end_of_subtree
from jiandi.record.ledger import guards, reads
from jiandi.record.ledger.models import Cause, Finding, FindingParty, LetterItem, Measure, MeasureFinding, PlanChange, PlanVersion, Round
from jiandi.record.ledger.scope import sees_everything, unit_paths, wide_rounds
from jiandi.record.regimes import phases
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes.parts import FindingClass, Profile
from jiandi.record.trail.actor import Actor

UNSETTLED = ("open", "drop_asked")
_MISSING = N_("It does not exist, or it is not yours to see. Go back to the list.")


def class_of(profile: Profile, code: str) -> FindingClass | None:
    return next((one for one in profile.classes if one.code == code), None)


def terms_of(finding: Finding) -> rules.Terms:
    """The days that stand in where a deadline names none."""
    profile = regimes.profile_of(finding.round.regime)
    klass, fix_now = class_of(profile, finding.klass), class_of(profile, "fix_now")
    default = klass.default_days if klass else profile.classes[0].default_days
    return rules.Terms(finding.round.feedback_on, default, clock.today(), fix_now.default_days if fix_now else 0)


def phase_end(round_: Round) -> date | None:
    """The last day of the concentrated phase: as the round says, else as the regime counts it from the feedback."""
    if round_.ends_on:
        return round_.ends_on
    profile = regimes.profile_of(round_.regime)
    anchors = dict.fromkeys(("feedback", "notice", "started", "found"), round_.feedback_on)
    dates = phases.phase_dates(profile.phases, anchors, regimes.work_calendar())
    return next((one.end for one in dates[1:] if one.end), None)


def under_review(finding: Finding) -> bool:
    """Whether the lead's plan lies with the office, so that nothing in it may change."""
    if finding.lead_id is None:
        return False
    return PlanVersion.objects.filter(round_id=finding.round_id, unit_id=finding.lead_id, state="submitted").exists()


def unit_led_by(actor: Actor, unit_id: int) -> Unit:
    """A unit whose plan the actor may see."""
    unit = accounts.unit_by_id(unit_id)
    wide = sees_everything(actor) or bool(wide_rounds(actor))
    if not wide and not any(unit.path.startswith(path) for path in unit_paths(actor)):
        raise NotFound("plan.no_unit", _MISSING)
    return unit


def findings_of_plan(round_id: int, unit_id: int) -> list[Finding]:
    """What a unit's plan speaks about: all it leads that is still to be planned or being worked on."""
    states = (*rules.DRAFTING, *rules.CARRIED)
    found = Finding.objects.filter(round_id=round_id, lead_id=unit_id, state__in=states)
    return list(found.select_related("round", "round__regime", "lead").order_by("pk"))


def measures_by_finding(findings: Iterable[Finding]) -> dict[int, list[Measure]]:
    """The measures that count, for many findings, in two reads."""
    found: dict[int, list[Measure]] = {f.pk: [] for f in findings}
    rows = MeasureFinding.objects.filter(finding__in=list(found)).exclude(measure__state__in=["dropped", "failed"])
    numbered = rows.annotate(here=Coalesce("number", "measure__number")).order_by("here")
    related = numbered.select_related("measure", "measure__lead", "measure__post")
    for row in related.prefetch_related("measure__supports__unit", "measure__goals"):
        found[row.finding_id].append(reads.as_numbered(row.measure, row.number))
    return found


def as_asked(measures: Mapping[int, list[Measure]], round_id: int) -> dict[int, list[Measure]]:
    """The same measures as they will be once their open changes are approved, in the plan of their own round. Never to be written."""
    own = {m.pk for some in measures.values() for m in some if m.round_id == round_id}
    changes = {c.measure_id: c for c in PlanChange.objects.filter(measure__in=own, state="open")}
    if not changes:
        return dict(measures)
    return {
        pk: [_changed(m, changes[m.pk]) if m.pk in changes else m for m in some if not _goes(m, changes)] for pk, some in measures.items()
    }


def _goes(measure: Measure, changes: Mapping[int, PlanChange]) -> bool:
    return measure.pk in changes and changes[measure.pk].kind == "drop"


def _changed(measure: Measure, change: PlanChange) -> Measure:
    wished = copy.copy(measure)
    for name, value in as_written(change).items():
        setattr(wished, name, value)
    return wished


def as_written(change: PlanChange) -> dict[str, Any]:
    """The plain values of a change as the columns of the measure hold them; a new lead unit with its key."""
    found = dict(change.fields)
    for name in ("due", "recurs_from"):
        if found.get(name) is not None:
            found[name] = date.fromisoformat(found[name])
    for name in ("target_value", "base_value"):
        if found.get(name) is not None:
            found[name] = Decimal(found[name])
    return found


def open_changes(round_id: int, unit_id: int) -> list[PlanChange]:
    """Changes asked of measures of findings that a unit leads, and not decided yet; the plan of a measure's own round carries them."""
    served = MeasureFinding.objects.filter(finding__round_id=round_id, finding__lead_id=unit_id, measure__round_id=round_id)
    measures = served.values("measure_id")
    found = PlanChange.objects.filter(measure__in=measures, state="open").select_related("measure", "measure__lead", "measure__round")
    return list(found.order_by("measure__number"))


def open_items(round_id: int, path: str = "") -> list[LetterItem]:
    """Letter items without an answer yet: of a unit and below, or of the whole round. Headings ask for none."""
    found = LetterItem.objects.filter(letter__round_id=round_id, state__in=UNSETTLED).exclude(type="heading")
    if path:
        found = found.filter(unit__path__gte=path, unit__path__lt=end_of_subtree(path))
    return list(found.order_by("letter_id", "place"))


def is_unplanned(finding: Finding) -> bool:
    """Whether no plan was approved for it: it waits for one, or was started at once or taken over without one."""
    if finding.state in rules.DRAFTING:
        return True
    started = ("planned", "in_progress", "claimed", "done")
    return finding.state in rules.CARRIED and not finding.measures.filter(state__in=started).exists()


def item_unmet(items: Sequence[LetterItem]) -> list[Unmet]:
    text = N_("The letter's item “{item}” is neither covered, held nor dropped. Have the office settle it.")
    return [Unmet("letter_item", text, {"item": i.text[:40]}) for i in items]


def unmet_of(finding: Finding, measures: Sequence[Measure]) -> list[Unmet]:
    """What the guard of ``plan`` still asks of a finding; of one already planned only when new measures came."""
    early = _early(finding, measures)
    if finding.state in rules.DRAFTING:
        return [*guards.plan(reads.finding_facts(finding)), *early]
    if any(m.state == "draft" for m in measures):
        return [*guards.plan(reads.finding_facts(finding, was_reopened=False)), *early]
    return []


def _early(finding: Finding, measures: Sequence[Measure]) -> list[Unmet]:
    """Drafts that came from a file with a date before the feedback; typed ones are refused at once."""
    start = finding.round.feedback_on
    text = N_("Measure {number} is due on {due}, before the feedback of {feedback}. Write its date with the year.")
    early = [m for m in measures if m.state == "draft" and m.due < start]
    return [Unmet("measure_early", text, {"number": m.number, "due": m.due.isoformat(), "feedback": start.isoformat()}) for m in early]


def body_of(round_: Round, unit: Unit, findings: Sequence[Finding]) -> dict[str, Any]:
    """What a version freezes: findings with causes and measures, without anything that moves by itself."""
    now, causes = measures_by_finding(findings), _causes_by_finding(findings)
    measures = as_asked(now, round_.pk)
    asked = {
        pk for pk, some in measures.items() if len(some) != len(now[pk]) or any(a is not b for a, b in zip(some, now[pk], strict=True))
    }
    return {
        "round": round_.code,
        "unit": unit.name,
        "findings": [_finding_body(f, measures[f.pk], causes[f.pk], is_changed=f.pk in asked) for f in findings],
    }


def _causes_by_finding(findings: Sequence[Finding]) -> dict[int, list[Cause]]:
    found: dict[int, list[Cause]] = {f.pk: [] for f in findings}
    for cause in Cause.objects.filter(finding__in=list(found), is_dropped=False).order_by("pk"):
        found[cause.finding_id].append(cause)
    return found


def _finding_body(f: Finding, measures: Sequence[Measure], causes: Sequence[Cause], *, is_changed: bool) -> dict[str, Any]:
    return {
        "id": f.pk,
        "number": f.number,
        "title": f.title,
        "class": f.klass,
        "standard": f.standard,
        "effect_measure": f.effect_measure,
        "excuse": f.excuse,
        "decided": is_changed or f.state in rules.DRAFTING or any(m.state == "draft" for m in measures),
        "causes": [{"dimension": c.dimension, "leaf": c.leaf, "text": c.text} for c in causes],
        "measures": [_measure_body(m, f.standard) for m in measures],
    }


def _measure_body(m: Measure, inherited: str) -> dict[str, Any]:
    return {
        "id": m.pk,
        "number": m.number,
        "text": m.text,
        "lead": m.lead.name,
        "supports": sorted(s.unit.name for s in m.supports.all()),
        "kind": m.kind,
        "horizon": m.horizon,
        "rule_verb": m.rule_verb,
        "due": m.due.isoformat(),
        "due_text": m.due_text,
        "recurs": m.recurs,
        "post": m.post.title if m.post else "",
        "effect_measure": m.effect_measure,
        "funds": plain_number(m.funds_planned),
        "funds_source": m.funds_source,
        "goals": [{"due": g.due.isoformat(), "text": g.text} for g in m.goals.all() if not g.is_dropped],
        "standard": m.standard or inherited,
        "method": m.method,
        "indicator": m.indicator,
        "indicator_unit": m.indicator_unit,
        "base": plain_number(m.base_value),
        "target": plain_number(m.target_value),
        "why_again": m.why_again,
    }


def plain_number(value: Decimal | None) -> str:
    """12.50 as 12.5, so that a value reads the same before and after the database has held it."""
    if value is None:
        return ""
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def version_before(round_id: int, unit_id: int | None) -> PlanVersion | None:
    """The version a new one is compared with: the last approved, else the last handed in."""
    found = PlanVersion.objects.filter(round_id=round_id)
    found = found.filter(unit__isnull=True) if unit_id is None else found.filter(unit_id=unit_id)
    return found.filter(state="approved").order_by("-number").first() or found.order_by("-number").first()


def approved_unit_plans(round_: Round) -> list[PlanVersion]:
    """The newest approved plan of each unit."""
    found = (
        PlanVersion.objects.filter(round=round_, unit__isnull=False, state="approved")
        .select_related("unit")
        .order_by("unit__path", "number")
    )
    return list({p.unit_id: p for p in found}.values())


def leads_for(finding: Finding) -> list[Unit]:
    """Units that can lead a measure: the finding's lead and below, and units with a part in the finding."""
    having_part = Q(pk__in=FindingParty.objects.filter(finding=finding).exclude(part="verifier").values("unit_id"))
    if finding.lead:
        having_part |= accounts.subtree([finding.lead.path])
    return list(accounts.living_units().filter(having_part).order_by("path")[:200])


def expect_whole_without(finding: Finding, measure: Measure) -> None:
    """Raise unless the plan of a finding asks for nothing more once the measure is gone."""
    facts, number = reads.finding_facts(finding, was_reopened=False), reads.number_in(measure, finding)
    left = replace(facts, measures=tuple(m for m in facts.measures if m.number != number))
    before = {u.code for u in guards.plan(facts)}
    lost = tuple(u for u in guards.plan(left) if u.code not in before)
    if lost:
        text = N_("Without measure {number} the plan is not whole. Add another one first.")
        raise RuleBroken("measure.needed", text, unmet=lost, number=number)
