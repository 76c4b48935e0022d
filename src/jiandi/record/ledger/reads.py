"""Facts for guards, made from rows."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Count, Q

from jiandi.base import clock
from jiandi.record.ledger.facts import FindingFacts, MeasureFacts
from jiandi.record.ledger.models import Finding, Measure
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.models import StateSpan, TrailEntry


def measures_of(finding_id: int) -> list[Measure]:
    """The measures of a finding with their rules counted, in order."""
    in_force = Count("institutions", filter=Q(institutions__state="in_force", institutions__first_proof_on__isnull=False))
    return list(
        Measure.objects.filter(findings=finding_id)
        .select_related("lead")
        .annotate(n_rules=Count("institutions"), n_in_force=in_force)
        .order_by("number")
    )


def _for_facts(finding_id: int) -> list[Measure]:
    """The same for guards; rules are counted only where a measure promises one."""
    found = list(Measure.objects.filter(findings=finding_id).order_by("number"))
    return measures_of(finding_id) if any(m.rule_verb for m in found) else found


def measure_facts(m: Measure) -> MeasureFacts:
    return MeasureFacts(
        number=m.number,
        text=m.text,
        state=m.state,
        kind=m.kind,
        horizon=m.horizon,
        rule_verb=m.rule_verb,
        due=m.due,
        has_lead=True,
        standard=m.standard,
        method=m.method,
        rules=getattr(m, "n_rules", 0),
        rules_in_force=getattr(m, "n_in_force", 0),
        why_again=m.why_again,
    )


def finding_facts(finding: Finding, **brought: Any) -> FindingFacts:
    """All facts of a finding; ``brought`` are those that the action itself brings (reason, verdicts, document …)."""
    profile = regimes.profile_of(finding.round.regime)
    klass = next((c for c in profile.classes if c.code == finding.klass), None)
    defaults: dict[str, Any] = {
        **cause_facts(finding),
        "number": finding.number,
        "state": finding.state,
        "klass": finding.klass,
        "standard": finding.standard,
        "due": finding.due,
        "today": clock.today(),
        "has_lead": finding.lead_id is not None,
        "measures": tuple(measure_facts(m) for m in _for_facts(finding.pk)),
        "needs_lasting": klass.needs_lasting if klass else True,
        "needs_prevent": klass.needs_prevent if klass else True,
        "excuse": finding.excuse if klass and klass.may_excuse else "",
        "was_reopened": was_reopened(finding),
        "close_on": profile.close_on,
        "effect_state": finding.effect_state,
        "effect_due": finding.effect_due,
        "effect_within_months": profile.effect_check.within_months,
        "effect_measure": finding.effect_measure,
        "stage_goal": finding.stage_goal,
        "next_review": finding.next_review,
        "is_from_letter": finding.item_id is not None,
    }
    return FindingFacts(**{**defaults, **brought})


def cause_facts(finding: Finding) -> dict[str, Any]:
    """How many causes there are, how deep the longest why goes, and which attitudes no further why follows."""
    rows = list(finding.causes.filter(is_dropped=False).order_by("pk").values_list("pk", "parent_id", "dimension"))
    depths: dict[int, int] = {}
    for pk, parent_id, _dimension in rows:
        depths[pk] = depths.get(parent_id or 0, 0) + 1
    asked_further = {parent_id for _pk, parent_id, _dimension in rows}
    return {
        "causes": len(rows),
        "is_flagged": finding.is_flagged,
        "cause_depth": max(depths.values(), default=0),
        "bare_attitudes": sum(1 for pk, _parent, dimension in rows if dimension == "attitude" and pk not in asked_further),
    }


def was_reopened(finding: Finding) -> bool:
    return StateSpan.objects.filter(thing="finding", thing_id=finding.pk, facet="state", value="reopened").exists()


def checks_open(finding: Finding) -> int:
    """1 once somebody has opened a check of what was submitted last, else 0."""
    last = _last_entry(finding, "submit", "submit_signed", "open_check")
    return int(last is not None and last.verb == "open_check")


def submitted_by(finding: Finding) -> str:
    """Who handed the finding in last, as a holder (see ``MeasurePart``); empty before that."""
    last = _last_entry(finding, "submit")
    if last is None:
        return ""
    body = json.loads(last.body)
    return f"post:{body['stands_for']}" if body["stands_for"] else f"user:{body['actor']}"


def _last_entry(finding: Finding, *verbs: str) -> TrailEntry | None:
    return TrailEntry.objects.filter(thing="finding", thing_id=finding.pk, verb__in=verbs).order_by("-number").first()
