"""A unit's objection to a finding: the clock runs on, and only the issuer answers it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.finding import Finding
from jiandi.record.trail.models import Recorded

OPEN_DISPUTES = ("raised", "forwarded")
ANSWERED_DISPUTES = ("upheld", "corrected", "withdrawn")


class Dispute(Recorded):
    """``answer_by`` is the day on which an unanswered one goes on the agenda; after ``open_until`` new facts are asked for."""

    STATES: ClassVar = [
        ("raised", _("dispute raised, not yet forwarded")),
        ("forwarded", _("forwarded to the issuer")),
        ("upheld", _("upheld: the finding stands")),
        ("corrected", _("corrected by the issuer")),
        ("withdrawn", _("withdrawn by the issuer")),
        ("taken_back", _("taken back")),
    ]
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="disputes")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    grounds = models.TextField(_("grounds"))
    new_facts = models.TextField(_("new facts"), blank=True)
    raised_on = models.DateField()
    open_until = models.DateField()
    is_late = models.BooleanField(default=False)
    forwarded_on = models.DateField(null=True, blank=True)
    forwarded_as = models.CharField(_("document number"), max_length=80, blank=True)
    answer_by = models.DateField(null=True, blank=True)
    answer_document = models.CharField(_("document number of the answer"), max_length=80, blank=True)
    answered_on = models.DateField(_("date of the answer"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="raised")

    class Meta:
        ordering = ["-raised_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["finding"], condition=Q(state__in=OPEN_DISPUTES), name="one_open_dispute"),
            models.CheckConstraint(condition=~Q(grounds=""), name="dispute_has_grounds"),
            models.CheckConstraint(condition=Q(is_late=False) | ~Q(new_facts=""), name="late_dispute_has_new_facts"),
            models.CheckConstraint(
                condition=~Q(state__in=ANSWERED_DISPUTES) | (~Q(answer_document="") & Q(answered_on__isnull=False)),
                name="dispute_answered_by_document",
            ),
            models.CheckConstraint(condition=~Q(state="forwarded") | Q(forwarded_on__isnull=False), name="dispute_forwarded_on_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.state}"
