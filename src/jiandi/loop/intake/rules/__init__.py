"""Pure decisions of intake: which unit is meant, how soon, what kind of measure, what is covered, what a ledger row says."""

from jiandi.loop.intake.rules.coverage import SETTLED, Coverage, Covering, Named, coverage
from jiandi.loop.intake.rules.taking import CheckedRow, Fault, Line, MeasureLine, state_from_word, take_lines
from jiandi.loop.intake.rules.units import MANY_MEANT, Resolved, Table, resolve_units, split_names
from jiandi.loop.intake.rules.wording import LOW, Nature, Proposal, class_of, measure_nature, sentences, title_of

__all__ = [
    "LOW",
    "MANY_MEANT",
    "SETTLED",
    "CheckedRow",
    "Coverage",
    "Covering",
    "Fault",
    "Line",
    "MeasureLine",
    "Named",
    "Nature",
    "Proposal",
    "Resolved",
    "Table",
    "class_of",
    "coverage",
    "measure_nature",
    "resolve_units",
    "sentences",
    "split_names",
    "state_from_word",
    "take_lines",
    "title_of",
]
