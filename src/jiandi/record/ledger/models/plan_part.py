"""Who had which part in a version of a plan."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from jiandi.record.ledger.models.plan import PlanVersion


class PlanPart(models.Model):
    """One person (or post, in a single-clerk installation) has one part in one version: who hands it in does not approve it."""

    PARTS: ClassVar = [("submitted", _("handed it in")), ("approved", _("approved it"))]
    plan = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="parts", db_index=False)
    holder = models.CharField(max_length=30, help_text="As in MeasurePart.")
    part = models.CharField(max_length=10, choices=PARTS)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "holder"], name="one_part_in_a_plan")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.holder} {self.part}"
