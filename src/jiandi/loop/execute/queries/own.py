"""Measures that the actor's own units lead or support."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models import Measure, MeasureSupport
from jiandi.record.policy import roles
from jiandi.record.trail.actor import Actor


def own_measures(actor: Actor, measures: QuerySet[Measure]) -> QuerySet[Measure]:
    paths = {d.unit_path for d in actor.duties if d.role in roles.UNIT}
    own = Unit.objects.filter(accounts.subtree(paths)).values("pk")
    supports = MeasureSupport.objects.filter(unit__in=own).values("measure_id")
    return measures.filter(Q(lead__in=own) | Q(pk__in=supports))
