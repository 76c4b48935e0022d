"""Figures and short lists of a round and of a unit, for the desk's pages."""

from __future__ import annotations

from typing import Any

from jiandi.record.accounts.models import Duty, Unit, end_of_subtree
from jiandi.record.figures import queries as figures
from jiandi.record.ledger import listing
from jiandi.record.ledger.models import Finding, Round
from jiandi.record.trail.actor import Actor


def of_round(actor: Actor, current: Round) -> dict[str, Any]:
    """The three rates and the state counts of what the actor sees in a round."""
    return {"round": current, "totals": figures.totals_of(actor, current.pk)}


def of_unit(actor: Actor, current: Round, unit: Unit) -> dict[str, Any]:
    """The two halves of a unit's page, its rates, and who is on duty."""
    led = listing.Filters(unit=unit.pk)
    rows, has_more = listing.rows(actor, current.pk, led)
    found_here = (
        Finding.objects.visible_to(actor)
        .filter(round=current, found_in__path__gte=unit.path, found_in__path__lt=end_of_subtree(unit.path))
        .select_related("lead")
        .order_by(*listing.BY_DUE)[: listing.PAGE]
    )
    duties = Duty.objects.filter(post__unit=unit, until__isnull=True).select_related("user", "post").order_by("role", "pk")
    return {
        "unit": unit,
        "round": current,
        "totals": figures.totals_of(actor, current.pk, unit_id=unit.pk),
        "led": rows,
        "has_more": has_more,
        "more_url": led.address(),
        "found_here": list(found_here),
        "duties": list(duties),
        "children": list(unit.children.filter(ended_on__isnull=True).order_by("path")[:50]),
    }
