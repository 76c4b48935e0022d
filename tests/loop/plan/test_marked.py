"""The linter on measures that people marked (dev documents only): few sentences that an official could object to."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import lint_marked
from jiandi.loop.plan import rules

CORPUS = Path(os.environ.get("JIANDI_CORPUS", ""))
pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(not (CORPUS / "split.json").is_file(), reason="JIANDI_CORPUS names no folder of marked documents"),
]


def test_the_linter_stays_quiet_on_most_measures() -> None:
    fired = Counter(mark.code for mark, _case in lint_marked.marks(CORPUS))
    drafts = sum(len(case.measures) for _name, case in lint_marked.cases(CORPUS))
    assert fired["hollow"] <= drafts * 0.06
    assert fired["instance_only"] <= 5


def test_plans_of_acts_are_not_called_talk() -> None:
    plans = [case for name, case in lint_marked.cases(CORPUS) if name.startswith("1") and not case.number.endswith("*")]
    marks = [mark.code for case in plans for mark in rules.lint_finding(case, lint_marked.LEVELS)]
    assert "only_talk" not in marks


def test_different_documents_are_no_copies_of_each_other() -> None:
    every = [(at, name, draft.text) for at, (name, draft) in enumerate((n, d) for n, c in lint_marked.cases(CORPUS) for d in c.measures)]
    for document in {name for _at, name, _text in every}:
        own = {1_000_000 + at: text for at, name, text in every if name == document}
        assert rules.copied.copies(own, [(at, text) for at, name, text in every if name != document]) == {}
