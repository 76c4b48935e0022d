"""A day on the way to a measure's due date that people set themselves; the others are counted back from the regime."""

from __future__ import annotations

from django.db import models

from jiandi.record.ledger.models.measure import Measure
from jiandi.record.trail.models import Recorded


class OwnMilestone(Recorded):
    """``code`` is that of the regime's milestone; without a day it is counted back again."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="own_milestones", db_index=False)
    code = models.CharField(max_length=40)
    on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "code"], name="milestone_once")]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.code}"
