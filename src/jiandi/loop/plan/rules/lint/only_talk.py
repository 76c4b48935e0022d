"""All measures of a finding are meetings and documents: something is said, and nothing changes."""

from __future__ import annotations

from jiandi.base.text.words import N_
from jiandi.loop.plan.rules import wording
from jiandi.loop.plan.rules.lint.facts import Case, Mark, Marks

CODE = "only_talk"
TEXT = N_("The measures for {finding} are only meetings and documents, so something is said and nothing is done.")


def check(case: Case) -> Marks:
    if case.measures and all(wording.is_plain_talk(draft.plain) for draft in case.measures):
        yield Mark(CODE, TEXT, {"finding": case.number})
