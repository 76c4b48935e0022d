"""Joint rectification: one measure serves findings that are the same problem, also of another letter; it is counted once."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from jiandi.base.errors import NotAllowed, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.plan import queries, rules
from jiandi.record.ledger import guards, links, load, targets, verbs, write
from jiandi.record.ledger.facts import ItemFacts
from jiandi.record.ledger.models import Finding, Measure
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor


def serve_also(*, actor: Actor, measure_id: int, finding_id: int, reason: str, version: int) -> Measure:
    """An approved measure serves one more finding, linked as the same problem with one that it serves already.

    The lead of both may do so while the other finding's plan is drafted: the plan is approved with it. Another lead, an
    approved plan or a measure already done is decided by the office, with a reason.
    """
    with transaction.atomic():
        measure, finding = load.measure(actor, measure_id, version), load.finding(actor, finding_id)
        _expect_open(finding)
        _expect_alike(measure, finding)
        _require(actor, measure, finding, reason)
        served = verbs.served_by(measure)
        verbs.serve(measure, finding)
        write.note(measure, actor=actor, verb="serve", reason=reason.strip(), finding=finding.pk)
        write.note(finding, actor=actor, verb="join_measure", measure=measure.pk)
        for other in served:
            write.note(other, actor=actor, verb="share_measure", measure=measure.pk)
        _put_to_work(actor, measure, finding)
    return measure


def serve_no_more(*, actor: Actor, measure_id: int, finding_id: int, reason: str, version: int) -> Measure:
    """The office takes a measure of another letter, or one that was joined, off a finding whose plan is whole without it."""
    with transaction.atomic():
        measure, finding = load.measure(actor, measure_id, version), load.finding(actor, finding_id)
        served = {f.pk: f for f in verbs.served_by(measure)}
        if finding.pk not in served:
            raise RuleBroken("measure.not_served", N_("The measure does not serve this finding. Load the page again."))
        finding = served[finding.pk]
        for target in (targets.of_measure(measure), targets.of_finding(finding)):
            decide.require(actor, "measure.join", target)
        _expect_open(finding)
        _expect_still_serving(measure, finding, served.values())
        if unmet := guards.with_reason(ItemFacts(reason=reason.strip())):
            raise RuleBroken("measure.serve_no_more", N_("This cannot be done yet."), unmet=tuple(unmet))
        if finding.state in rules.CARRIED:
            queries.expect_whole_without(finding, measure)
        verbs.serve_no_more(measure, finding)
        write.note(measure, actor=actor, verb="serve_no_more", reason=reason.strip(), finding=finding.pk)
        for other in served.values():
            write.note(other, actor=actor, verb="leave_measure", measure=measure.pk)
        verbs.keep_claims(finding, actor=actor, verb="recount")
    return measure


def _expect_open(finding: Finding) -> None:
    if finding.state not in (*rules.DRAFTING, *rules.CARRIED):
        text = N_("Measures are not written in this state. Finding {number} must be open and not under verification.")
        raise RuleBroken("measure.state", text, number=finding.number)
    if queries.under_review(finding):
        raise RuleBroken("plan.under_review", N_("The plan is under review. Take it back before you change it."))


def _expect_alike(measure: Measure, finding: Finding) -> None:
    """Drafts belong to the plan that is still to be decided; a measure that was given up serves nobody."""
    if measure.state not in rules.JOINABLE:
        raise RuleBroken(
            "measure.not_joinable", N_("Measure {number} is not approved, or it was given up. Join one that is being worked on or done."),
            number=measure.number,
        )  # fmt: skip
    served = set(measure.serves.values_list("finding_id", flat=True))
    if finding.pk in served:
        raise RuleBroken("measure.served", N_("The measure serves this finding already."))
    if not links.same_as(finding.pk).filter(pk__in=served).exists():
        raise RuleBroken("measure.not_linked", N_("Link the two findings as the same problem first; then a measure can serve both."))


def _require(actor: Actor, measure: Measure, finding: Finding, reason: str) -> None:
    """Both ends are asked. Where the lead alone may not, the office decides, and says why."""
    ends = (targets.of_measure(measure), targets.of_finding(finding))
    if all(decide.may(actor, "measure.join", end) for end in ends):
        if rules.office_joins(measure.lead_id, finding.lead_id, finding.state, measure.state) and not reason.strip():
            raise RuleBroken("measure.no_reason", N_("Write why the measure serves this finding as well."))
        return
    for end in ends:
        decide.require(actor, "measure.write", end)
    if rules.office_joins(measure.lead_id, finding.lead_id, finding.state, measure.state):
        text = N_("Another lead, an approved plan or a measure already done: the office decides whether the measure serves this finding.")
        raise NotAllowed("measure.office_joins", text)


def _put_to_work(actor: Actor, measure: Measure, finding: Finding) -> None:
    """A finding whose plan stands goes on with the measure at once; one that is drafted waits for its plan."""
    if finding.state in rules.DRAFTING:
        return
    if measure.lead_id != finding.lead_id:
        verbs.add_parties(finding, "share", [measure.lead])
    if measure.state != "planned":
        verbs.start_work(finding)
    verbs.keep_claims(finding, actor=actor, verb="recount")


def _expect_still_serving(measure: Measure, finding: Finding, served: Iterable[Finding]) -> None:
    if not [f for f in served if f.pk != finding.pk and f.round_id == measure.round_id]:
        text = N_("Measure {number} was planned for this finding. Drop it in the plan instead.")
        raise RuleBroken("measure.at_home", text, number=measure.number)
