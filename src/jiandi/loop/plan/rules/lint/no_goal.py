"""Long term without a stage goal: nothing can be looked at before its end."""

from __future__ import annotations

from jiandi.base.text.words import N_
from jiandi.loop.plan.rules.lint.facts import Case, Mark, Marks

CODE = "no_goal"
TEXT = N_("{finding} is long term and no measure has a stage goal, so nothing can be looked at before its end.")


def check(case: Case) -> Marks:
    if case.measures and case.klass == "long_term" and not any(draft.has_goals for draft in case.measures):
        yield Mark(CODE, TEXT, {"finding": case.number})
