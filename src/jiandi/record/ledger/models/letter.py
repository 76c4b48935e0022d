"""The source document and every item of its outline."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.round import Round
from jiandi.record.trail.models import Recorded


class Letter(Recorded):
    """A document as received. ``text`` is what all spans count in; once read it never changes."""

    KINDS: ClassVar = [("letter", _("letter")), ("plan", _("plan")), ("notice", _("notice")), ("ledger", _("ledger"))]
    STATES: ClassVar = [
        ("received", _("received")),
        ("reading", _("being read")),
        ("in_review", _("in review")),
        ("reviewed", _("reviewed")),
        ("failed", _("cannot be read")),
    ]
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(_("kind"), max_length=10, choices=KINDS, default="letter")
    level = models.CharField(_("whose letter"), max_length=10, choices=Round.LEVELS, blank=True, help_text="Empty: that of the round.")
    title = models.CharField(_("title"), max_length=200)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    received_on = models.DateField(_("received on"))
    file_name = models.CharField(max_length=200, blank=True)
    file_digest = models.CharField(max_length=64, blank=True)
    file_algorithm = models.CharField(max_length=10, blank=True)
    file_bytes = models.BigIntegerField(default=0)
    text = models.TextField(blank=True)
    text_digest = models.CharField(max_length=64, blank=True)
    layout = models.JSONField(default=list, help_text="Lines as [start, end, kind, level].")
    reading = models.JSONField(default=dict, help_text="pages; places as [start, end, page, left, top, right, bottom]; remarks.")
    fault = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=STATES, default="received")

    class Meta:
        ordering = ["-received_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["round", "file_digest"], condition=~Q(file_digest=""), name="letter_once_per_round")]

    def __str__(self) -> str:
        return self.title


class LetterItem(Recorded):
    """One item of a letter's outline: covered by findings, held elsewhere, dropped with approval, or still open.

    ``start`` and ``end`` count code points of the letter's text. Type, unit, due and confidence are the reader's
    proposal until a person has confirmed them.
    """

    STATES: ClassVar = [
        ("open", _("open")),
        ("covered", _("covered")),
        ("held", _("held elsewhere")),
        ("drop_asked", _("drop asked")),
        ("dropped", _("dropped")),
        ("merged", _("merged into another row")),
    ]
    TYPES: ClassVar = [
        ("finding", _("finding")),
        ("measure", _("measure")),
        ("directive", _("directive")),
        ("result", _("result")),
        ("heading", _("heading")),
        ("aside", _("set aside")),
    ]
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="items")
    place = models.PositiveIntegerField(help_text="Order in the letter.")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    type = models.CharField(_("type"), max_length=10, choices=TYPES, default="finding")
    level = models.CharField(_("outline"), max_length=120, blank=True)
    text = models.TextField(_("text"))
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lead_text = models.CharField(max_length=200, blank=True)
    support_text = models.CharField(max_length=400, blank=True)
    due_text = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=120, blank=True)
    confidence = models.PositiveSmallIntegerField(default=100, help_text="Per cent.")
    doubt = models.CharField(max_length=300, blank=True)
    confirmed = models.BooleanField(default=False)
    covered_by = models.ForeignKey("ledger.Finding", on_delete=models.PROTECT, null=True, blank=True, related_name="covers")
    kept_number = models.CharField(_("number where it is held"), max_length=60, blank=True)
    keeper = models.CharField(_("keeper (a post)"), max_length=120, blank=True)
    review_on = models.DateField(_("review on"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=STATES, default="open")

    class Meta:
        ordering = ["letter", "place"]
        indexes = [models.Index(fields=["letter", "state"], name="item_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(start__isnull=True) | Q(end__gt=models.F("start")), name="item_span_not_empty"),
            models.CheckConstraint(condition=~Q(state__in=["dropped", "drop_asked"]) | ~Q(reason=""), name="item_dropped_with_reason"),
            models.CheckConstraint(condition=~Q(state="held") | ~Q(kept_number=""), name="item_held_with_number"),
        ]

    def __str__(self) -> str:
        return self.text[:40]
