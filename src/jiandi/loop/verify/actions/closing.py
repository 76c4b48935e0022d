"""Chains of signatures: before a finding is submitted and before it is closed, step by step, each by another person."""

from __future__ import annotations

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.verify import queries, rules
from jiandi.record.ledger import lifecycle, load, reads, signing, targets, verbs, write
from jiandi.record.ledger.models import Closing, Finding
from jiandi.record.policy import decide, roles
from jiandi.record.trail.actor import Actor


def sign_closing(*, actor: Actor, closing_id: int, opinion: str, version: int, document: str = "") -> Closing:
    """Sign the step whose turn it is. The last one submits or closes the finding, or says all that stands in the way.

    With ``document`` (number of the paper or minutes) the office enters a step that was taken on paper.
    """
    with transaction.atomic():
        closing = load.closing(actor, closing_id, version)
        target = targets.of_finding(closing.finding)
        _expect_running(closing)
        if closing.step < len(closing.chain):
            step = closing.chain[closing.step]
            signing.sign(closing, target, actor=actor, opinion=opinion, document=document.strip())
            if rules.notice_days(step):
                return closing
        else:
            decide.require_role(actor.as_seat(), closing.chain[-1]["role"] if closing.chain else roles.DIRECTOR, target)
        if closing.verb == signing.CLOSE and closing.step >= len(closing.chain):
            _finish(actor, closing, document.strip())
        return closing


def refuse_closing(*, actor: Actor, closing_id: int, reason: str, version: int) -> Closing:
    """Whose step it is sends what is not submitted yet back to the unit; every signature has to be given again."""
    with transaction.atomic():
        closing = load.closing(actor, closing_id, version)
        _expect_running(closing)
        if closing.verb != signing.SUBMIT:
            raise RuleBroken("closing.refuse", N_("After acceptance a finding goes back by “Return the finding”, with a neutral reason."))
        decide.require_role(actor.as_seat(), closing.chain[closing.step]["role"], targets.of_finding(closing.finding))
        if not reason.strip():
            raise BadInput("closing.reason", N_("Write what the unit has to mend."))
        lifecycle.move(closing, "stop", actor=actor, reason=reason.strip())
        write.note(closing.finding, actor=actor, verb="refuse_submit", reason=reason.strip())
        return closing


def name_leader(*, actor: Actor, finding_id: int, post_id: int, version: int) -> Finding:
    """The office names the leader in charge: a post that somebody holds with that duty."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id, version)
        decide.require(actor, "finding.assign", targets.of_finding(finding))
        if post_id not in dict(queries.leader_posts(finding.round_id)):
            raise BadInput("leader.post", N_("Choose the post of a leader in charge."))
        write.change(finding, {"leader_post_id": post_id}, actor=actor, verb="name_leader")
        return finding


def _expect_running(closing: Closing) -> None:
    if closing.state != "running":
        raise RuleBroken("closing.over", N_("This closing is over. Load the page again to see where the finding is now."))
    ready_on = rules.ready_on(closing.chain, {s.place: clock.local_day(s.at) for s in closing.steps.all()})
    if ready_on and clock.today() < ready_on:
        raise RuleBroken(
            "closing.notice", N_("The notice stays up until {day}. The next step can be taken from that day on."), day=ready_on.isoformat()
        )


def _finish(actor: Actor, closing: Closing, document: str) -> None:
    finding: Finding = closing.finding
    if finding.closing_authority == "above" and not document:
        raise RuleBroken("closing.above", N_("This finding is closed by the authority above. Give the number of its document."))
    facts = reads.facts_for("close", finding, chain_finished=True)
    lifecycle.move(finding, "close", actor=actor, facts=facts, reason=document, fields={"closed_on": clock.today()})
    lifecycle.move(closing, "finish", actor=actor)
    verbs.keep_claims(finding, actor=actor, verb="recount")
