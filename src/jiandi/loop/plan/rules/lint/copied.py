"""Copied from another unit, or from the own plan of an earlier round. Likeness is found beforehand (``copies``), once for a whole plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jiandi.base.text import similar
from jiandi.base.text.words import N_
from jiandi.loop.plan.rules.lint.facts import Case, Mark, Marks

UNIT, ROUND = "copied_unit", "copied_round"
TEXTS = {
    UNIT: (
        N_("Measure {number} is nearly word for word the measure of another unit, so it may not fit what was found here."),
        N_("Measure {number} is nearly word for word a measure of {unit}, so it may not fit what was found here."),
    ),
    ROUND: (
        N_("Measure {number} is nearly word for word a measure of an earlier round, which did not keep the problem away."),
        N_("Measure {number} is nearly word for word a measure of “{round}”, which did not keep the problem away."),
    ),
}


def copies(asked: Mapping[int, str], others: Iterable[tuple[int, str]]) -> dict[int, int]:
    """For each text that copies an earlier one, the key of that one. Keys are in the order of writing; only the later copies."""
    return similar.copies_of(asked, others)


def check_units(case: Case) -> Marks:
    yield from _check(case, UNIT)


def check_rounds(case: Case) -> Marks:
    yield from _check(case, ROUND)


def _check(case: Case, code: str) -> Marks:
    text, named = TEXTS[code]
    for draft in case.measures:
        if like := draft.likes.get(code):
            yield Mark(code, text, case.of(draft), draft.number, named=named, like=like)
