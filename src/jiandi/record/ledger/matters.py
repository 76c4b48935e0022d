"""The list of matters to raise (提请上级协调事项): causes beyond our level, for its page and its paper alike."""

from __future__ import annotations

from django.db.models import F, QuerySet

from jiandi.record.ledger.models import MATTERS, RaisedCause
from jiandi.record.ledger.scope import sees_everything, wide_rounds
from jiandi.record.trail.actor import Actor


def sees_list(actor: Actor, round_id: int) -> bool:
    """The list names who proposed, so it is for those who see the whole round."""
    return sees_everything(actor) or round_id in wide_rounds(actor)


def of_round(actor: Actor, round_id: int) -> QuerySet[RaisedCause]:
    """What stands on the list: still to be raised first, then what waits for an answer, then what was answered."""
    if not sees_list(actor, round_id):
        return RaisedCause.objects.none()
    found = RaisedCause.objects.filter(finding__round_id=round_id, state__in=MATTERS)
    return found.select_related("finding", "proposed_by").order_by(
        F("answered_on").asc(nulls_first=True), F("raised_on").asc(nulls_first=True), "pk"
    )
