"""The meeting that settles the list: a sheet frozen as of a day, its lines, and what was decided."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.finding import SAYS_FINISHED, Finding
from jiandi.record.ledger.models.round import Round
from jiandi.record.trail.models import Recorded


class Reconciliation(Recorded):
    """``seal_size`` names the head of the trail that the sheet reads; ``digest`` is over its canonical lines."""

    STATES: ClassVar = [("frozen", _("frozen")), ("held", _("meeting held")), ("finished", _("finished"))]
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="reconciliations")
    title = models.CharField(_("title"), max_length=120)
    as_of = models.DateField(_("as of"))
    seal_size = models.BigIntegerField()
    algorithm = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    totals = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=STATES, default="frozen")

    class Meta:
        ordering = ["-as_of", "-pk"]

    def __str__(self) -> str:
        return self.title


class ReconciliationLine(models.Model):
    """One finding on the sheet, as it stood; written once, never changed."""

    sheet = models.ForeignKey(Reconciliation, on_delete=models.CASCADE, related_name="lines")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=16)
    due = models.DateField(null=True)
    is_said = models.BooleanField()
    is_done = models.BooleanField()
    is_well = models.BooleanField()
    days_overdue = models.PositiveIntegerField(default=0)
    times_returned = models.PositiveIntegerField(default=0)
    times_reopened = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["sheet", "pk"]
        constraints = [models.UniqueConstraint(fields=["sheet", "finding"], name="line_once")]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.finding_id}"

    @property
    def is_unchecked(self) -> bool:
        """As it stood: taken over as finished, and not checked here."""
        return self.finding.source == "taken_over" and self.state in SAYS_FINISHED and not self.is_done


class Decision(Recorded):
    """What the meeting decided on a line; an open task stands at the head of the next sheet."""

    KINDS: ClassVar = [
        ("go_on", _("go on as planned")),
        ("press", _("press: done by a date")),
        ("recheck", _("check again")),
        ("other", _("other")),
    ]
    STATES: ClassVar = [("open", _("open")), ("met", _("met"))]
    sheet = models.ForeignKey(Reconciliation, on_delete=models.PROTECT, related_name="decisions")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(_("decision"), max_length=10, choices=KINDS)
    text = models.CharField(_("task"), max_length=300, blank=True)
    due = models.DateField(_("by"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="open")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "finding"], name="one_decision_per_line")]

    def __str__(self) -> str:
        return f"{self.kind} {self.finding_id}"
