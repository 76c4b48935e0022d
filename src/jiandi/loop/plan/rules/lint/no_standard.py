"""Without a standard nobody can judge whether it was done."""

from __future__ import annotations

from jiandi.base.text.words import N_
from jiandi.loop.plan.rules.lint.facts import Case, Mark, Marks

CODE = "no_standard"
TEXT = N_("Measure {number} has no standard, so nobody can judge whether it is done.")


def check(case: Case) -> Marks:
    for draft in case.measures:
        if not (draft.standard.strip() or case.standard.strip()):
            yield Mark(CODE, TEXT, case.of(draft), draft.number)
