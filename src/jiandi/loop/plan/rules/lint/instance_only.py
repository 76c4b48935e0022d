"""Only the example is mended, and nobody looks whether it is elsewhere too (就事论事)."""

from __future__ import annotations

from typing import Final

from jiandi.base.text.words import N_
from jiandi.loop.plan.rules import wording
from jiandi.loop.plan.rules.lint.facts import Case, Mark, Marks

CODE = "instance_only"
TEXT = N_("The measures for {finding} mend only the example that was named and look nowhere else, so the same problem may stay elsewhere.")

# A rule made or revised reaches beyond the example; of a common problem somebody must look elsewhere as well.
_GENERAL: Final = frozenset({"make", "revise"})


def check(case: Case) -> Marks:
    if not case.measures or case.is_checked_elsewhere or case.excuse:
        return
    texts = [draft.plain for draft in case.measures]
    general = not case.is_common and any(wording.rule_verb(text) in _GENERAL for text in texts)
    if not general and not any(wording.is_wide(text) for text in texts) and any(wording.names_example(text) for text in texts):
        yield Mark(CODE, TEXT, {"finding": case.number})
