"""Pure decisions of the plan: defaults, dates, the linter, recurring duties, differences between versions. No Django here."""

from jiandi.loop.plan.rules.coverage import Cell, coverage
from jiandi.loop.plan.rules.defaults import SOURCES, Defaults, Known, defaults_for, effect_for, goal_days
from jiandi.loop.plan.rules.difference import Pair, difference, is_lower_target, side_by_side
from jiandi.loop.plan.rules.dues import ReadDue, Terms, latest_due, read_due
from jiandi.loop.plan.rules.duty import Duty, duty_of, is_cycle_end
from jiandi.loop.plan.rules.joining import JOINABLE, office_joins
from jiandi.loop.plan.rules.lint import (
    ERROR,
    RULES,
    Case,
    Draft,
    Like,
    Mark,
    copied,
    from_stored,
    lint_finding,
    lint_line,
    rule_exists,
)
from jiandi.loop.plan.rules.wording import CARRIED, DRAFTING, HORIZONS, KINDS, is_hollow, is_talk

__all__ = [
    "CARRIED",
    "DRAFTING",
    "ERROR",
    "HORIZONS",
    "JOINABLE",
    "KINDS",
    "RULES",
    "SOURCES",
    "Case",
    "Cell",
    "Defaults",
    "Draft",
    "Duty",
    "Known",
    "Like",
    "Mark",
    "Pair",
    "ReadDue",
    "Terms",
    "copied",
    "coverage",
    "defaults_for",
    "difference",
    "duty_of",
    "effect_for",
    "from_stored",
    "goal_days",
    "is_cycle_end",
    "is_hollow",
    "is_lower_target",
    "is_talk",
    "latest_due",
    "lint_finding",
    "lint_line",
    "office_joins",
    "read_due",
    "rule_exists",
    "side_by_side",
]
