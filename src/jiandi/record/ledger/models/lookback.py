"""Draws over closed findings that anybody can recompute."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiandi.record.ledger.models.finding import Finding
from jiandi.record.ledger.models.round import Round
from jiandi.record.trail.models import Recorded


class LookBack(Recorded):
    """A plan: how many to draw, the committed secrets, the frozen list with its root, and the seed made of both.

    methods.md §3.3: the commitments are published before the list is frozen, the secrets after.
    """

    STATES: ClassVar = [
        ("planned", pgettext_lazy("look-back", "planned")),
        ("frozen", _("list frozen")),
        ("drawn", _("drawn")),
        ("finished", _("finished")),
    ]
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="lookbacks")
    title = models.CharField(_("title"), max_length=120)
    by_risk = models.PositiveIntegerField(_("drawn by risk"))
    at_random = models.PositiveIntegerField(_("drawn at random"))
    algorithm = models.CharField(max_length=10)
    population = models.JSONField(default=list, help_text="[[finding id, number, weight], …] as frozen.")
    root = models.CharField(max_length=64, blank=True)
    seed = models.CharField(max_length=64, blank=True)
    drawn_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=STATES, default="planned")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title


class Commitment(Recorded):
    """One party's sealed secret: the digest before the list is frozen, the secret after."""

    lookback = models.ForeignKey(LookBack, on_delete=models.PROTECT, related_name="commitments")
    party = models.CharField(_("party"), max_length=60)
    digest = models.CharField(max_length=64)
    secret = models.CharField(max_length=128, blank=True)
    holder = models.CharField(max_length=30, blank=True, help_text="Who handed it in, as in MeasurePart.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lookback", "party"], name="one_commitment_per_party"),
            models.UniqueConstraint(fields=["lookback", "holder"], condition=~Q(holder=""), name="one_commitment_per_person"),
        ]

    def __str__(self) -> str:
        return self.party


class Draw(Recorded):
    """One drawn finding and what the look-back saw."""

    STATES: ClassVar = [("drawn", _("drawn")), ("held", _("held")), ("failed", _("did not hold"))]
    lookback = models.ForeignKey(LookBack, on_delete=models.PROTECT, related_name="draws")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="draws")
    place = models.PositiveIntegerField()
    is_random = models.BooleanField()
    key = models.CharField(max_length=64)
    method = models.CharField(max_length=10, blank=True)
    text = models.TextField(_("what was seen"), blank=True)
    seen_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=STATES, default="drawn")

    class Meta:
        ordering = ["lookback", "place"]
        constraints = [
            models.UniqueConstraint(fields=["lookback", "finding"], name="drawn_once"),
            models.UniqueConstraint(fields=["lookback", "place"], name="place_once"),
            models.CheckConstraint(condition=Q(state="drawn") | ~Q(text=""), name="result_has_text"),
        ]

    def __str__(self) -> str:
        return f"{self.lookback_id} {self.finding_id}"
