"""The yearly review of a long-term finding: is the stage goal kept, is it still worked on?"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.verify import rules
from jiandi.loop.verify.actions import checks
from jiandi.record.ledger import load, reviews, targets, verbs, write
from jiandi.record.ledger.models import RETURN_REASONS, Check, Finding
from jiandi.record.policy import decide, independence
from jiandi.record.policy.independence import DOING, WELL
from jiandi.record.trail.actor import Actor


def record_review(
    *, actor: Actor, finding_id: int, passed: bool, method: str, text: str, version: int, on: date | None = None, reason: str = ""
) -> Check:
    """What the review of the year found. One that did not pass gives a neutral reason, and the count begins again.

    Either way the next review is due a year on.
    """
    with transaction.atomic():
        finding = load.finding(actor, finding_id, version)
        target = targets.of_finding(finding)
        decide.require(actor, "finding.review", target)
        day = on or clock.today()
        _expect_due(finding, day)
        _expect_another_person(actor, finding)
        checks.expect_method(method)
        _expect_words(passed, reason, text)
        verdict = {"verdict": "passed"} if passed else {"verdict": "failed", "reason": reason}
        check = checks.record(actor, finding, target, "review", method=method, text=text.strip(), on=day, **verdict)
        fields = {"next_review": rules.next_review(day, finding.next_review)}
        write.change(finding, fields, actor=actor, verb="record_review", reason=text.strip())
        return check


def _expect_due(finding: Finding, day: date) -> None:
    since = reviews.long_term_since(finding)
    if since is None or finding.next_review is None:
        raise RuleBroken("review.state", N_("Only a long-term finding is reviewed every year."))
    if day > clock.today():
        raise BadInput("review.future", N_("This day is yet to come. Record the review once it has been held."))
    opens = rules.review_opens(since, finding.next_review)
    if day < opens:
        raise BadInput(
            "review.early", N_("The next review is due on {due}; it can be held from {day} on."), due=finding.next_review, day=opens
        )


def _expect_another_person(actor: Actor, finding: Finding) -> None:
    """Whoever verified a measure may review the finding; whoever worked on it, or serves the lead unit, may not."""
    lead_path = finding.lead.path if finding.lead else ""
    worked = [(holder, part) for holder, part in verbs.parts_on(finding.pk) if part == DOING]
    if found := independence.unmet_parts(actor, WELL, worked, lead_path):
        raise RuleBroken("review.person", N_("This review needs another person."), unmet=tuple(found))


def _expect_words(passed: bool, reason: str, text: str) -> None:  # noqa: FBT001 - a verdict
    if not text.strip():
        raise BadInput("review.text", N_("Write what was looked at and what was seen."))
    if not passed and reason not in dict(RETURN_REASONS):
        raise BadInput("review.reason", N_("Choose one of the neutral return reasons."))
