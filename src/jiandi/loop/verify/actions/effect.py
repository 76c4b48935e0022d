"""Done well: an effect check on a day, by a third person. A check that fails sends the finding back by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.verify.actions import checks
from jiandi.record.ledger import load, reads, targets, verbs, write
from jiandi.record.ledger.models import Check, Finding, Measure
from jiandi.record.policy import decide
from jiandi.record.policy.independence import WELL
from jiandi.record.trail.actor import SYSTEM, Actor

MEASURES = ("target", "sample", "ask", "act")
WORKED_ON = ("in_progress", "basically_done", "long_term", "submitted", "verified", "closed", "standing")
LOOKED_AT = ("submitted", "verified", "closed", "standing")
CLOSED = ("closed", "standing")


def schedule_effect(*, actor: Actor, finding_id: int, due: date, measure: str, version: int) -> Finding:
    """The office sets by what and when the effect is looked at."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id, version)
        decide.require(actor, "effect.schedule", targets.of_finding(finding))
        _check_schedule(finding, due, measure)
        fields = {"effect_due": due, "effect_state": "due", "effect_measure": measure}
        write.change(finding, fields, actor=actor, verb="schedule_effect")
        return finding


def _check_schedule(finding: Finding, due: date, measure: str) -> None:
    if finding.state not in WORKED_ON:
        raise RuleBroken("effect.state", N_("There is no work on this finding whose effect could be looked at."))
    if finding.effect_state == "passed":
        raise RuleBroken("effect.passed", N_("The effect has been seen already. A look-back may look again."))
    if measure not in MEASURES:
        raise BadInput("effect.measure", N_("Choose how the effect is measured: a number, cases drawn, people asked, or the act itself."))
    if due < clock.today():
        raise BadInput("effect.past", N_("The day of the effect check has passed. Choose a later one."))


def record_effect(
    *,
    actor: Actor,
    finding_id: int,
    passed: bool,
    method: str,
    text: str,
    version: int,
    failed_measures: Sequence[int] = (),
) -> Check:
    """A third person looked. Passed: done well. Failed: a closed finding is reopened, a verified one goes back."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id, version)
        target = targets.of_finding(finding)
        decide.require(actor, "effect.pass" if passed else "effect.fail", target)
        _expect_done(finding, text)
        checks.expect_method(method)
        live = [m for m in reads.measures_of(finding.pk) if m.counts]
        for measure in live:
            verbs.take_part(measure, actor, WELL)
        verdict = {"verdict": "passed"} if passed else {"verdict": "failed", "reason": "no_effect"}
        answers = {"effect_measure": finding.effect_measure, "failed": sorted(failed_measures)}
        check = checks.record(actor, finding, target, "effect", method=method, text=text.strip(), answers=answers, **verdict)
        write.change(finding, {"effect_state": "passed" if passed else "failed"}, actor=actor, verb="record_effect", reason=text)
        if not passed:
            _send_back(finding, live, failed_measures, text)
        verbs.keep_claims(finding, actor=actor, verb="recount")
        return check


def _expect_done(finding: Finding, text: str) -> None:
    if not text.strip():
        raise BadInput("effect.text", N_("Write what was looked at and what was seen."))
    if finding.state not in LOOKED_AT or not finding.is_done:
        raise RuleBroken(
            "effect.not_done", N_("The effect is looked at once every measure is accepted as done and the finding is handed in.")
        )
    if finding.effect_state == "passed":
        raise RuleBroken("effect.passed", N_("The effect has been seen already. A look-back may look again."))


def _send_back(finding: Finding, live: list[Measure], failed: Sequence[int], text: str) -> None:
    """Nobody decides again: a failed effect check puts the finding back by itself."""
    if finding.state in CLOSED:
        verbs.reopen(actor=SYSTEM, finding=finding, reason=text, failed=failed)
    else:
        numbers = list(failed) or [m.number for m in live]
        verbs.return_finding(actor=SYSTEM, finding=finding, reason="no_effect", measure_numbers=numbers, text=text)
    checks.recount_others(live, finding, actor=SYSTEM)
