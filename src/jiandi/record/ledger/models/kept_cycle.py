"""A recurring duty that was kept for one of its cycles."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiandi.record.ledger.models.measure import Measure
from jiandi.record.trail.models import Recorded


class KeptCycle(Recorded):
    """What was done for the cycle that ends on ``due``. Cycles themselves are counted, not stored: a missing row is a missed cycle."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="kept_cycles", db_index=False)
    due = models.DateField(_("cycle until"))
    kept_on = models.DateField(_("done on"))
    text = models.CharField(_("what was done"), max_length=300)
    holder = models.CharField(max_length=30, help_text="Who said so, as in MeasurePart.")

    class Meta:
        ordering = ["measure", "due"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "due"], name="cycle_kept_once"),
            models.CheckConstraint(condition=~Q(text=""), name="kept_cycle_has_text"),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.due}"
