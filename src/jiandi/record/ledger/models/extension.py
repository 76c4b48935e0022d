"""A later day, or long-term work, asked for before the due date; and the day set for what is overdue."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.finding import Finding
from jiandi.record.trail.models import Recorded


class Extension(Recorded):
    """Asked by the head of the lead, answered by the office. ``due_before`` is the day agreed when it was asked; the first due date stays."""

    KINDS: ClassVar = [("date", _("a later date")), ("long_term", _("long-term rectification"))]
    STATES: ClassVar = [
        ("asked", _("extension asked, not yet answered")),
        ("granted", _("extension granted")),
        ("refused", _("extension refused")),
        ("taken_back", _("extension taken back")),
    ]
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="extensions", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=KINDS, default="date")
    reason = models.TextField(_("reason"))
    due_before = models.DateField()
    wanted_to = models.DateField(_("extend to"), null=True, blank=True)
    stage_goal = models.CharField(_("stage goal"), max_length=300, blank=True)
    next_review = models.DateField(_("next review"), null=True, blank=True)
    asked_on = models.DateField()
    asked_by = models.CharField(max_length=30)
    answer_by = models.DateField()
    answered_on = models.DateField(null=True, blank=True)
    granted_to = models.DateField(_("granted until"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="asked")

    class Meta:
        ordering = ["-asked_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["finding"], condition=Q(state="asked"), name="one_open_extension"),
            models.CheckConstraint(condition=Q(asked_on__lte=F("due_before")), name="extension_asked_in_time"),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_reason"),
            models.CheckConstraint(condition=~Q(kind="date") | Q(wanted_to__gt=F("due_before")), name="extension_is_later"),
            models.CheckConstraint(
                condition=~Q(kind="long_term") | (~Q(stage_goal="") & Q(next_review__isnull=False)), name="extension_long_term_has_stage"
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(answer=""), name="extension_refused_with_reason"),
            models.CheckConstraint(
                condition=~Q(state__in=["granted", "refused"]) | Q(answered_on__isnull=False), name="extension_answered_on_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(state="granted", kind="date") | Q(granted_to__gt=F("due_before")), name="extension_granted_later"
            ),
        ]
        indexes = [models.Index(fields=["finding", "state"], name="extension_finding")]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.kind} {self.state}"


class CatchUp(Recorded):
    """限期补改日: the unit explains why a finding is overdue, a supervisor sets the day by which it is made good. It stays overdue."""

    STATES: ClassVar = [("explained", _("explained, no day set yet")), ("set", _("day to make good set"))]
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="catch_ups")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    due_missed = models.DateField()
    explanation = models.TextField(_("explanation"), blank=True)
    explained_on = models.DateField(null=True, blank=True)
    day = models.DateField(_("day to make good"), null=True, blank=True)
    words = models.TextField(_("what is asked for"), blank=True)
    set_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="explained")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "due_missed"], condition=Q(state="explained"), name="one_open_explanation"),
            models.CheckConstraint(condition=~Q(state="set") | Q(day__isnull=False, set_on__isnull=False), name="catch_up_set_on_a_day"),
            models.CheckConstraint(condition=Q(set_on__isnull=True) | Q(day__gte=F("set_on")), name="catch_up_lies_ahead"),
            models.CheckConstraint(condition=Q(set_on__isnull=True) | Q(set_on__gt=F("due_missed")), name="catch_up_only_when_overdue"),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.day}"
