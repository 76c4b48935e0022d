"""The list of matters to raise, as a paper that goes to a superior."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from jiandi.base import clock
from jiandi.loop.report import rules
from jiandi.loop.report.jobs.paper import Paper
from jiandi.record.figures import queries as figures
from jiandi.record.ledger import matters
from jiandi.record.ledger.models import RaisedCause
from jiandi.record.trail.actor import Actor

WIDTHS = (12, 60, 38, 46)
Tell = Callable[[int, int], None]


def write_matters(
    path: Path, actor: Actor, round_id: int, unit_id: int | None = None, *, title: str = "", tell: Tell | None = None
) -> dict[str, Any]:
    """Write every matter of the round that the actor may see and return the figures of the same scope."""
    rows = list(matters.of_round(actor, round_id))
    open_ = [row for row in rows if row.state != "answered"]
    paper, name = Paper(), rules.clean(title)
    paper.title(name)
    text = _("As of {day}: {n} matters lie beyond this level; {waiting} of them are not answered yet.")
    paper.text(text.format(day=rules.day_in_words(clock.today()), n=len(rows), waiting=len(open_)))
    if rows:
        heads = [_("No."), _("What is to be coordinated"), _("Problem and unit"), _("How far it has come")]
        paper.table([heads, *(_cells(place, row) for place, row in enumerate(rows, start=1))], WIDTHS)
    paper.right(rules.day_in_words(clock.today()))
    paper.save(path, title=name)
    if tell:
        tell(len(rows), len(rows))
    return figures.totals_of(actor, round_id, unit_id).as_counts()


def _cells(place: int, row: RaisedCause) -> list[str]:
    return [str(place), rules.clean(row.sent_text), rules.clean(f"{row.finding.number} {row.proposed_by.label}"), rules.clean(_stand(row))]


def _stand(row: RaisedCause) -> str:
    if row.state == "listed":
        return _("not raised yet")
    where = " ".join(filter(None, [row.raised_on.isoformat() if row.raised_on else "", row.raised_to, row.document]))
    if row.state == "raised":
        by = row.answer_by.isoformat() if row.answer_by else "—"
        return _("raised: {where}; answer expected by {day}").format(where=where, day=by)
    day = row.answered_on.isoformat() if row.answered_on else "—"
    return _("raised: {where}; answered {day} {document}: {answer}").format(
        where=where, day=day, document=row.answer_document, answer=row.answer
    )
