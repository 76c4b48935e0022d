"""The closed word lists a regime may draw from: states, roles, ledger fields, report blocks. Codes only, no words."""

from __future__ import annotations

from typing import Final

from jiandi.record.policy import roles

STATES: Final = (
    "registered",
    "planned",
    "in_progress",
    "basically_done",
    "long_term",
    "submitted",
    "verified",
    "closed",
    "reopened",
    "standing",
    "handed_over",
    "withdrawn",
)
# No obligation runs in these, so no light counts their days.
SETTLED: Final = frozenset({"verified", "closed", "standing", "handed_over", "withdrawn"})
# A measure in these asks nothing more of its unit: done, waiting for its check, or given up.
MEASURE_AT_REST: Final = frozenset({"claimed", "done", "failed", "dropped"})
# Only these may ever be counted as complete; a regime picks from them.
MAY_COUNT_AS_COMPLETE: Final = frozenset({"verified", "closed"})

# In a regime's chain, ladder and lights: never an administrator.
BUSINESS_ROLES: Final = tuple(role for role in roles.ALL if role in roles.BUSINESS)
# Who may sign a plan: those who see the whole round, never the unit whose plan it is.
PLAN_ROLES: Final = tuple(role for role in roles.ALL if role in roles.ROUND_WIDE - {roles.TEAM_MEMBER})

# Days a phase may start from. A phase may also start at the end of an earlier one: "end:<code of the phase>".
ANCHORS: Final = ("feedback", "notice", "plan_approved", "plan_published", "started", "found")
END_OF: Final = "end:"

# fmt: off
# What a column of a ledger or a required field may stand for; each heading found in the field maps to one of them.
FIELDS: Final = frozenset(
    {
        "serial", "number", "letter_number", "outline_number", "project", "notice_number", "level",
        "category", "title", "text", "manifestation", "location", "found_in", "found_on", "found_by", "basis", "advice", "hazard_kind", "audited_post",
        "cause", "goal", "standard", "measures", "class", "lead", "leader_post", "supports", "supervising_unit", "accepting_unit", "responsible", "contact",
        "due", "due_now", "due_text", "stage_goals", "next_review",
        "progress", "state", "result", "percent", "completed_on", "reason_not_done", "next_step",
        "evidence", "photos_before", "photos_after", "institutions", "amount", "amount_corrected", "funds", "contingency", "accountability",
        "checker", "checked_on", "check_method", "check_result", "closure_number", "remarks", "other",
    }
)

# Columns whose cells may be filled in outside and come back; every other one is a fact, a date or a state that only its own verb changes.
RETURNABLE: Final = ("progress", "category", "leader_post")

REPORT_BLOCKS: Final = frozenset(
    {
        "overview", "organisation", "three_rates", "states", "measures", "fix_now", "department_opinions", "institutions", "money", "accountability",
        "meetings", "each_finding", "campaign", "effect", "satisfaction", "not_done", "long_term", "next_steps", "publication", "contact",
    }
)
# fmt: on

NUMBER_PARTS: Final = frozenset({"prefix", "level", "year", "round", "outline", "seq"})
