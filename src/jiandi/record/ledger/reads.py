"""Facts for guards, made from rows."""

from __future__ import annotations

import json
from collections.abc import Set as AbstractSet
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jiandi.base import clock
from jiandi.base.prepared import Prepared
from jiandi.record.ledger import guards, whys
from jiandi.record.ledger.facts import FindingFacts, MeasureFacts
from jiandi.record.ledger.models import TAKEN_UP, Finding, LetterItem, Measure, RaisedCause, Round
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes.parts import Profile
from jiandi.record.trail.models import StateSpan, TrailEntry

NOT_TAKEN_UP = ("open", "drop_asked")


def items_to_take_up(round_id: int) -> QuerySet[LetterItem]:
    """Items of the letters that somebody must take up: neither headings nor rows merged into others."""
    return LetterItem.objects.filter(letter__round=round_id).exclude(state="merged").exclude(type="heading")


def measures_of(finding_id: int) -> list[Measure]:
    """The measures of a finding with their rules counted, in order."""
    in_force = Count("institutions", filter=Q(institutions__state="in_force", institutions__first_proof_on__isnull=False))
    return list(
        Measure.objects.filter(findings=finding_id)
        .select_related("lead")
        .annotate(n_rules=Count("institutions"), n_in_force=in_force)
        .order_by("number")
    )


_OF_MEASURE = ("number", "text", "state", "kind", "horizon", "rule_verb", "due", "standard", "method", "why_again")


def _facts_of_measures(finding_id: int) -> QuerySet[Measure, Any]:
    return Measure.objects.filter(findings=finding_id).order_by("number").values_list(*_OF_MEASURE)


_MEASURES = Prepared(_facts_of_measures, int)


def _measures(finding_id: int) -> tuple[MeasureFacts, ...]:
    """The measures as guards see them; rules are counted only where a measure promises one."""
    rows = _MEASURES.rows(finding_id)
    promised = _OF_MEASURE.index("rule_verb")
    if any(row[promised] for row in rows):
        return tuple(measure_facts(m) for m in measures_of(finding_id))
    return tuple(MeasureFacts(**dict(zip(_OF_MEASURE, row, strict=True)), has_lead=True) for row in rows)


def _regime_of(round_id: int) -> QuerySet[Round, Any]:
    return Round.objects.filter(pk=round_id).values_list("regime__algorithm", "regime__digest", "regime__body")


_REGIME = Prepared(_regime_of, int)


def profile_of(finding: Finding) -> Profile:
    """The profile its round runs under; the database is asked only where the round is not at hand."""
    if "round" in finding._state.fields_cache:
        return regimes.profile_of(finding.round.regime)
    return regimes.profile_from(*_REGIME.rows(finding.round_id)[0])


def measure_facts(m: Measure) -> MeasureFacts:
    """A measure of ``measures_of`` as guards see it."""
    facts: dict[str, Any] = {name: getattr(m, name) for name in _OF_MEASURE}
    return MeasureFacts(**facts, has_lead=True, rules=getattr(m, "n_rules", 0), rules_in_force=getattr(m, "n_in_force", 0))


def facts_for(guard: str, finding: Finding, **brought: Any) -> FindingFacts:
    """The facts that one guard asks for; ``brought`` are those that the action itself brings (reason, verdicts, document …)."""
    return _facts(finding, guards.NEEDS.get(guard, frozenset()), brought)


def finding_facts(finding: Finding, **brought: Any) -> FindingFacts:
    """All facts of a finding, whatever is asked of them."""
    return _facts(finding, guards.AROUND, brought)


def _facts(finding: Finding, needed: AbstractSet[str], brought: dict[str, Any]) -> FindingFacts:
    profile = profile_of(finding)
    klass = next((c for c in profile.classes if c.code == finding.klass), None)
    known: dict[str, Any] = {
        "number": finding.number,
        "state": finding.state,
        "klass": finding.klass,
        "standard": finding.standard,
        "due": finding.due,
        "today": clock.today(),
        "has_lead": finding.lead_id is not None,
        "is_flagged": finding.is_flagged,
        "needs_lasting": klass.needs_lasting if klass else True,
        "needs_prevent": klass.needs_prevent if klass else True,
        "excuse": finding.excuse if klass and klass.may_excuse else "",
        "close_on": profile.close_on,
        "effect_state": finding.effect_state,
        "effect_due": finding.effect_due,
        "effect_within_months": profile.effect_check.within_months,
        "effect_measure": finding.effect_measure,
        "stage_goal": finding.stage_goal,
        "next_review": finding.next_review,
        "is_from_letter": finding.item_id is not None,
    }
    return FindingFacts(**{**known, **_around(finding, needed), **brought})


def _around(finding: Finding, needed: AbstractSet[str]) -> dict[str, Any]:
    """What other rows say of the finding, as far as somebody asks."""
    found = cause_facts(finding) if "causes" in needed else {}
    if "measures" in needed:
        found["measures"] = _measures(finding.pk)
    if "past" in needed:
        found["was_reopened"] = was_reopened(finding)
    return found


def cause_facts(finding: Finding) -> dict[str, Any]:
    """How many causes there are, how deep the longest why goes, and where a chain stops too early (``whys``)."""
    taken_up = RaisedCause.objects.filter(cause=OuterRef("pk"), state__in=TAKEN_UP)
    rows = finding.causes.filter(is_dropped=False).annotate(is_raised=Exists(taken_up)).order_by("pk")
    found = whys.depth_of([whys.Why(*row) for row in rows.values_list("pk", "parent_id", "dimension", "leaf", "is_raised")])
    return {
        "causes": found.count,
        "cause_depth": found.depth,
        "bare_attitudes": len(found.bare_attitudes),
        "loose_ends": len(found.loose_ends),
    }


def was_reopened(finding: Finding) -> bool:
    return StateSpan.objects.filter(thing="finding", thing_id=finding.pk, facet="state", value="reopened").exists()


def checks_open(finding: Finding) -> int:
    """1 once somebody has opened a check of what was submitted last, else 0."""
    last = _SUBMITTED_OR_CHECKED.rows(finding.pk)
    return int(bool(last) and last[0][0] == "open_check")


def submitted_by(finding: Finding) -> str:
    """Who handed the finding in last, as a holder (see ``MeasurePart``); empty before that."""
    last = _SUBMITTED.rows(finding.pk)
    if not last:
        return ""
    body = json.loads(last[0][1])
    return f"post:{body['stands_for']}" if body["stands_for"] else f"user:{body['actor']}"


def _last_entry(finding_id: int, *verbs: str) -> QuerySet[TrailEntry, Any]:
    """Verb and body of the finding's last entry with one of these verbs."""
    entries = TrailEntry.objects.filter(thing="finding", thing_id=finding_id, verb__in=verbs)
    return entries.order_by("-number").values_list("verb", "body")[:1]


_SUBMITTED = Prepared(lambda finding_id: _last_entry(finding_id, "submit"), int)
_SUBMITTED_OR_CHECKED = Prepared(lambda finding_id: _last_entry(finding_id, "submit", "submit_signed", "open_check"), int)
