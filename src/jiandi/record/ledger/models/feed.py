"""What comes into a register other than by its letter: findings carried over from another round, problems a unit proposes."""

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


class Carried(Recorded):
    """A finding of another round that is on the books of this one too. It stays in its letter and counts there."""

    STATES: ClassVar = [("carried", _("carried over")), ("taken_off", _("taken off"))]
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="carried")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="carried_to")
    basis = models.CharField(_("basis"), max_length=300)
    on = models.DateField(_("carried over on"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default="carried")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "finding"], condition=Q(state="carried"), name="carried_once"),
            models.CheckConstraint(condition=~Q(basis=""), name="carried_with_basis"),
            models.CheckConstraint(condition=~Q(state="taken_off") | ~Q(reason=""), name="taken_off_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.finding_id}"


class ProposedProblem(Recorded):
    """A problem that a unit found itself and asks the office to register."""

    STATES: ClassVar = [
        ("proposed", pgettext_lazy("proposal", "proposed")),
        ("registered", pgettext_lazy("proposal", "registered")),
        ("refused", pgettext_lazy("proposal", "not registered")),
        ("taken_back", pgettext_lazy("proposal", "taken back")),
    ]
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="proposals")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what was found"))
    basis = models.CharField(_("basis"), max_length=300)
    category = models.CharField(_("category"), max_length=120, blank=True)
    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, null=True, blank=True, related_name="proposal")
    proposed_by_id = models.BigIntegerField(null=True)
    on = models.DateField(_("proposed on"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default="proposed")

    class Meta:
        indexes = [models.Index(fields=["round", "state"], name="proposal_by_state")]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(text="") & ~Q(basis=""), name="proposal_has_words"),
            models.CheckConstraint(condition=Q(finding__isnull=True) | Q(state="registered"), name="proposal_made_a_finding"),
            models.CheckConstraint(condition=~Q(state="registered") | Q(finding__isnull=False), name="proposal_registered_as"),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(reason=""), name="proposal_refused_with_reason"),
        ]

    def __str__(self) -> str:
        return self.title
