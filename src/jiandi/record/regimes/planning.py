"""Parts of a regime about plans: what measures are asked for, what the linter weighs, which kinds a category needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Cycle = Literal["weekly", "monthly", "quarterly", "half_yearly", "yearly"]
Kind = Literal["punish", "correct", "reform", "prevent"]
LintLevel = Literal["error", "warning", "off"]


@dataclass(frozen=True)
class Measures:
    """What a measure is asked for beyond text, lead and date.

    ``standing_cycle``: how often a duty is kept up that says only 长期坚持.
    """

    has_funds: bool = False
    effect_per_measure: bool = False
    standing_cycle: Cycle = "quarterly"


@dataclass(frozen=True)
class Lint:
    """How much each rule of the plan linter weighs: an error stops the plan, a warning is shown and stays in the version handed in."""

    no_prevent: LintLevel = "error"
    no_standard: LintLevel = "error"
    kind_missing: LintLevel = "warning"
    only_talk: LintLevel = "warning"
    hollow: LintLevel = "warning"
    late: LintLevel = "warning"
    instance_only: LintLevel = "warning"
    lowest_lead: LintLevel = "warning"
    copied_unit: LintLevel = "warning"
    copied_round: LintLevel = "warning"
    rule_exists: LintLevel = "warning"
    no_effect: LintLevel = "warning"
    no_goal: LintLevel = "warning"


@dataclass(frozen=True)
class Fit:
    """Problems whose category holds one of ``words`` usually need measures of these kinds; the first is the default where the words say nothing."""

    name: str
    words: tuple[str, ...]
    kinds: tuple[Kind, ...]
