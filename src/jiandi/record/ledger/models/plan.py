"""A unit's plan, frozen once approved; without a unit, the plan of the whole round."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.round import Round
from jiandi.record.trail.models import Recorded


class PlanVersion(Recorded):
    """``body`` is the canonical JSON of findings and measures as submitted; ``digest`` belongs to it.

    ``chain`` are the regime's signatures as they were then, ``step`` how many of the ``steps`` are given.
    """

    STATES: ClassVar = [
        ("submitted", pgettext_lazy("plan", "submitted")),
        ("approved", _("approved")),
        ("returned", _("returned")),
        ("taken_back", _("taken back")),
    ]
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="plans")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="plans")
    number = models.PositiveIntegerField()
    body = models.TextField()
    algorithm = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    difference = models.JSONField(default=dict, help_text="added, dropped, weakened against the version before.")
    marks = models.JSONField(default=list, help_text="What the linter said when it was handed in.")
    before = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", help_text="What it was compared with.")
    chain = models.JSONField(default=list)
    step = models.PositiveSmallIntegerField(default=0)
    steps = models.PositiveSmallIntegerField(default=0)
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    opinion = models.TextField(_("opinion"), blank=True)
    state = models.CharField(max_length=12, choices=STATES, default="submitted")

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "unit", "number"], condition=Q(unit__isnull=False), name="plan_number_once"),
            models.UniqueConstraint(fields=["round", "number"], condition=Q(unit__isnull=True), name="round_plan_number_once"),
            models.UniqueConstraint(
                fields=["round", "unit"], condition=Q(state="submitted", unit__isnull=False), name="one_plan_under_review"
            ),
            models.CheckConstraint(condition=Q(step__lte=F("steps")), name="plan_signed_as_asked"),
            models.CheckConstraint(condition=~Q(state="approved") | Q(step=F("steps")), name="approved_plan_is_signed"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.unit_id} v{self.number}"
