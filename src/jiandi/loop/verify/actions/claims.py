"""A claim “done” is judged by somebody who neither did the work nor serves the lead unit."""

from __future__ import annotations

from django.db import transaction

from jiandi.base import clock
from jiandi.loop.verify.actions import checks
from jiandi.record.ledger import lifecycle, load, targets, verbs
from jiandi.record.ledger.facts import ClaimFacts
from jiandi.record.ledger.models import Check, Claim, Evidence, EvidenceUse, Finding
from jiandi.record.policy import decide, independence
from jiandi.record.policy.independence import DONE
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor


def accept_claim(*, actor: Actor, claim_id: int, verdict: str, method: str, text: str, version: int) -> Check:
    """The standard is met: the measure is done. Of two verifiers at once the second gets a Conflict."""
    with transaction.atomic():
        claim, target, served = _open(actor, "claim.accept", claim_id, version)
        facts = ClaimFacts(verdict=verdict, method=method, independence=tuple(_unmet(actor, claim)), is_shown=_is_shown(claim))
        fields = {"done_on": clock.today()}
        lifecycle.move(claim.measure, "accept", actor=actor, target=target, facts=facts, reason=text, fields=fields)
        checks.expect_method(method)
        lifecycle.move(claim, "accept", actor=actor, reason=text)
        verbs.take_part(claim.measure, actor, DONE)
        check = _record(actor, claim, target, served, method=method, verdict="passed", text=text)
        checks.recount(served, actor=actor)
        return check


def return_claim(*, actor: Actor, claim_id: int, reason: str, text: str, version: int, method: str = "read") -> Check:
    """The standard is not met: the claim goes back with a neutral reason."""
    with transaction.atomic():
        claim, target, served = _open(actor, "claim.return", claim_id, version)
        facts = ClaimFacts(reason=reason, independence=tuple(_unmet(actor, claim)))
        lifecycle.move(claim.measure, "return", actor=actor, target=target, facts=facts, reason=text or reason)
        checks.expect_method(method)
        lifecycle.move(claim, "return", actor=actor, reason=text or reason, fields={"reason": reason})
        check = _record(actor, claim, target, served, method=method, verdict="returned", reason=reason, text=text)
        checks.recount(served, actor=actor)
        return check


def _open(actor: Actor, verb: str, claim_id: int, version: int) -> tuple[Claim, Target, list[Finding]]:
    """The claim in the version that was looked at; its findings are held, so that two recounts do not miss each other."""
    claim = load.claim(actor, claim_id, version)
    target = targets.of_measure(claim.measure)
    decide.require(actor, verb, target)
    return claim, target, verbs.served_by(claim.measure)


def _unmet(actor: Actor, claim: Claim) -> list[object]:
    parts = claim.measure.parts.values_list("holder", "part")
    return list(independence.unmet_parts(actor, DONE, parts, claim.measure.lead.path))


def _is_shown(claim: Claim) -> bool:
    """Whether some evidence of the act still stands; what was accepted from an old ledger may have none here."""
    acts = EvidenceUse.objects.filter(measure=claim.measure_id).exclude(evidence__kind="talk")
    states = set(acts.values_list("evidence__state", flat=True))
    return not states or not states.isdisjoint(Evidence.COUNTING)


def _record(actor: Actor, claim: Claim, target: Target, served: list[Finding], **found: str) -> Check:
    text = found.pop("text").strip()
    return checks.record(actor, served[0], target, "done", measure=claim.measure, claim=claim, text=text, **found)
