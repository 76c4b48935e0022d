"""`jiandi calendar`: years (which are published), publish (the days of a year from a notice, .csv or .xlsx)."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.utils.translation import gettext_lazy

from jiandi.interfaces.cli.verbs import Lines, Options, Verb, VerbCommand, word
from jiandi.record.regimes import actions, announced, jobs
from jiandi.record.regimes.models import PublishedYear
from jiandi.record.trail.actor import Actor

SHEETS = (".xlsx", ".xls", ".ods")


def _years(_actor: Actor, _options: Options) -> Lines:
    for row in PublishedYear.objects.order_by("year"):
        yield f"{row.year} {row.source}"


def _publish(actor: Actor, o: Options) -> Lines:
    path = Path(o["file"])
    text = jobs.lines_of(path) if path.suffix.lower() in SHEETS else path.read_text("utf-8-sig")
    found = announced.read(text, o["year"], o["source"])
    actions.publish_years(actor=actor, years=[found])
    for one in found.days:
        yield f"{one.day} {'+' if one.is_workday else '-'} {one.note}"


class Command(VerbCommand):
    help = gettext_lazy("Working calendar: years, publish (the days of a year from a notice, .csv or .xlsx).")
    verbs: ClassVar[dict[str, Verb]] = {
        "years": Verb(_years),
        "publish": Verb(_publish, (("file", {}), word("year", type=int), word("source"))),
    }
