"""The report on the progress of rectification: the regime's blocks, each from what the record holds.

What the record does not hold is left to be filled in by the unit and says so; nothing is made up.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jiandi.base.text.chinese_numbers import to_chinese
from jiandi.loop.report import rules
from jiandi.loop.report.jobs import blocks
from jiandi.loop.report.jobs.paper import Paper
from jiandi.record.trail.actor import Actor

Tell = Callable[[int, int], None]


def write_document(
    path: Path, actor: Actor, round_id: int, unit_id: int | None = None, *, title: str = "", tell: Tell | None = None
) -> dict[str, Any]:
    """Write what the actor may see of a round (or of a unit in it) and return the figures printed."""
    facts = blocks.facts_of(actor, round_id, unit_id)
    paper = Paper()
    name = rules.clean(title or facts.round.title)
    paper.title(name)
    wanted = facts.profile.report_blocks
    for place, block in enumerate(wanted, start=1):
        paper.heading(f"{to_chinese(place)}、{block.heading}")
        blocks.WRITERS.get(block.code, blocks.to_fill_in)(paper, facts)
        if tell:
            tell(place, len(wanted))
    paper.text("")
    paper.right(rules.clean(facts.unit_name))
    paper.right(rules.day_in_words(facts.today))
    paper.save(path, title=name)
    return facts.totals.as_counts()
