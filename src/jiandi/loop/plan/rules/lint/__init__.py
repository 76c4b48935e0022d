"""The plan linter: each rule a module of its own; how much each weighs is the regime's (``Lint``). No Django here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from jiandi.loop.plan.rules.lint import (
    copied,
    hollow,
    instance_only,
    kind_missing,
    late,
    lowest_lead,
    no_effect,
    no_goal,
    no_prevent,
    no_standard,
    only_talk,
    rule_exists,
)
from jiandi.loop.plan.rules.lint.facts import TYPED, Case, Draft, Like, Mark, Marks, from_stored
from jiandi.record.regimes.planning import Lint

OFF, ERROR, WARNING = "off", "error", "warning"


@dataclass(frozen=True)
class Rule:
    """One rule; ``while_typing``: it speaks of the line itself, so it is said before the line is added."""

    code: str
    check: Callable[[Case], Marks]
    while_typing: bool = True


RULES: Final = (
    Rule(hollow.CODE, hollow.check),
    Rule(only_talk.CODE, only_talk.check),
    Rule(no_standard.CODE, no_standard.check),
    Rule(late.CODE, late.check),
    Rule(lowest_lead.CODE, lowest_lead.check),
    Rule(copied.UNIT, copied.check_units),
    Rule(copied.ROUND, copied.check_rounds),
    Rule(rule_exists.CODE, rule_exists.check),
    Rule(instance_only.CODE, instance_only.check, while_typing=False),
    Rule(kind_missing.CODE, kind_missing.check, while_typing=False),
    Rule(no_prevent.CODE, no_prevent.check, while_typing=False),
    Rule(no_effect.CODE, no_effect.check, while_typing=False),
    Rule(no_goal.CODE, no_goal.check, while_typing=False),
)


def lint_finding(case: Case, levels: Lint) -> list[Mark]:
    """Everything the linter says about the measures of a finding, errors first; rules that are off are silent."""
    found = list(_marks(case, levels, RULES))
    return sorted(found, key=lambda mark: mark.level != ERROR)


def lint_line(case: Case, levels: Lint) -> list[Mark]:
    """What it says of the one measure that is being typed, beside those that are there."""
    typing = tuple(rule for rule in RULES if rule.while_typing)
    typed = {draft.number for draft in case.measures if draft.is_typed}
    return [mark for mark in _marks(case, levels, typing) if mark.measure in typed or mark.code == only_talk.CODE]


def _marks(case: Case, levels: Lint, rules: tuple[Rule, ...]) -> Iterator[Mark]:
    for rule in rules:
        level = getattr(levels, rule.code)
        if level != OFF:
            for mark in rule.check(case):
                yield replace(mark, level=level, finding=case.number)


__all__ = [
    "ERROR",
    "OFF",
    "RULES",
    "TYPED",
    "WARNING",
    "Case",
    "Draft",
    "Like",
    "Mark",
    "Rule",
    "from_stored",
    "lint_finding",
    "lint_line",
]
