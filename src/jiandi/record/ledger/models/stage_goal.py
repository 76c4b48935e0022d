"""What is to be reached on the way to a measure's end."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiandi.record.ledger.models.measure import Measure
from jiandi.record.trail.models import Recorded


class StageGoal(Recorded):
    """A dated goal of a measure; ``met_on`` is the day on which its unit says it was reached."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="goals", db_index=False)
    text = models.CharField(_("stage goal"), max_length=300)
    due = models.DateField(_("due"))
    not_before = models.DateField(help_text="The day of the feedback.")
    met_on = models.DateField(_("met on"), null=True, blank=True)
    is_dropped = models.BooleanField(default=False)

    class Meta:
        ordering = ["measure", "due", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "due"], condition=Q(is_dropped=False), name="one_goal_a_day"),
            models.CheckConstraint(condition=~Q(text=""), name="goal_has_text"),
            models.CheckConstraint(condition=Q(due__gte=F("not_before")), name="goal_after_feedback"),
            models.CheckConstraint(condition=Q(met_on__isnull=True) | Q(met_on__gte=F("not_before")), name="goal_met_after_feedback"),
            models.CheckConstraint(condition=Q(is_dropped=False) | Q(met_on__isnull=True), name="met_goal_stays"),
        ]

    def __str__(self) -> str:
        return self.text[:40]
