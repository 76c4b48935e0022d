"""Is it here too? One question to many units, and their answers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.finding import Finding
from jiandi.record.ledger.models.round import Round
from jiandi.record.trail.models import Recorded


class Campaign(Recorded):
    """A finding sent as a question to chosen units."""

    STATES: ClassVar = [("running", _("running")), ("closed", pgettext_lazy("campaign", "closed"))]
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="campaigns")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="campaigns")
    question = models.TextField(_("question"))
    due = models.DateField(_("answer by"))
    state = models.CharField(max_length=10, choices=STATES, default="running")

    def __str__(self) -> str:
        return self.question[:40]


class Answer(Recorded):
    """One unit's answer. A yes creates a finding of its own; only posts, counts and dates, never a person."""

    STATES: ClassVar = [("asked", pgettext_lazy("answer", "asked")), ("answered", _("answered")), ("excused", _("excused"))]
    WORDS: ClassVar = [
        ("yes", pgettext_lazy("answer", "yes")),
        ("no", pgettext_lazy("answer", "no")),
        ("partly", pgettext_lazy("answer", "partly")),
    ]
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="answers")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="answers")
    word = models.CharField(_("answer"), max_length=10, choices=WORDS, blank=True)
    text = models.TextField(_("how it was checked"), blank=True)
    opened_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    made_finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="asked")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "unit"], name="one_answer_per_unit"),
            models.CheckConstraint(condition=~Q(state="answered") | ~Q(word=""), name="answer_has_word"),
            models.CheckConstraint(condition=~Q(state="excused") | ~Q(reason=""), name="excuse_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.unit_id}"
