"""What was sent up about a finding, and what the office can do about it now."""

from __future__ import annotations

from dataclasses import dataclass

from jiandi.record.ledger import reads, targets
from jiandi.record.ledger.models import Finding, UpperReview
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor

OVER = ("closed", "standing", "handed_over", "withdrawn")


@dataclass(frozen=True)
class Above:
    """The packages, newest first; the steps offered; the measures that can be named when it came back."""

    reviews: list[UpperReview]
    steps: list[str]
    open: UpperReview | None
    measures: list[tuple[int, str]]


def above(actor: Actor, finding: Finding) -> Above:
    rows = list(UpperReview.objects.filter(finding=finding).select_related("scan")[:20])
    last = next((row for row in rows if row.state == "sent"), None)
    target = targets.of_finding(finding)
    steps = []
    if last is not None:
        steps = ["confirm", "send_back"] if decide.may(actor, "upper.record", target) else []
        steps += ["take_back"] if decide.may(actor, "upper.send", target) else []
    elif finding.state not in OVER:
        is_due = finding.state == "verified" and finding.closing_authority == "above"
        steps = ["send"] if is_due and decide.may(actor, "upper.send", target) else []
        steps += ["set"] if decide.may(actor, "finding.assign", target) else []
    done = [(m.number, m.text[:60]) for m in reads.measures_of(finding.pk) if m.state == "done"]
    return Above(rows, steps, last, done)
