"""The lead is the lowest unit of its branch, while the problem is common or its cause lies higher: pressed down is not taken up."""

from __future__ import annotations

from jiandi.base.text.words import N_
from jiandi.loop.plan.rules.lint.facts import Case, Draft, Mark, Marks

CODE = "lowest_lead"
COMMON = N_(
    "Measure {number} is led by {unit}, the lowest unit of its branch, though the problem is common: it cannot mend what others do."
)
HIGHER = N_(
    "Measure {number} is led by {unit}, the lowest unit of its branch, though the cause lies with {owner}: it cannot mend what it does not decide."
)


def check(case: Case) -> Marks:
    for draft in case.measures:
        if not draft.is_lowest:
            continue
        params = {**case.of(draft), "unit": draft.lead}
        owner = _higher(case, draft)
        if owner:
            yield Mark(CODE, HIGHER, {**params, "owner": owner}, draft.number)
        elif case.is_common and not _shared_above(case, draft):
            yield Mark(CODE, COMMON, params, draft.number)


def _higher(case: Case, draft: Draft) -> str:
    """A unit above the lead whose cause it is."""
    above = (name for name, path in case.owners if draft.lead_path != path and draft.lead_path.startswith(path))
    return next(above, "")


def _shared_above(case: Case, draft: Draft) -> bool:
    """Whether a unit above leads another measure for the same finding."""
    leads = (other.lead_path for other in case.measures if other is not draft)
    return any(path and path != draft.lead_path and draft.lead_path.startswith(path) for path in leads)
