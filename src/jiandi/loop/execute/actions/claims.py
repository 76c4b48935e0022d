"""Said and done: the unit's own word, with what it rests on."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_
from jiandi.record.ledger import beginning, lifecycle, load, targets, verbs, write
from jiandi.record.ledger.facts import ClaimFacts, EvidenceFacts
from jiandi.record.ledger.models import Claim, Evidence, EvidenceUse, Finding, Measure, PlanVersion
from jiandi.record.policy import decide, independence
from jiandi.record.policy.independence import DOING
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor


def say(*, actor: Actor, measure_id: int, text: str) -> Claim:
    """Said: decided and deployed. The unit's own word; nobody accepts it, the office may strike it."""
    with transaction.atomic():
        measure = load.measure(actor, measure_id)
        target = targets.of_measure(measure)
        decide.require(actor, "claim.say", target)
        beginning.expect_planned(measure)
        served = verbs.served_by(measure)
        claim = _say(actor, measure, text)
        beginning.recount(served, actor=actor)
        return claim


def _say(actor: Actor, measure: Measure, text: str) -> Claim:
    if measure.said_on:
        raise RuleBroken("claim.said", N_("Measure {number} is already said to be deployed."), number=measure.number)
    proof = said_on(measure)
    if proof is None:
        raise RuleBroken(
            "claim.no_proof",
            N_("Nothing shows that measure {number} was deployed. Attach the notice or the minutes first."),
            number=measure.number,
        )
    claim = write.create(_claim(actor, measure, "said", text, "stated"), actor=actor, verb="say")
    write.change(measure, {"said_on": proof}, actor=actor, verb="say")
    return claim


def said_on(measure: Measure) -> date | None:
    """The day of the first talk evidence or of the approved plan, whichever is earlier."""
    talks = EvidenceUse.objects.filter(measure=measure, evidence__kind="talk", evidence__state__in=Evidence.COUNTING).select_related(
        "evidence"
    )
    days = [use.evidence.dated_on or clock.local_day(use.used_at) for use in talks]
    plans = PlanVersion.objects.filter(round_id=measure.round_id, state="approved", decided_at__isnull=False)
    issued = plans.filter(unit_id=measure.lead_id).order_by("decided_at").first() or plans.filter(unit=None).order_by("decided_at").first()
    if issued and issued.decided_at:
        days.append(clock.local_day(issued.decided_at))
    return min(days, default=None)


def _claim(actor: Actor, measure: Measure, kind: str, text: str, state: str) -> Claim:
    return Claim(
        measure=measure,
        kind=kind,
        text=text.strip(),
        holder=actor.holder,
        unit_id=measure.lead_id,
        on=clock.today(),
        state=state,
    )


def strike_said(*, actor: Actor, claim_id: int, reason: str, version: int) -> Claim:
    """The office takes a said off the books, with a reason."""
    with transaction.atomic():
        claim = load.claim(actor, claim_id, version)
        measure = claim.measure
        served = verbs.served_by(measure)
        facts = ClaimFacts(reason=reason)
        lifecycle.move(claim, "strike", actor=actor, target=targets.of_measure(measure), facts=facts, reason=reason)
        write.change(measure, {"said_on": None}, actor=actor, verb="strike", reason=reason)
        beginning.recount(served, actor=actor)
        return claim


def claim_done(*, actor: Actor, measure_id: int, text: str, version: int) -> Claim:
    """Done: the act itself happened as the standard asks. It waits for another person; it stands for that period's note."""
    with transaction.atomic():
        measure = load.measure(actor, measure_id, version)
        target = targets.of_measure(measure)
        served = verbs.served_by(measure)
        facts = _facts(actor, measure, served, text)
        decide.require(actor, "claim.make", target)
        beginning.expect_planned(measure)
        lifecycle.move(measure, "claim", actor=actor, target=target, facts=facts, reason=text)
        verbs.take_part(measure, actor, DOING)
        claim = write.create(_claim(actor, measure, "done", text, "raised"), actor=actor, verb="claim")
        _said_as_well(actor, measure)
        beginning.start(measure, served)
        beginning.recount(served, actor=actor)
        return claim


def _said_as_well(actor: Actor, measure: Measure) -> None:
    """Who claims the act has also deployed it, if something shows when and the office has struck no such word."""
    struck = measure.claims.filter(kind="said", state="struck").exists()
    if not (measure.said_on or struck) and said_on(measure):
        _say(actor, measure, "")


def _facts(actor: Actor, measure: Measure, served: list[Finding], text: str) -> ClaimFacts:
    uses = EvidenceUse.objects.filter(measure=measure, used_at__lte=clock.now())
    shown = uses.values_list("evidence__kind", "evidence__title", "evidence__state")
    inherited = next((f.standard for f in served if f.standard), "")
    return ClaimFacts(
        standard=measure.standard or inherited,
        text=text,
        evidence=tuple(EvidenceFacts(kind, title, state in Evidence.COUNTING) for kind, title, state in shown),
        independence=tuple(unmet_for(actor, measure)),
    )


def unmet_for(actor: Actor, measure: Measure) -> list[object]:
    """Why the actor may not be the one who did it."""
    parts = measure.parts.values_list("holder", "part")
    return list(independence.unmet_parts(actor, DOING, parts, measure.lead.path))


def take_back_claim(*, actor: Actor, claim_id: int, version: int) -> Claim:
    """The unit takes its claim back before it is judged."""
    with transaction.atomic():
        claim = load.claim(actor, claim_id, version)
        measure = claim.measure
        target: Target = targets.of_measure(measure)
        decide.require(actor, "claim.take_back", target)
        served = verbs.served_by(measure)
        lifecycle.move(claim, "take_back", actor=actor)
        lifecycle.move(measure, "take_back", actor=actor, target=target)
        beginning.recount(served, actor=actor)
        return claim
