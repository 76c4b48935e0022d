"""A finding that the authority above closes: the package sent up, and the document that came back (待上级认定)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiandi.record.ledger.models.finding import Finding
from jiandi.record.ledger.models.progress import Evidence
from jiandi.record.trail.models import Recorded


class UpperReview(Recorded):
    """Only the document of the authority above, with its number, day and scan, ends it."""

    STATES: ClassVar = [
        ("sent", _("sent up, awaiting the superior")),
        ("confirmed", _("confirmed by the superior")),
        ("sent_back", _("sent back by the superior")),
        ("taken_back", _("package taken back")),
    ]
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="upper_reviews")
    number = models.CharField(_("number of the package"), max_length=80)
    sent_on = models.DateField()
    document = models.CharField(_("document number of the superior"), max_length=80, blank=True)
    answered_on = models.DateField(_("date of the document"), null=True, blank=True)
    words = models.TextField(_("what the superior wrote"), blank=True)
    scan = models.ForeignKey(Evidence, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=STATES, default="sent")

    class Meta:
        ordering = ["-sent_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["finding"], condition=Q(state="sent"), name="one_open_upper_review"),
            models.CheckConstraint(condition=~Q(number=""), name="upper_review_has_number"),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "sent_back"]) | (~Q(document="") & Q(answered_on__gte=F("sent_on"))),
                name="upper_review_ended_by_document",
            ),
            models.CheckConstraint(condition=~Q(state="confirmed") | Q(scan__isnull=False), name="upper_review_confirmed_by_scan"),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.state}"
