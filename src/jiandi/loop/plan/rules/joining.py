"""When a measure may serve one more finding, and who decides it."""

from __future__ import annotations

from typing import Final

from jiandi.loop.plan.rules.wording import DRAFTING

JOINABLE: Final = ("planned", "in_progress", "claimed", "done")


def office_joins(lead_of_measure: int, lead_of_finding: int | None, finding_state: str, measure_state: str) -> bool:
    """Whether the office alone decides that a measure serves one more finding: another lead, a plan that stands, or done already."""
    return lead_of_measure != lead_of_finding or finding_state not in DRAFTING or measure_state == "done"
