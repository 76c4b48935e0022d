"""How often dates moved and findings changed hands in a round: counts of rows one may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q

from jiandi.base import clock
from jiandi.record.ledger.models import PASSED, Extension, Finding, Support, Transfer
from jiandi.record.trail.actor import Actor


@dataclass(frozen=True)
class Changes:
    """``extended`` counts findings, the others count rows; late: answered after the day of the answer, or still waiting past it."""

    extended: int
    extensions: int
    extensions_late: int
    passed_on: int
    transfers: int
    transfers_refused: int
    transfers_late: int
    supports: int
    supports_late: int


def of_round(actor: Actor, round_id: int) -> Changes:
    """Three queries."""
    seen = Finding.objects.visible_to(actor).filter(round_id=round_id).values("pk")
    today, granted, passed = clock.today(), Q(state="granted"), Q(state__in=PASSED, kind="transfer")
    waits = Q(state="asked", answer_by__lt=today)
    refused_late = Q(state="refused", answered_on__gt=F("answer_by"))
    extensions = Extension.objects.filter(finding__in=seen).aggregate(
        extended=Count("finding", filter=granted, distinct=True),
        extensions=Count("pk", filter=granted),
        extensions_late=Count("pk", filter=waits | Q(answered_on__gt=F("answer_by"))),
    )
    transfers = Transfer.objects.filter(finding__in=seen).aggregate(
        passed_on=Count("finding", filter=passed, distinct=True),
        transfers=Count("pk", filter=passed),
        transfers_refused=Count("pk", filter=Q(state="refused")),
        transfers_late=Count("pk", filter=waits | Q(answered_on__gt=F("answer_by"))),
    )
    supports = Support.objects.filter(measure__serves__finding__in=seen).aggregate(
        supports=Count("pk", distinct=True),
        supports_late=Count("pk", filter=waits | Q(promised_on__gt=F("answer_by")) | refused_late, distinct=True),
    )
    return Changes(**extensions, **transfers, **supports)
