"""Reads: who accepts (accepting), what waits (waiting), the check sheets (sheets), a finding's checks and signatures (panel)."""

from jiandi.loop.verify.queries.above import Above, above
from jiandi.loop.verify.queries.accepting import leader_posts, may_accept, require_accept
from jiandi.loop.verify.queries.panel import Panel, panel
from jiandi.loop.verify.queries.sheets import Sheet, claim_sheet, finding_sheet
from jiandi.loop.verify.queries.waiting import counts, waiting

__all__ = [
    "Above",
    "Panel",
    "Sheet",
    "above",
    "claim_sheet",
    "counts",
    "finding_sheet",
    "leader_posts",
    "may_accept",
    "panel",
    "require_accept",
    "waiting",
]
