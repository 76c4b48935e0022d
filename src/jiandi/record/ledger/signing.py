"""Signatures before a finding is submitted and before it is closed: one after the other, each by another person.

A regime whose only step before submission is the head's has no chain there: handing in is that signature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from jiandi.base import clock, digests
from jiandi.base.errors import RuleBroken, Unmet
from jiandi.base.text.words import N_
from jiandi.record.ledger import guards, lifecycle, reads, verbs, write
from jiandi.record.ledger.models import Closing, ClosingStep, Finding
from jiandi.record.policy import decide
from jiandi.record.policy.independence import DOING
from jiandi.record.policy.targets import Target
from jiandi.record.regimes.parts import Step
from jiandi.record.trail.actor import Actor

LAST_SIGN = 300
SUBMIT, CLOSE = "submit", "close"


def submit_steps(finding: Finding) -> tuple[Step, ...]:
    """The steps before submission that are signed one by one; none where the head's handing in is all there is."""
    steps = reads.profile_of(finding).steps_at(SUBMIT)
    return steps if len(steps) > 1 else ()


def closing_steps(finding: Finding) -> tuple[Step, ...]:
    """The steps after acceptance: further signatures of those who check, then those of closing."""
    profile = reads.profile_of(finding)
    return (*profile.steps_at("accept")[1:], *profile.steps_at(CLOSE))


def begin(finding: Finding, verb: str, steps: Sequence[Step], *, actor: Actor) -> Closing:
    """The steps are kept as the regime has them today."""
    chain = [asdict(step) for step in steps]
    return write.create(Closing(finding=finding, verb=verb, chain=chain), actor=actor, verb="begin")


def waiting(finding: Finding) -> Closing | None:
    """The application that is being signed and is not submitted yet."""
    return finding.closings.filter(state="running", verb=SUBMIT).first()


def apply(finding: Finding, steps: Sequence[Step], target: Target, *, actor: Actor, opinion: str = "") -> Closing:
    """The first signature before submission. Of two at once the second gets a Conflict: the note compares and sets."""
    if waiting(finding):
        raise RuleBroken("closing.waiting", N_("This finding is handed in already and waits for the next signature."))
    closing = begin(finding, SUBMIT, steps, actor=actor)
    sign(closing, target, actor=actor, opinion=opinion)
    return closing


def sign(closing: Closing, target: Target, *, actor: Actor, opinion: str, document: str = "") -> None:
    """Sign the step whose turn it is; with ``document`` the office enters what was signed on paper."""
    step = closing.chain[closing.step]
    if document:
        decide.require(actor, "closing.enter_paper", target)
    else:
        decide.require_role(actor.as_seat(), step["role"], target)
    if closing.verb == SUBMIT:
        _expect_ready(closing.finding)
    if unmet := _unmet(actor, closing, step, document):
        raise RuleBroken("closing.person", N_("This step needs another person."), unmet=tuple(unmet))
    words = _words(opinion, document)
    write.change(closing, {"step": closing.step + 1}, actor=actor, verb="sign", reason=words)
    holder = "" if step["may_share_person"] else identity(actor, document)
    place, code = closing.step - 1, step["code"]
    write.attach(
        [ClosingStep(closing=closing, place=place, code=code, holder=holder, signed_by=actor.holder, opinion=words, at=clock.now())]
    )
    if closing.verb == SUBMIT:
        _go_on(closing, target, actor=actor, reason=words)


def _go_on(closing: Closing, target: Target, *, actor: Actor, reason: str) -> None:
    """The last signature submits the finding; every other one is noted on it."""
    finding = closing.finding
    if closing.step < len(closing.chain):
        write.note(finding, actor=actor, verb="sign_submit", reason=reason)
        return
    lifecycle.move(finding, "submit_signed", actor=actor, target=target, facts=reads.facts_for("submit", finding), reason=reason)
    lifecycle.move(closing, "finish", actor=actor)


def _expect_ready(finding: Finding) -> None:
    """Nobody signs what could not be submitted."""
    lifecycle.find("finding", finding.state, "submit")
    if unmet := guards.submit(reads.facts_for("submit", finding)):
        raise RuleBroken("finding.submit", N_("This cannot be done yet."), unmet=tuple(unmet))


def identity(actor: Actor, document: str) -> str:
    """Who counts as the signer: the person (or post), or the paper that was signed elsewhere."""
    return f"paper:{digests.digest('sha256', document.encode())[:24]}" if document else actor.holder


def _words(opinion: str, document: str) -> str:
    text = f"{opinion.strip()} [{document}]" if document else opinion.strip()
    return text.strip()[:LAST_SIGN]


def _unmet(actor: Actor, closing: Closing, step: dict[str, Any], document: str) -> list[Unmet]:
    """Signed by nobody who claimed, checked or handed in, and by nobody who signed before.

    The unit's own people may sign what their unit did before it is submitted; who checked may not.
    """
    if step["may_share_person"] and not document:
        return []
    finding, is_own_word = closing.finding, closing.verb == SUBMIT and not document
    found = []
    if any(holder == actor.holder and not (is_own_word and part == DOING) for holder, part in verbs.parts_on(finding.pk)):
        found.append(Unmet("closing.part", N_("You did or checked the work on this finding; another person signs here.")))
    if closing.verb == CLOSE and actor.holder in applicants(finding):
        found.append(Unmet("closing.applicant", N_("You handed this finding in; another person signs here.")))
    if closing.steps.filter(holder=identity(actor, document)).exclude(holder="").exists():
        found.append(Unmet("closing.twice", N_("You signed an earlier step of this closing; each step needs another person.")))
    return found


def applicants(finding: Finding) -> set[str]:
    """Who handed the finding in last: the head, or everybody who signed before it was submitted."""
    if submit_steps(finding):
        last = finding.closings.filter(verb=SUBMIT, state="finished").order_by("-pk").first()
        return set(last.steps.values_list("holder", flat=True)) - {""} if last else set()
    return {reads.submitted_by(finding)} - {""}
