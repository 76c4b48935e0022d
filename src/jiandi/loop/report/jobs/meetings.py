"""The block of the report about meetings: days since the feedback, counts and numbers, as the record keeps them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from jiandi.loop.report import rules
from jiandi.loop.report.jobs.paper import Paper
from jiandi.record.accounts.models import Unit, end_of_subtree
from jiandi.record.ledger.models import MeetingRecord, Round
from jiandi.record.ledger.scope import visible_by_unit
from jiandi.record.trail.actor import Actor

MOST = 200


def write_meetings(paper: Paper, actor: Actor, round_: Round, unit_id: int | None) -> bool:
    """One line for each meeting of the unit and those below it; False where none is recorded."""
    found = MeetingRecord.objects.filter(visible_by_unit(actor), round=round_, state="kept").select_related("unit", "chair")
    if unit_id is not None:
        path = Unit.objects.values_list("path", flat=True).get(pk=unit_id)
        found = found.filter(unit__path__gte=path, unit__path__lt=end_of_subtree(path))
    for one in found.order_by("held_on", "pk")[:MOST]:
        paper.text(_line(one, round_))
    return found.exists()


def _line(one: MeetingRecord, round_: Round) -> str:
    text = _(
        "On {day} (day {n} after the feedback) {unit} held a {kind}: {present} of {expected} members present, {sat_in} supervisors sitting in; minutes {minutes}."
    )
    return text.format(
        day=rules.day_in_words(one.held_on),
        n=(one.held_on - round_.feedback_on).days,
        unit=rules.clean(one.unit.name),
        kind=one.get_kind_display(),
        present=one.present,
        expected=one.expected,
        sat_in=one.sat_in,
        minutes=rules.clean(one.minutes),
    )
