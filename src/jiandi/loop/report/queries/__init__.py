"""Reads of the reports: what was asked for, and whom to chase."""

from jiandi.loop.report.queries.asked import (
    JOB,
    PAGE,
    Named,
    Row,
    may_write_whole,
    naming,
    opened,
    rates_name,
    report,
    reports,
    round_target,
    told,
    units_to_choose,
    with_progress,
)
from jiandi.loop.report.queries.chasing import SILENT_DAYS, Chase, ChaseRow, ChaseUnit, chase

__all__ = [
    "JOB",
    "PAGE",
    "SILENT_DAYS",
    "Chase",
    "ChaseRow",
    "ChaseUnit",
    "Named",
    "Row",
    "chase",
    "may_write_whole",
    "naming",
    "opened",
    "rates_name",
    "report",
    "reports",
    "round_target",
    "told",
    "units_to_choose",
    "with_progress",
]
