"""A new rule where one exists: revise it, or it stays beside the old one and neither is followed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from jiandi.base.text import normalise, similar
from jiandi.base.text.words import N_
from jiandi.loop.plan.rules.lint.facts import Case, Mark, Marks

CODE = "rule_exists"
TEXT = N_("Measure {number} makes a new rule where one on the same matter exists, so two may stand side by side and neither be followed.")
NAMED = N_("Measure {number} makes a new rule, but “{title}” exists, so two may stand side by side and neither be followed.")
LEAST: Final = 70
_KIND: Final = r"(?:制度|办法|规定|细则|规程|机制|规范|章程|条例|清单|标准)"
_TITLE: Final = re.compile(
    rf"《([^》]{{3,60}})》|(?:制定|出台|建立健全|建立|印发|制订|起草|研究制定)(?:了|并)?([^，。；;、《》\"]{{2,40}}?{_KIND})"
)


def titles_in(text: str) -> list[str]:
    """The rules a measure speaks of making."""
    return [one[1] or one[2] for one in _TITLE.finditer(normalise.plain(text).replace("“", "").replace("”", ""))]


def existing(asked: Mapping[int, str], rules: Mapping[int, str]) -> dict[int, int]:
    """For each measure text that makes a rule, the key of a rule with nearly the same title."""
    known = similar.Likeness(rules)
    found = {}
    for key, text in asked.items():
        near = [one for title in titles_in(text) for one in known.nearest(title, least=LEAST, most=1)]
        if near:
            found[key] = max(near, key=lambda one: one.percent).key
    return found


def check(case: Case) -> Marks:
    for draft in case.measures:
        if draft.rule_verb == "make" and (like := draft.likes.get(CODE)):
            yield Mark(CODE, TEXT, case.of(draft), draft.number, named=NAMED, like=like)
