"""Passing a finding on: to another unit (改派), or inside the unit (交办). Each pass is a row that somebody accepted, or a superior ordered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiandi.record.accounts.models import Post, Unit
from jiandi.record.ledger.models.finding import Finding
from jiandi.record.trail.models import Recorded

PASSED = ("accepted", "ordered", "ended")


class Transfer(Recorded):
    """Until it is accepted the finding stays where it is; whoever passed it on stays accountable."""

    KINDS: ClassVar = [("transfer", _("transfer to another unit")), ("delegation", _("delegation inside the unit"))]
    STATES: ClassVar = [
        ("asked", _("asked, not yet accepted")),
        ("accepted", _("accepted by the receiver")),
        ("refused", _("refused by the receiver")),
        ("taken_back", _("taken back by the asker")),
        ("ordered", _("ordered by a superior")),
        ("ended", _("delegation ended")),
    ]
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="transfers", db_index=False)
    kind = models.CharField(max_length=10, choices=KINDS)
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="passed_to", db_index=False)
    to_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(_("reason"))
    asked_on = models.DateField()
    asked_by = models.CharField(max_length=30)
    answer_by = models.DateField()
    answered_on = models.DateField(null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    document = models.CharField(_("document number of the order"), max_length=80, blank=True)
    ordered_on = models.DateField(_("date of the order"), null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="asked")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "kind"], condition=Q(state="asked"), name="one_open_transfer"),
            models.CheckConstraint(condition=~Q(reason=""), name="transfer_has_reason"),
            models.CheckConstraint(condition=~Q(kind="transfer") | ~Q(to_unit=F("from_unit")), name="transfer_to_another_unit"),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "refused", "ordered"]) | Q(answered_on__isnull=False), name="transfer_answered_on_a_day"
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(answer=""), name="transfer_refused_with_reason"),
            models.CheckConstraint(
                condition=~Q(state="ordered") | (~Q(document="") & Q(ordered_on__isnull=False)), name="transfer_ordered_by_document"
            ),
            models.CheckConstraint(condition=~Q(state="ended") | Q(kind="delegation", ended_on__isnull=False), name="only_delegations_end"),
        ]
        indexes = [
            models.Index(fields=["finding", "kind", "state"], name="transfer_finding"),
            models.Index(fields=["to_unit", "state"], name="transfer_to"),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.kind} {self.state}"
