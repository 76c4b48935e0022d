"""The regime says which kinds of measures a category usually needs. A missing punish is never a fault."""

from __future__ import annotations

from jiandi.base.text.words import N_, Word
from jiandi.loop.plan.rules import wording
from jiandi.loop.plan.rules.defaults import fit_of
from jiandi.loop.plan.rules.lint.facts import Case, Mark, Marks

CODE = "kind_missing"
TEXT = N_("Problems of “{group}” usually need a measure of the kind “{kind}”; without one, part of {finding} stays as it is.")
# A missing punish is never a fault; a missing prevent has a sentence of its own.
_ELSEWHERE = frozenset({"punish", "prevent"})


def check(case: Case) -> Marks:
    fit = fit_of(case.fits, case.category, case.title)
    if fit is None or not case.measures:
        return
    there = {draft.kind for draft in case.measures}.union(*(wording.kinds_in(draft.plain) for draft in case.measures))
    for kind in fit.kinds:
        if kind not in there and kind not in _ELSEWHERE:
            params = {"finding": case.number, "group": fit.name, "kind": Word(wording.KINDS[kind])}
            yield Mark(CODE, TEXT, params)
