"""A cause that lies higher up: forwarded to the unit it belongs to, or put on the list of matters to raise."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.cause import Cause
from jiandi.record.ledger.models.finding import Finding
from jiandi.record.trail.models import Recorded

WITH_RECEIVER = ("forwarded", "accepted", "refused")
MATTERS = ("listed", "raised", "answered")
OPEN_RAISED = ("proposed", "forwarded", "listed", "raised")
# Taken to where somebody can act on it: its cause need not be asked further.
TAKEN_UP = (*OPEN_RAISED, "accepted", "answered")


class RaisedCause(Recorded):
    """``text`` is what the unit proposed, ``sent_text`` what the receiver or the list says: it never names who proposed.

    ``unit`` is the receiver; ``suggested`` the one the proposer thought of, empty for a matter beyond this level.
    """

    STATES: ClassVar = [
        ("proposed", _("proposed to the office")),
        ("returned", _("not forwarded")),
        ("taken_back", _("proposal taken back")),
        ("forwarded", _("forwarded, answer awaited")),
        ("accepted", _("accepted by the unit")),
        ("refused", _("refused by the unit")),
        ("listed", _("on the list of matters to raise")),
        ("raised", _("raised, answer awaited")),
        ("answered", _("answered from above")),
    ]
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="raised_causes")
    cause = models.ForeignKey(Cause, on_delete=models.PROTECT, related_name="raised")
    proposed_by = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    suggested = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(_("what lies higher up"))
    proposed_on = models.DateField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sent_text = models.TextField(_("as forwarded"), blank=True)
    forwarded_on = models.DateField(null=True, blank=True)
    raised_to = models.CharField(_("raised with"), max_length=120, blank=True)
    document = models.CharField(_("document number"), max_length=80, blank=True)
    raised_on = models.DateField(null=True, blank=True)
    answer_by = models.DateField(null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answer_document = models.CharField(_("document number of the answer"), max_length=80, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    led_to = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=12, choices=STATES, default="proposed")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["cause"], condition=Q(state__in=OPEN_RAISED), name="one_open_raised_cause"),
            models.CheckConstraint(condition=~Q(text=""), name="raised_cause_says_something"),
            models.CheckConstraint(
                condition=~Q(state__in=WITH_RECEIVER)
                | (Q(unit__isnull=False, forwarded_on__isnull=False, answer_by__isnull=False) & ~Q(sent_text="")),
                name="raised_cause_has_receiver",
            ),
            models.CheckConstraint(condition=~Q(state__in=MATTERS) | ~Q(sent_text=""), name="matter_says_something"),
            models.CheckConstraint(
                condition=~Q(state__in=["raised", "answered"]) | (~Q(document="") & Q(raised_on__isnull=False)),
                name="matter_raised_by_document",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "refused", "answered"]) | (~Q(answer="") & Q(answered_on__isnull=False)),
                name="raised_cause_answered_in_words",
            ),
            models.CheckConstraint(condition=Q(unit__isnull=True) | ~Q(unit=F("proposed_by")), name="raised_cause_goes_elsewhere"),
            models.CheckConstraint(condition=Q(led_to__isnull=True) | Q(state="accepted"), name="only_accepted_leads_on"),
        ]
        indexes = [models.Index(fields=["unit", "state"], name="raised_by_receiver")]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"
