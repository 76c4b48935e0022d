"""“进一步加强…”: neither an object nor a number, so nobody can see later whether it was done."""

from __future__ import annotations

from jiandi.base.text.words import N_
from jiandi.loop.plan.rules import wording
from jiandi.loop.plan.rules.lint.facts import Case, Mark, Marks

CODE = "hollow"
TEXT = N_("Measure {number} names no object and no number, so nobody can see later whether it was done.")


def check(case: Case) -> Marks:
    for draft in case.measures:
        if wording.is_plain_hollow(draft.plain):
            yield Mark(CODE, TEXT, case.of(draft), draft.number)
