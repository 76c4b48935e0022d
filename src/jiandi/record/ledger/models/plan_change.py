"""A change asked of an approved measure; it takes effect with the approval of the version that carries it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiandi.record.ledger.models.measure import Measure
from jiandi.record.ledger.models.plan import PlanVersion
from jiandi.record.trail.models import Recorded


class PlanChange(Recorded):
    """``fields`` are plain values by the names of the measure's columns; a measure that is to be dropped has none."""

    KINDS: ClassVar = [("change", _("change")), ("drop", pgettext_lazy("plan change", "drop"))]
    STATES: ClassVar = [
        ("open", pgettext_lazy("plan change", "asked")),
        ("applied", pgettext_lazy("plan change", "approved")),
        ("taken_back", pgettext_lazy("plan change", "taken back")),
    ]
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=KINDS)
    fields = models.JSONField(default=dict)
    reason = models.CharField(_("reason"), max_length=300)
    asked_by = models.CharField(max_length=30)
    asked_at = models.DateTimeField()
    plan = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, null=True, related_name="changes")
    state = models.CharField(max_length=10, choices=STATES, default="open")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["measure"], condition=Q(state="open"), name="one_open_change"),
            models.CheckConstraint(condition=~Q(reason=""), name="change_has_reason"),
            models.CheckConstraint(condition=~Q(state="applied") | Q(plan__isnull=False), name="change_applied_by_a_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.kind}"
