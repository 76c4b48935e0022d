"""Versions of a plan: handed in, approved, returned, taken back; and the plan of the whole round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db import transaction

from jiandi.base import clock, digests
from jiandi.base.errors import RuleBroken, Unmet
from jiandi.base.text.words import N_
from jiandi.loop.plan import queries, rules
from jiandi.loop.plan.actions import chain, changes, reviewing
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import lifecycle, load, reads, targets, verbs, write
from jiandi.record.ledger.facts import FindingFacts
from jiandi.record.ledger.models import Finding, Measure, PlanChange, PlanVersion, Round
from jiandi.record.policy import decide, roles
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail import writing
from jiandi.record.trail.actor import Actor


def submit_plan(*, actor: Actor, round_id: int, unit_id: int) -> PlanVersion:
    """Hand in a unit's plan: everything it leads that is open; refused with every reason at once, frozen with its digest."""
    with transaction.atomic():
        round_ = load.round_(actor, round_id)
        unit = queries.unit_led_by(actor, unit_id)
        decide.require(actor, "plan.submit", targets.of_unit(unit, round_.pk))
        if PlanVersion.objects.filter(round=round_, unit=unit, state="submitted").exists():
            raise RuleBroken("plan.under_review", N_("The plan is under review. Take it back before you change it."))
        findings = queries.findings_of_plan(round_.pk, unit.pk)
        measures = queries.measures_by_finding(findings)
        asked = queries.open_changes(round_.pk, unit.pk)
        _expect_something_new(findings, measures, asked)
        unmet = [
            *queries.item_unmet(queries.open_items(round_.pk, unit.path)),
            *[u for f in findings for u in queries.unmet_of(f, measures[f.pk])],
        ]
        marks = queries.marks_of_plan(round_, findings, measures, queries.phase_end(round_))
        unmet += queries.stopping(actor, marks, {u.code for u in unmet})
        if unmet:
            raise RuleBroken("plan.incomplete", N_("The plan cannot be handed in yet."), unmet=tuple(unmet))
        before = queries.version_before(round_.pk, unit.pk)
        body = queries.body_of(round_, unit, findings)
        version = _freeze(actor, round_, unit, body, before, queries.stored(marks))
        chain.take_parts_of_authors(actor, version, [m for some in measures.values() for m in some if m.state == "draft"], asked)
        return version


def _expect_something_new(findings: Sequence[Finding], measures: Mapping[int, Sequence[Measure]], asked: Sequence[PlanChange]) -> None:
    drafts = any(m.state == "draft" for f in findings for m in measures[f.pk])
    if not drafts and not asked and not any(f.state in rules.DRAFTING for f in findings):
        raise RuleBroken(
            "plan.nothing_new", N_("There is nothing to plan: no finding waits for its plan, no measure is new and no change is asked.")
        )


def _freeze(
    actor: Actor,
    round_: Round,
    unit: Unit | None,
    body: Mapping[str, Any],
    before: PlanVersion | None,
    marks: Sequence[dict[str, Any]] = (),
) -> PlanVersion:
    """Numbered, with digest and difference; the chain of a unit's plan is kept as the regime has it today."""
    Round.objects.select_for_update().get(pk=round_.pk)  # numbers are given one at a time
    last = PlanVersion.objects.filter(round=round_, unit=unit).order_by("-number").first()
    text, algorithm = writing.canonical(body), settings.JIANDI_ALGORITHM
    steps = [asdict(step) for step in regimes.profile_of(round_.regime).plan_chain] if unit else []
    version = PlanVersion(
        round=round_,
        unit=unit,
        number=last.number + 1 if last else 1,
        body=text,
        algorithm=algorithm,
        digest=digests.digest(algorithm, text.encode()),
        difference=rules.difference(queries.body(before) if before else None, body),
        marks=list(marks),
        before=before,
        chain=steps,
        steps=len(steps),
        submitted_at=clock.now(),
    )
    return write.create(version, actor=actor, verb="submit")


def approve_plan(*, actor: Actor, plan_id: int, opinion: str, version: int) -> PlanVersion:
    """Sign the step whose turn it is; the last one (the only one where the regime has no chain) approves.

    Approving asks the guards again; drafts become planned, findings get their plan, parties and dates, asked changes take
    effect. The office freezes the plan of a round, so the leading group approves that one.
    """
    with transaction.atomic():
        plan = queries.plan(actor, plan_id, version)
        if plan.unit is None:
            decide.require_role(actor, roles.GROUP_MEMBER, targets.of_round(plan.round))
        if chain.sign(plan, actor=actor, opinion=opinion):
            reviewing.close_reviews(plan, actor=actor)
            if plan.unit is not None:
                _put_to_work(actor, plan, plan.unit)
    return plan


def _put_to_work(actor: Actor, plan: PlanVersion, unit: Unit) -> None:
    frozen = queries.body(plan)
    ids = {f["id"] for f in frozen["findings"]}
    findings = _of_plan(plan, unit, ids)
    _expect_unchanged(plan.round, unit, frozen, findings)
    if changed := changes.apply_changes(actor, plan, unit):
        findings = _of_plan(plan, unit, ids)  # those that share a changed measure were told
    measures = queries.measures_by_finding(findings)
    unmet = tuple(u for f in findings for u in queries.unmet_of(f, measures[f.pk]))
    if unmet:
        raise RuleBroken("plan.incomplete", N_("This cannot be done yet."), unmet=unmet)
    facts = {f.pk: reads.finding_facts(f) for f in findings if f.state in rules.DRAFTING}
    _approve_measures(actor, findings, measures)
    for finding in findings:
        verbs.add_parties(finding, "support", _supporting(finding, measures[finding.pk]))
        verbs.add_parties(finding, "share", _sharing(finding, measures[finding.pk]))
        if finding.state in rules.DRAFTING:
            _plan_finding(actor, finding, facts[finding.pk], measures[finding.pk])
        elif finding.pk in changed:
            changes.carry_on(actor, finding, measures[finding.pk])


def _of_plan(plan: PlanVersion, unit: Unit, ids: AbstractSet[int]) -> list[Finding]:
    return [f for f in queries.findings_of_plan(plan.round_id, unit.pk) if f.pk in ids]


def _expect_unchanged(round_: Round, unit: Unit, frozen: Mapping[str, Any], findings: Sequence[Finding]) -> None:
    """What is approved is what was handed in: a finding that waits for its plan must not have changed since."""
    now = {f["id"]: f for f in queries.body_of(round_, unit, findings)["findings"]}
    changed = [f["number"] for f in frozen["findings"] if f["decided"] and now.get(f["id"]) != f]
    if changed:
        text = N_("{numbers} changed after the plan was handed in. Return it, so that the unit hands it in again.")
        raise RuleBroken("plan.changed_since", text, numbers=changed)


def _approve_measures(actor: Actor, findings: Sequence[Finding], measures: Mapping[int, Sequence[Measure]]) -> None:
    """Each draft once, with the standard it inherits written down; from now on a date before the feedback cannot be, and duties run."""
    inherited = {m.pk: f.standard for f in reversed(findings) for m in measures[f.pk]}
    drafts = {m.pk: m for f in findings for m in measures[f.pk] if m.state == "draft"}
    for pk, measure in sorted(drafts.items()):
        fields: dict[str, Any] = {
            "standard": measure.standard or inherited[pk],
            "not_before": measure.not_before or findings[0].round.feedback_on,
        }
        if measure.recurs:
            fields["recurs_from"] = max(measure.recurs_from or measure.due, clock.today())
        lifecycle.move(measure, "approve", actor=actor, fields=fields)


def _plan_finding(actor: Actor, finding: Finding, facts: FindingFacts, measures: Sequence[Measure]) -> None:
    """The day agreed is that of its latest measure; a finding that came back agrees on a new one, never on a new first."""
    latest = rules.latest_due((m.due, m.recurs) for m in measures if m.counts)
    fields: dict[str, Any] = {}
    if finding.due is None or finding.state == "reopened":
        fields["due"] = latest
    if finding.first_due is None:
        fields["first_due"] = finding.due or latest
    lifecycle.move(finding, "plan", actor=actor, target=targets.of_finding(finding), facts=facts, fields=fields)
    verbs.keep_claims(finding, actor=actor, verb="recount")


def _supporting(finding: Finding, measures: Iterable[Measure]) -> list[Unit]:
    found = {s.unit_id: s.unit for m in measures for s in m.supports.all() if s.unit_id != finding.lead_id}
    return list(found.values())


def _sharing(finding: Finding, measures: Iterable[Measure]) -> list[Unit]:
    return list({m.lead_id: m.lead for m in measures if m.lead_id != finding.lead_id}.values())


def return_plan(*, actor: Actor, plan_id: int, opinion: str, version: int) -> PlanVersion:
    """Send a plan back with what is to be mended."""
    with transaction.atomic():
        plan = queries.plan(actor, plan_id, version)
        facts = FindingFacts(number="", state=plan.state, klass="", reason=opinion)
        fields = {"opinion": opinion.strip(), "decided_at": clock.now()}
        chain.require_turn(actor, plan, "return")
        verb = "return_signed" if plan.chain else "return"
        lifecycle.move(plan, verb, actor=actor, target=targets.of_round(plan.round), facts=facts, reason=opinion, fields=fields)
        reviewing.close_reviews(plan, actor=actor)
    return plan


def take_back_plan(*, actor: Actor, plan_id: int, version: int) -> PlanVersion:
    """The unit takes its plan back before it is decided; the office takes back the round's."""
    with transaction.atomic():
        plan = queries.plan(actor, plan_id, version)
        if plan.unit is None:
            raise RuleBroken("plan.round", N_("The plan of a round is not taken back. Return it with what is to be mended."))
        target = targets.of_unit(plan.unit, plan.round_id)
        lifecycle.move(plan, "take_back", actor=actor, target=target, fields={"decided_at": clock.now()})
        reviewing.close_reviews(plan, actor=actor)
    return plan


def submit_round_plan(*, actor: Actor, round_id: int) -> PlanVersion:
    """Freeze the approved plans of all units as the plan of the round; nothing of the letter may be open."""
    with transaction.atomic():
        round_ = load.round_(actor, round_id)
        decide.require(actor, "plan.submit_round", targets.of_round(round_))
        unmet = queries.item_unmet(queries.open_items(round_.pk))
        plans = queries.approved_unit_plans(round_)
        if not plans:
            unmet.append(Unmet("no_plan", N_("No unit's plan is approved yet. Approve at least one.")))
        if unmet:
            raise RuleBroken("plan.round_incomplete", N_("The plan of the round cannot be handed in yet."), unmet=tuple(unmet))
        body = _round_body(round_, plans)
        before = queries.version_before(round_.pk, None)
        version = _freeze(actor, round_, None, body, before)
        chain.take_parts_of_authors(actor, version)
        return version


def _round_body(round_: Round, plans: Sequence[PlanVersion]) -> dict[str, Any]:
    bodies = [(plan, queries.body(plan)) for plan in plans]
    return {
        "round": round_.code,
        "unit": round_.unit.name,
        "plans": [{"unit": b["unit"], "number": p.number, "algorithm": p.algorithm, "digest": p.digest} for p, b in bodies],
        "findings": [{**f, "unit": b["unit"]} for _p, b in bodies for f in b["findings"]],
    }
