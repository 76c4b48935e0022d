"""How well a unit rectified, on the regime's score sheet: scored, explained by the unit, decided by the joint meeting."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.round import Round
from jiandi.record.trail.models import Recorded


class Assessment(Recorded):
    """One unit in one round. ``figures`` are the three rates at the day of scoring; ``grade`` is what the meeting decided."""

    STATES: ClassVar = [
        ("draft", pgettext_lazy("assessment", "being scored")),
        ("sent", pgettext_lazy("assessment", "sent to the unit")),
        ("explained", pgettext_lazy("assessment", "explained by the unit")),
        ("decided", pgettext_lazy("assessment", "decided")),
        ("dropped", pgettext_lazy("assessment", "dropped")),
    ]
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="assessments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assessments")
    started_on = models.DateField()
    scored_by = models.CharField(max_length=30, blank=True, help_text="Holder, as in MeasurePart.")
    figures = models.JSONField(default=dict)
    total = models.IntegerField(_("points"), null=True, blank=True)
    reckoned = models.CharField(max_length=40, blank=True, help_text="The grade that points and vetoes give.")
    explain_by = models.DateField(_("explanation by"), null=True, blank=True)
    explanation = models.TextField(_("explanation of the unit"), blank=True)
    grade = models.CharField(_("grade"), max_length=40, blank=True)
    document = models.CharField(_("minutes of the joint meeting"), max_length=80, blank=True)
    decided_on = models.DateField(_("day of the meeting"), null=True, blank=True)
    why_other = models.CharField(_("why another grade"), max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="draft")

    class Meta:
        ordering = ["round", "unit__path", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit"], condition=Q(state__in=["draft", "sent", "explained"]), name="one_assessment_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="decided") | (~Q(document="") & ~Q(grade="") & Q(decided_on__isnull=False)), name="decided_by_a_meeting"
            ),
            models.CheckConstraint(
                condition=~Q(state="decided") | Q(grade=models.F("reckoned")) | ~Q(why_other=""), name="other_grade_has_reason"
            ),
            models.CheckConstraint(condition=~Q(state="explained") | ~Q(explanation=""), name="explained_in_words"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.unit_id}"


class AssessmentScore(models.Model):
    """A line of the sheet as scored; its facts stand in the entry of the assessment. A veto has no points."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="scores", db_index=False)
    item = models.CharField(max_length=40)
    is_veto = models.BooleanField(default=False)
    points = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "item", "is_veto"], name="score_once"),
            models.CheckConstraint(condition=Q(is_veto=False) | (Q(points=0) & ~Q(reason="")), name="veto_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.points}"
