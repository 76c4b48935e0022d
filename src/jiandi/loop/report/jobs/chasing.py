"""The list of whom to chase, for printing: one table for each unit, and the words to send."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from jiandi.loop.report import queries, rules
from jiandi.loop.report.jobs.paper import Paper
from jiandi.loop.report.queries import Chase, ChaseUnit
from jiandi.record.figures import queries as figures
from jiandi.record.trail.actor import Actor

ROWS = 40
WIDTHS = (34, 70, 27, 25)
Tell = Callable[[int, int], None]


def write_chase(
    path: Path, actor: Actor, round_id: int, unit_id: int | None = None, *, title: str = "", tell: Tell | None = None
) -> dict[str, Any]:
    """Write what the actor may see and return the figures of the same scope."""
    found = queries.chase(actor, round_id, unit_id)
    paper = Paper()
    name = rules.clean(title)
    paper.title(name)
    paper.text(summary(found))
    for place, unit in enumerate(found.units, start=1):
        _unit(paper, found, unit)
        if tell:
            tell(place, len(found.units))
    paper.right(rules.day_in_words(found.today))
    paper.save(path, title=name)
    return figures.totals_of(actor, round_id, unit_id).as_counts()


def summary(found: Chase) -> str:
    text = _(
        "As of {day}: {late} overdue, {near} due within 3 days, {soon} due within 10 days, {silent} of which nothing has been heard for"
        " {days} days; {units} units in all. Each finding stands here once, where it is most urgent."
    )
    return text.format(day=rules.day_in_words(found.today), days=found.silent_days, units=len(found.units), **found.counts)


def _unit(paper: Paper, found: Chase, unit: ChaseUnit) -> None:
    paper.heading(rules.clean(unit.name))
    rows = [[_("Number"), _("Finding"), _("Due"), _("Days")]]
    for row in unit.rows[:ROWS]:
        days = _DAYS[row.group](row.days(found.today))
        rows.append([row.number, rules.clean(row.title), row.due.isoformat() if row.due else "—", days])
    paper.table(rows, WIDTHS)
    if len(unit.rows) > ROWS:
        paper.text(_("and {n} more, see the ledger.").format(n=len(unit.rows) - ROWS))


_DAYS: dict[str, Callable[[int], str]] = {
    "late": lambda n: _("late {n}").format(n=n),
    "near": lambda n: _("{n} left").format(n=n),
    "soon": lambda n: _("{n} left").format(n=n),
    "silent": lambda n: _("silent {n}").format(n=n),
}
