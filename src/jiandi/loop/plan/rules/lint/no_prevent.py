"""Nothing keeps the problem from coming back."""

from __future__ import annotations

from jiandi.base.text.words import N_
from jiandi.loop.plan.rules.lint.facts import Case, Mark, Marks

CODE = "no_prevent"
TEXT = N_("No measure for {finding} prevents it, so once corrected it may come back.")


def check(case: Case) -> Marks:
    wanted = case.measures and case.needs_prevent and not case.excuse
    if wanted and not any(draft.kind == "prevent" for draft in case.measures):
        yield Mark(CODE, TEXT, {"finding": case.number})
