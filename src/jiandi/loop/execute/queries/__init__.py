"""Reads: measures and what can be done on them (measures), rows that change time, duty or help (changes), their pages (turns)."""

from jiandi.loop.execute.queries.changes import delegations, extension, passes, post, support, transfer
from jiandi.loop.execute.queries.measures import (
    Card,
    Deeds,
    Panel,
    Row,
    counts,
    expect_claim_of,
    expect_rule_of,
    expect_served,
    measures_in,
    mine_to_note,
    panel,
    rows_of,
)

__all__ = [
    "Card",
    "Deeds",
    "Panel",
    "Row",
    "counts",
    "delegations",
    "expect_claim_of",
    "expect_rule_of",
    "expect_served",
    "extension",
    "measures_in",
    "mine_to_note",
    "panel",
    "passes",
    "post",
    "rows_of",
    "support",
    "transfer",
]
