"""It is not said how the effect will be seen: then done cannot be told from done well."""

from __future__ import annotations

from jiandi.base.text.words import N_
from jiandi.loop.plan.rules.lint.facts import Case, Mark, Marks

CODE = "no_effect"
TEXT = N_("It is not said how the effect of {finding} will be seen, so done cannot be told from done well.")


def check(case: Case) -> Marks:
    if case.measures and not case.effect_measure:
        yield Mark(CODE, TEXT, {"finding": case.number})
