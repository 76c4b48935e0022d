"""The closing chain: step by step, each by another person, the last one closes."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from jiandi.base import clock, digests
from jiandi.base.errors import RuleBroken, Unmet
from jiandi.base.text.words import N_
from jiandi.loop.verify import rules
from jiandi.record.ledger import lifecycle, load, reads, targets, verbs, write
from jiandi.record.ledger.models import Closing, ClosingStep, Finding
from jiandi.record.policy import decide, roles
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor

LAST_SIGN = 300


def sign_closing(*, actor: Actor, closing_id: int, opinion: str, version: int, document: str = "") -> Closing:
    """Sign the step whose turn it is; the last one closes the finding, or says all that stands in the way.

    With ``document`` (number of the paper or minutes) the office enters a step that was taken on paper.
    """
    with transaction.atomic():
        closing = load.closing(actor, closing_id, version)
        target = targets.of_finding(closing.finding)
        _expect_running(closing)
        if closing.step < len(closing.chain):
            step = closing.chain[closing.step]
            _sign(actor, closing, step, target, opinion, document.strip())
            if rules.notice_days(step):
                return closing
        else:
            decide.require_role(standing(actor), closing.chain[-1]["role"] if closing.chain else roles.DIRECTOR, target)
        if closing.step >= len(closing.chain):
            _finish(actor, closing, document.strip())
        return closing


def _expect_running(closing: Closing) -> None:
    if closing.state != "running":
        raise RuleBroken("closing.over", N_("This closing is over. Load the page again to see where the finding is now."))
    ready_on = rules.ready_on(closing.chain, {s.place: clock.local_day(s.at) for s in closing.steps.all()})
    if ready_on and clock.today() < ready_on:
        raise RuleBroken(
            "closing.notice", N_("The notice stays up until {day}. The next step can be taken from that day on."), day=ready_on.isoformat()
        )


def _sign(actor: Actor, closing: Closing, step: dict[str, Any], target: Target, opinion: str, document: str) -> None:
    if document:
        decide.require(actor, "closing.enter_paper", target)
    else:
        decide.require_role(standing(actor), step["role"], target)
    unmet = _unmet(actor, closing, step, document)
    if unmet:
        raise RuleBroken("closing.person", N_("This step needs another person."), unmet=tuple(unmet))
    write.change(closing, {"step": closing.step + 1}, actor=actor, verb="sign", reason=_words(opinion, document))
    signed = ClosingStep(
        closing=closing,
        place=closing.step - 1,
        code=step["code"],
        holder="" if step["may_share_person"] else identity(actor, document),
        signed_by=actor.holder,
        opinion=_words(opinion, document),
        at=clock.now(),
    )
    write.attach([signed])


def identity(actor: Actor, document: str) -> str:
    """Who counts as the signer: the person (or post), or the paper that was signed elsewhere."""
    return f"paper:{digests.digest('sha256', document.encode())[:24]}" if document else actor.holder


def standing(actor: Actor) -> Actor:
    """In a single-clerk installation a step is taken by the post stood for, not by what the clerk may do besides."""
    return actor.as_seat()


def _words(opinion: str, document: str) -> str:
    text = f"{opinion.strip()} [{document}]" if document else opinion.strip()
    return text.strip()[:LAST_SIGN]


def _unmet(actor: Actor, closing: Closing, step: dict[str, Any], document: str) -> list[Unmet]:
    """A step is signed by nobody who claimed, checked or handed in, and by nobody who signed before."""
    if step["may_share_person"] and not document:
        return []
    finding = closing.finding
    found = []
    if any(holder == actor.holder for holder, _part in verbs.parts_on(finding.pk)):
        found.append(Unmet("closing.part", N_("You did or checked the work on this finding; another person signs here.")))
    if actor.holder == reads.submitted_by(finding):
        found.append(Unmet("closing.applicant", N_("You handed this finding in; another person signs here.")))
    if closing.steps.filter(holder=identity(actor, document)).exclude(holder="").exists():
        found.append(Unmet("closing.twice", N_("You signed an earlier step of this closing; each step needs another person.")))
    return found


def _finish(actor: Actor, closing: Closing, document: str) -> None:
    finding: Finding = closing.finding
    if finding.closing_authority == "above" and not document:
        raise RuleBroken("closing.above", N_("This finding is closed by the authority above. Give the number of its document."))
    facts = reads.facts_for("close", finding, chain_finished=True)
    lifecycle.move(finding, "close", actor=actor, facts=facts, reason=document, fields={"closed_on": clock.today()})
    lifecycle.move(closing, "finish", actor=actor)
    verbs.keep_claims(finding, actor=actor, verb="recount")
