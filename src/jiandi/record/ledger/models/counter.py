"""Kept counts of findings by round, lead unit and state, with their three claims."""

from __future__ import annotations

from django.db import models

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.round import Round


class Counter(models.Model):
    """How many findings of a round and lead unit are in a state, and for how many the three claims hold.

    ``unchecked`` were taken over as finished and not checked here.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="counters", db_index=False)
    lead = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, related_name="+")
    state = models.CharField(max_length=16)
    total = models.IntegerField(default=0)
    said = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    well = models.IntegerField(default=0)
    unchecked = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "lead", "state"], name="counter_once"),
            models.UniqueConstraint(fields=["round", "state"], condition=models.Q(lead__isnull=True), name="counter_once_without_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.lead_id} {self.state}"
