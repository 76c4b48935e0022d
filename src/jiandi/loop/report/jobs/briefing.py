"""The briefing (专题简报): one to two pages for a leader. Three rates with k of n, what is late, what is unchecked, what is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.db.models import Count, F
from django.utils.translation import gettext as _

from jiandi.base.text.chinese_numbers import to_chinese
from jiandi.loop.report import queries, rules
from jiandi.loop.report.jobs import blocks
from jiandi.loop.report.jobs.blocks import Facts
from jiandi.loop.report.jobs.paper import Paper
from jiandi.record.figures import queries as figures
from jiandi.record.ledger import reads
from jiandi.record.ledger.models.finding import UNCHECKED
from jiandi.record.trail.actor import Actor

SHOWN = 5
UNITS_SHOWN = 8
LINE = 50
Tell = Callable[[int, int], None]


def write_briefing(
    path: Path, actor: Actor, round_id: int, unit_id: int | None = None, *, title: str = "", tell: Tell | None = None
) -> dict[str, Any]:
    """Write what the actor may see of a round (or of a unit in it) and return the figures printed."""
    facts = blocks.facts_of(actor, round_id, unit_id)
    paper = Paper()
    name = rules.clean(title)
    paper.title(name)
    parts: Sequence[tuple[str, Callable[[Paper, Facts], None]]] = (
        (_("The whole picture"), _whole),
        (_("What is late"), _late),
        (_("Taken over, not checked"), _unchecked),
        (_("Left out of the letter"), _left_out),
        (_("Next steps"), _next),
    )
    for place, (heading, write) in enumerate(parts, start=1):
        paper.heading(f"{to_chinese(place)}、{heading}")
        write(paper, facts)
        if tell:
            tell(place, len(parts))
    paper.right(rules.day_in_words(facts.today))
    paper.save(path, title=name)
    return facts.totals.as_counts()


def _whole(paper: Paper, facts: Facts) -> None:
    text = _("As of {today}, the ledger holds {n} findings, {counted} of them counted.")
    told = text.format(today=rules.day_in_words(facts.today), n=facts.totals.total, counted=facts.totals.counted)
    paper.text(told + blocks.states_told(facts))
    paper.text(blocks.rates_told(facts))
    blocks.by_source(paper, facts)


def _late(paper: Paper, facts: Facts) -> None:
    found = queries.chase(facts.actor, facts.round.pk, facts.unit_id)
    late = sorted((row for unit in found.units for row in unit.of("late")), key=lambda row: (row.due, row.pk))
    units = sum(bool(unit.of("late")) for unit in found.units)
    text = _("Overdue: {late}, at {units} units. Due within 3 days: {near}; within 10 days: {soon}.")
    paper.text(text.format(units=units, **{name: found.counts[name] for name in ("late", "near", "soon")}))
    leads = {row.pk: unit.name for unit in found.units for row in unit.rows}
    for place, row in enumerate(late[:SHOWN], start=1):
        line = _("{place}. “{title}” ({unit}), overdue by {n} days.")
        paper.text(line.format(place=place, title=rules.clean(row.title), unit=rules.clean(leads[row.pk]), n=row.days(facts.today)))
    _more(paper, len(late) - SHOWN)


def _unchecked(paper: Paper, facts: Facts) -> None:
    if not facts.totals.unchecked:
        paper.text(_("None."))
        return
    found = figures.in_round(facts.actor, facts.round.pk, facts.unit_id).filter(UNCHECKED)
    words = found.values_list("old_word").annotate(n=Count("pk")).order_by("-n", "old_word")[:UNITS_SHOWN]
    told = "、".join(_("“{word}” {n}").format(word=word or _("no word"), n=n) for word, n in words)
    text = _(
        "{n} findings are finished by the word of the old ledger ({words}). Nobody has checked them here: no rate counts them as done."
    )
    paper.text(text.format(n=facts.totals.unchecked, words=told))
    units = found.values_list("lead__name").annotate(n=Count("pk")).order_by(F("lead__path").asc(nulls_last=True))
    kept = list(units)
    told = "、".join(_("{unit} {n}").format(unit=name or _("no lead unit yet"), n=n) for name, n in kept[:UNITS_SHOWN])
    rest = len(kept) - UNITS_SHOWN
    end = _(" and {n} other units").format(n=rest) if rest > 0 else ""
    paper.text(_("By lead unit: {units}{more}.").format(units=told, more=end))


def _left_out(paper: Paper, facts: Facts) -> None:
    """Only who sees the whole round reads its letters."""
    if facts.unit_id is not None or not figures.sees_round(facts.actor, facts.round.pk):
        paper.text(_("Stated for the round as a whole only."))
        return
    items = reads.items_to_take_up(facts.round.pk)
    left = items.filter(state__in=reads.NOT_TAKEN_UP)
    n = items.count()
    if not n:
        paper.text(_("The letter has not been entered; nothing can be said about it."))
        return
    open_ = list(left.filter(type="finding").order_by("letter", "place").values_list("text", flat=True)[: SHOWN + 1])
    paper.text(_("The letters hold {n} items; {left} of them have not been taken up in the ledger.").format(n=n, left=left.count()))
    for place, text in enumerate(open_[:SHOWN], start=1):
        paper.text(f"{place}. {rules.shortened(rules.clean(text), LINE)}")
    _more(paper, left.filter(type="finding").count() - SHOWN)


def _next(paper: Paper, facts: Facts) -> None:
    steps = [_("Ask the units named above for progress; what is overdue gets an explanation.") if facts.totals.open else ""]
    steps.append(_("Check what was taken over as finished, unit by unit, before it is reported as done.") if facts.totals.unchecked else "")
    steps.append(_("Decide for every item left out: take it up, hold it elsewhere, or drop it with approval."))
    for n, text in enumerate(filter(None, steps), start=1):
        paper.text(f"{n}. {text}")


def _more(paper: Paper, n: int) -> None:
    if n > 0:
        paper.text(_("and {n} more, see the ledger.").format(n=n))
