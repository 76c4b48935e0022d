"""A deadline after the concentrated phase, where neither class nor duty means it to be so."""

from __future__ import annotations

from jiandi.base.text.words import N_
from jiandi.loop.plan.rules.lint.facts import Case, Mark, Marks

CODE = "late"
TEXT = N_(
    "Measure {number} ends on {due}, after the concentrated phase ({end}), so the finding will still be open when the phase is settled."
)


def check(case: Case) -> Marks:
    if case.phase_end is None or case.klass == "long_term":
        return
    for draft in case.measures:
        if draft.due and draft.due > case.phase_end and not draft.recurs:
            params = {**case.of(draft), "due": draft.due.isoformat(), "end": case.phase_end.isoformat()}
            yield Mark(CODE, TEXT, params, draft.number)
