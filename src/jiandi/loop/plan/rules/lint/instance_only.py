"""Only the example is mended, and nobody looks whether it is elsewhere too (就事论事)."""

from __future__ import annotations

from jiandi.base.text.words import N_
from jiandi.loop.plan.rules import wording
from jiandi.loop.plan.rules.lint.facts import Case, Mark, Marks

CODE = "instance_only"
TEXT = N_("The measures for {finding} mend only the example that was named and look nowhere else, so the same problem may stay elsewhere.")


def check(case: Case) -> Marks:
    if not case.measures or case.is_checked_elsewhere or case.excuse:
        return
    texts = [draft.plain for draft in case.measures]
    if not any(wording.is_wide(text) for text in texts) and any(wording.names_example(text) for text in texts):
        yield Mark(CODE, TEXT, {"finding": case.number})
