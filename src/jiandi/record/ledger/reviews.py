"""Yearly reviews of a long-term finding: which of them count towards standing."""

from __future__ import annotations

from datetime import date

from jiandi.base import clock
from jiandi.record.ledger import reads
from jiandi.record.ledger.models import Check, Finding
from jiandi.record.trail.models import StateSpan


def long_term_since(finding: Finding) -> date | None:
    """The day on which it became long term this time; None when it is not."""
    spans = StateSpan.objects.filter(thing="finding", thing_id=finding.pk, facet="state", value="long_term", until__isnull=True)
    since = spans.values_list("since", flat=True).first()
    return clock.local_day(since) if since else None


def passed_in_a_row(finding: Finding) -> int:
    """Reviews passed since it became long term, or since the last one that failed."""
    since = long_term_since(finding)
    if since is None:
        return 0
    found = Check.objects.filter(finding=finding, kind="review", on__gte=since).order_by("-pk").values_list("verdict", flat=True)
    verdicts = list(found)
    return next((place for place, verdict in enumerate(verdicts) if verdict != "passed"), len(verdicts))


def wanted(finding: Finding) -> int:
    """How many the regime asks for before it may become standing."""
    return reads.profile_of(finding).clocks.reviews_before_standing
