"""The end of one phase of a round: every item in one group, the open ones carried into the next phase."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.finding import Finding
from jiandi.record.ledger.models.reconciliation import Reconciliation
from jiandi.record.ledger.models.round import Round
from jiandi.record.trail.models import Recorded


class PhaseChange(Recorded):
    """One act of closing a phase; ``totals`` counts every group, ``sheet`` is frozen as of the same day."""

    STATES: ClassVar = [("standing", _("in force")), ("undone", _("undone"))]
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="phase_changes")
    from_phase = models.CharField(max_length=40)
    to_phase = models.CharField(max_length=40)
    on = models.DateField(_("day of the change"))
    planned_end = models.DateField(_("planned end of the phase"), null=True, blank=True)
    document = models.CharField(_("document number"), max_length=80, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    sheet = models.ForeignKey(Reconciliation, on_delete=models.PROTECT, related_name="phase_changes")
    totals = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=STATES, default="standing")

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "from_phase"], condition=Q(state="standing"), name="phase_closed_once"),
            models.CheckConstraint(condition=~Q(from_phase=models.F("to_phase")), name="phase_changes_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.from_phase} {self.to_phase}"


class PhaseLine(models.Model):
    """Where one finding went on that day; ``origin`` is the phase in which it was first open. Written once."""

    GROUPS: ClassVar = [
        ("closed", _("closed")),
        ("standing", _("made standing")),
        ("handed_over", _("handed over")),
        ("withdrawn", _("withdrawn")),
        ("awaiting", _("carried over: waiting for its check or its signatures")),
        ("long_term", _("carried over: long term")),
        ("overdue", _("carried over: overdue")),
        ("extended", _("carried over: extended")),
        ("within", _("carried over: within its date")),
        ("undated", _("carried over: without a date")),
    ]
    change = models.ForeignKey(PhaseChange, on_delete=models.CASCADE, related_name="lines")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="phase_lines")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    group = models.CharField(max_length=12, choices=GROUPS)
    state = models.CharField(max_length=16)
    source = models.CharField(max_length=12)
    origin = models.CharField(max_length=40)
    due = models.DateField(null=True)
    is_overdue = models.BooleanField(default=False)
    is_extended = models.BooleanField(default=False)
    is_well = models.BooleanField(default=False)

    class Meta:
        ordering = ["change", "pk"]
        constraints = [models.UniqueConstraint(fields=["change", "finding"], name="phase_line_once")]

    def __str__(self) -> str:
        return f"{self.change_id} {self.finding_id} {self.group}"
