"""Ledger rows as policy sees them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from jiandi.base.prepared import Prepared
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models import Campaign, EvidenceUse, Finding, FindingParty, Institution, Measure, MeasureSupport, Round
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor


def of_finding(finding: Finding) -> Target:
    """One query: the parts and paths of the units in it."""
    return Target(finding.round_id, tuple(_PARTIES.rows(finding.pk)), leader_post_id=finding.leader_post_id)


def _parties_of(finding_id: int) -> QuerySet[FindingParty, Any]:
    return FindingParty.objects.filter(finding_id=finding_id).values_list("part", "unit__path")


_PARTIES = Prepared(_parties_of, int)


def of_findings(findings: list[Finding]) -> dict[int, Target]:
    """The same for many findings, in one query."""
    parties: dict[int, list[tuple[str, str]]] = {f.pk: [] for f in findings}
    rows = FindingParty.objects.filter(finding_id__in=list(parties)).values_list("finding_id", "part", "unit__path")
    for finding_id, part, path in rows:
        parties[finding_id].append((part, path))
    return {f.pk: Target(f.round_id, tuple(parties[f.pk]), leader_post_id=f.leader_post_id) for f in findings}


def of_measure(measure: Measure) -> Target:
    """The lead of the measure and all parts in the findings it serves."""
    parties = FindingParty.objects.filter(finding__served_by__measure_id=measure.pk).values_list("part", "unit__path")
    supports = [("support", path) for path in measure.supports.values_list("unit__path", flat=True)]
    found = {*parties, *supports, ("lead", measure.lead.path)}
    return Target(measure.round_id, tuple(sorted(found)))


def of_evidence(uses: Iterable[EvidenceUse]) -> list[Target]:
    """What each use of a piece of evidence stands for; the uses come with their measure's lead, finding or campaign."""
    return [_of_use(use) for use in uses]


def _of_use(use: EvidenceUse) -> Target:
    if use.measure:
        return of_measure(use.measure)
    if use.finding:
        return of_finding(use.finding)
    if use.cause:
        return of_finding(use.cause.finding)
    return Target(use.answer.campaign.round_id, unit_path=use.answer.unit.path) if use.answer else Target()


def round_bound_to(actor: Actor) -> int | None:
    """What belongs to no round is worked on in the one round that all duties of the actor hold for, if there is one."""
    rounds = {d.round_id for d in actor.duties}
    return rounds.pop() if len(rounds) == 1 else None


def of_rule(rule: Institution, actor: Actor) -> Target:
    """The unit it belongs to, and all parts in the findings that its measures serve or that it was ignored in; the round is the newest of these, else the actor's own."""
    served = FindingParty.objects.filter(finding__served_by__measure__rule_links__institution_id=rule.pk)
    ignored = FindingParty.objects.filter(finding__ignored_rules__institution_id=rule.pk)
    supports = [
        ("support", path) for path in MeasureSupport.objects.filter(measure__institutions=rule.pk).values_list("unit__path", flat=True)
    ]
    leads = [("lead", path) for path in rule.measures.values_list("lead__path", flat=True)]
    rounds = [*rule.measures.values_list("round_id", flat=True), *rule.ignored_in.values_list("round_id", flat=True)]
    parts = {*served.values_list("part", "unit__path"), *ignored.values_list("part", "unit__path"), *supports, *leads}
    return Target(max(rounds, default=round_bound_to(actor)), tuple(sorted(parts)), rule.unit.path)


def of_unit(unit: Unit, round_id: int | None) -> Target:
    return Target(round_id, unit_path=unit.path)


def of_lead(unit: Unit, round_id: int | None) -> Target:
    """What a unit leads in a round, whichever finding it is."""
    return Target(round_id, (("lead", unit.path),), unit_path=unit.path)


def of_round(round_: Round) -> Target:
    return Target(round_.pk)


def of_campaign(campaign: Campaign) -> Target:
    """Its round, and the subject department whose line it runs in, if one runs it."""
    return Target(campaign.round_id, unit_path=campaign.line.path if campaign.line else "")
