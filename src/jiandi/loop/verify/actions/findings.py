"""A submitted finding: every standard judged, three questions answered, accepted or sent back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from jiandi.base.errors import RuleBroken, Unmet
from jiandi.base.text.words import N_
from jiandi.loop.verify import queries
from jiandi.loop.verify.actions import checks
from jiandi.record.ledger import lifecycle, load, reads, signing, targets, verbs, write
from jiandi.record.ledger.models import Check, Finding
from jiandi.record.policy import independence
from jiandi.record.policy.independence import DONE
from jiandi.record.trail.actor import Actor


def open_check(*, actor: Actor, finding_id: int) -> Finding:
    """A verifier begins to look: from now on the unit cannot take the finding back."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id)
        queries.require_accept(actor, finding, targets.of_finding(finding))
        if finding.state != "submitted":
            raise RuleBroken("check.not_submitted", N_("Only a submitted finding can be checked. Wait until the unit hands it in."))
        if not reads.checks_open(finding):
            write.note(finding, actor=actor, verb="open_check")
        return finding


def accept_finding(
    *,
    actor: Actor,
    finding_id: int,
    verdicts: Mapping[int, str],
    questions: Mapping[str, bool],
    method: str,
    text: str,
    version: int,
    notes: Mapping[int, str] | None = None,
) -> Check:
    """Verified. The closing chain of the regime begins; ``notes`` are remarks on single standards."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id, version)
        target = targets.of_finding(finding)
        queries.require_accept(actor, finding, target)
        judged = {str(number): verdict for number, verdict in verdicts.items()}
        facts = reads.facts_for("accept", finding, verdicts=judged, questions=dict(questions), independence=_unmet(actor, finding))
        lifecycle.move(finding, "accept", actor=actor, target=target, facts=facts, reason=text)
        checks.expect_method(method)
        for measure in reads.measures_of(finding.pk):
            if measure.counts:
                verbs.take_part(measure, actor, DONE)
        answers = {"verdicts": judged, "questions": dict(questions), "notes": {str(k): v for k, v in (notes or {}).items() if v}}
        check = checks.record(actor, finding, target, "accept", method=method, verdict="passed", answers=answers, text=text.strip())
        signing.begin(finding, signing.CLOSE, signing.closing_steps(finding), actor=actor)
        verbs.keep_claims(finding, actor=actor, verb="recount")
        return check


def _unmet(actor: Actor, finding: Finding) -> tuple[object, ...]:
    lead_path = finding.lead.path if finding.lead else ""
    found: list[Unmet] = independence.unmet_parts(actor, DONE, verbs.parts_on(finding.pk), lead_path)
    if actor.holder in signing.applicants(finding):
        found.append(Unmet("accept.applicant", N_("You handed this finding in or signed before it was; another person accepts it.")))
    return tuple(found)


def return_finding(
    *,
    actor: Actor,
    finding_id: int,
    reason: str,
    measure_numbers: Sequence[int],
    text: str,
    version: int,
    method: str = "read",
) -> Finding:
    """Sent back with a neutral reason; the done claims of the measures named fall back."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id, version)
        target = targets.of_finding(finding)
        named = [m for m in reads.measures_of(finding.pk) if m.number in set(measure_numbers)]
        verbs.return_finding(actor=actor, finding=finding, reason=reason, measure_numbers=measure_numbers, text=text)
        checks.expect_method(method)
        found = {"method": method, "verdict": "returned", "reason": reason, "text": text.strip()}
        checks.record(actor, finding, target, "accept", answers={"returned": sorted(measure_numbers)}, **found)
        checks.recount_others(named, finding, actor=actor)
        return finding
