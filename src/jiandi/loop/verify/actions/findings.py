"""A submitted finding: every standard judged, three questions answered, accepted or sent back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from django.db import transaction

from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.verify.actions import checks
from jiandi.record.ledger import lifecycle, load, reads, targets, verbs, write
from jiandi.record.ledger.models import Check, Closing, Finding
from jiandi.record.policy import decide, independence
from jiandi.record.policy.independence import DONE
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor


def open_check(*, actor: Actor, finding_id: int) -> Finding:
    """A verifier begins to look: from now on the unit cannot take the finding back."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id)
        decide.require(actor, "finding.accept", targets.of_finding(finding))
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
        judged = {str(number): verdict for number, verdict in verdicts.items()}
        facts = reads.facts_for("accept", finding, verdicts=judged, questions=dict(questions), independence=_unmet(actor, finding))
        lifecycle.move(finding, "accept", actor=actor, target=target, facts=facts, reason=text)
        checks.expect_method(method)
        for measure in reads.measures_of(finding.pk):
            if measure.counts:
                verbs.take_part(measure, actor, DONE)
        answers = {"verdicts": judged, "questions": dict(questions), "notes": {str(k): v for k, v in (notes or {}).items() if v}}
        check = checks.record(actor, finding, target, "accept", method=method, verdict="passed", answers=answers, text=text.strip())
        _begin_closing(actor, finding)
        verbs.keep_claims(finding, actor=actor, verb="recount")
        return check


def _unmet(actor: Actor, finding: Finding) -> tuple[object, ...]:
    lead_path = finding.lead.path if finding.lead else ""
    return tuple(independence.unmet_parts(actor, DONE, verbs.parts_on(finding.pk), lead_path))


def _begin_closing(actor: Actor, finding: Finding) -> Closing:
    """The steps that the regime puts at closing, kept as they are today."""
    steps = regimes.profile_of(finding.round.regime).steps_at("close")
    return write.create(Closing(finding=finding, chain=[asdict(step) for step in steps]), actor=actor, verb="begin")


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
