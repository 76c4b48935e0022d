"""Disputes: the unit's head raises one, the office forwards it, only the issuer's document answers it. The clock runs on.

Each turn is an action: one transaction, policy and guard through the lifecycle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.text.words import N_
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import lifecycle, load, reads, targets, verbs, write
from jiandi.record.ledger.facts import DisputeFacts, ItemFacts
from jiandi.record.ledger.models import OPEN_DISPUTES, Dispute, Finding
from jiandi.record.policy import decide
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes.calendar import Reckoned
from jiandi.record.trail.actor import Actor

TEXT_LENGTH = 2000
NUMBER_LENGTH = 80
ANSWERS = ("uphold", "correct", "withdraw")


@dataclass(frozen=True)
class Brought:
    """What the person brings along; each verb asks for some of it (``ASKED``)."""

    text: str = ""
    new_facts: str = ""
    document: str = ""
    answered_on: date | None = None


ASKED: Mapping[str, tuple[str, ...]] = {
    "raise": ("text", "new_facts"),
    "forward": ("document",),
    "uphold": ("document", "answered_on", "text"),
    "correct": ("document", "answered_on", "text"),
    "withdraw": ("document", "answered_on", "text"),
    "take_back": ("text",),
}


def open_until(finding: Finding) -> Reckoned:
    """The last day on which the finding is disputed without new facts, counted from its feedback or later registration."""
    start = max(finding.round.feedback_on, finding.registered_on)
    days = regimes.profile_of(finding.round.regime).clocks.dispute_days
    return regimes.work_calendar().add_working_days(start, days)


def of_finding(finding: Finding) -> list[Dispute]:
    """Its disputes, newest first."""
    return list(Dispute.objects.filter(finding=finding).select_related("unit")[:20])


def open_of(finding: Finding) -> Dispute | None:
    """The dispute that waits for an answer."""
    return Dispute.objects.filter(finding=finding, state__in=OPEN_DISPUTES).first()


def offered(actor: Actor, finding: Finding, last: Dispute | None) -> list[str]:
    """The turns the actor's duties and the state allow."""
    target = targets.of_finding(finding)
    if last is None or last.state not in OPEN_DISPUTES:
        may = finding.is_open and finding.lead_id is not None and finding.source != "self" and decide.may(actor, "dispute.raise", target)
        return ["raise"] if may else []
    return [step.verb for step in lifecycle.verbs_from("dispute", last.state) if decide.may(actor, step.who, target)]


def take(*, actor: Actor, finding_id: int, verb: str, brought: Brought, version: int) -> Dispute:
    """Take one of the turns in ``ASKED``; ``version`` is the finding's when raising, else the open dispute's."""
    if verb not in ASKED:
        raise NotFound("dispute.no_turn", N_("There is no such step."))
    with transaction.atomic():
        if verb == "raise":
            return _raise(actor, finding_id, brought, version)
        finding = load.finding(actor, finding_id)
        dispute = open_of(finding)
        if dispute is None:
            raise RuleBroken("dispute.none_open", N_("No dispute of this finding is open."))
        write.expect_version(dispute, version)
        if verb == "forward":
            return _forward(actor, finding, dispute, brought)
        return _take_back(actor, finding, dispute, brought) if verb == "take_back" else _answer(actor, finding, dispute, verb, brought)


def _raise(actor: Actor, finding_id: int, brought: Brought, version: int) -> Dispute:
    finding = load.finding(actor, finding_id)
    decide.require(actor, "dispute.raise", targets.of_finding(finding))
    write.expect_version(finding, version)
    lead = _may_be_disputed(finding)
    if not brought.text.strip():
        raise BadInput("dispute.no_grounds", N_("Write on what grounds the finding is disputed."))
    last_day = open_until(finding).day
    is_late = clock.today() > last_day
    if is_late and not brought.new_facts.strip():
        raise RuleBroken(
            "dispute.late",
            N_("A finding is disputed by {day}. Later only new facts count: write what has become known since."),
            day=last_day,
        )
    dispute = Dispute(
        finding=finding,
        unit=lead,
        grounds=brought.text.strip()[:TEXT_LENGTH],
        new_facts=brought.new_facts.strip()[:TEXT_LENGTH],
        raised_on=clock.today(),
        open_until=last_day,
        is_late=is_late,
    )
    write.note(finding, actor=actor, verb="dispute", reason=dispute.grounds)  # first: of two at once, one is told
    write.create(dispute, actor=actor, verb="raise", reason=dispute.grounds)
    return dispute


def _may_be_disputed(finding: Finding) -> Unit:
    """The lead unit, unless something speaks against it."""
    if finding.source == "self":
        raise RuleBroken(
            "dispute.self", N_("This problem was found by the unit itself; there is no issuer to answer. Ask the office to withdraw it.")
        )
    if not finding.is_open or finding.lead is None:
        raise RuleBroken("dispute.not_open", N_("Only an open finding with a lead unit is disputed."))
    if open_of(finding):
        raise RuleBroken("dispute.open", N_("A dispute of this finding is open already. Wait for the issuer's answer."))
    return finding.lead


def _forward(actor: Actor, finding: Finding, dispute: Dispute, brought: Brought) -> Dispute:
    days = regimes.profile_of(finding.round.regime).clocks.dispute_answer_days
    fields: dict[str, Any] = {
        "forwarded_on": clock.today(),
        "forwarded_as": brought.document.strip()[:NUMBER_LENGTH],
        "answer_by": clock.today() + timedelta(days=days),
    }
    lifecycle.move(dispute, "forward", actor=actor, target=targets.of_finding(finding), fields=fields, reason=fields["forwarded_as"])
    write.note(finding, actor=actor, verb="forward_dispute", reason=fields["forwarded_as"])
    return dispute


def _answer(actor: Actor, finding: Finding, dispute: Dispute, verb: str, brought: Brought) -> Dispute:
    """What the issuer wrote is recorded; a withdrawal withdraws the finding by the same document, its text never changes."""
    target, number = targets.of_finding(finding), brought.document.strip()[:NUMBER_LENGTH]
    facts = DisputeFacts(number, brought.answered_on, dispute.forwarded_on, clock.today())
    fields = {"answer_document": number, "answered_on": brought.answered_on, "answer": brought.text.strip()[:TEXT_LENGTH]}
    lifecycle.move(dispute, verb, actor=actor, target=target, facts=facts, fields=fields, reason=number)
    write.note(finding, actor=actor, verb=f"dispute_{verb}", reason=f"{number} {brought.text.strip()}".strip()[:TEXT_LENGTH])
    if verb == "withdraw":
        known = reads.finding_facts(finding, reason=number, document=number)
        lifecycle.move(finding, "withdraw", actor=actor, target=target, facts=known, reason=number)
        verbs.stop_closings(finding, actor=actor)
    return dispute


def _take_back(actor: Actor, finding: Finding, dispute: Dispute, brought: Brought) -> Dispute:
    reason = brought.text.strip()
    lifecycle.move(dispute, "take_back", actor=actor, target=targets.of_finding(finding), facts=ItemFacts(reason=reason), reason=reason)
    write.note(finding, actor=actor, verb="take_back_dispute", reason=reason)
    return dispute
