"""Why it happened: a node of a why-tree, or one coded line; and how an installation words the kinds of cause."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.finding import Finding
from jiandi.record.trail.models import Recorded


class Cause(Recorded):
    """One answer to "why", with its coded dimension and the unit whose cause it is (taxonomy: methods.md §4)."""

    DIMENSIONS: ClassVar = [
        ("attitude", _("attitude and duty")),
        ("leadership", _("leading officials")),
        ("mechanism", _("systems and rules")),
        ("means", _("people, money, means")),
    ]
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="causes")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    dimension = models.CharField(_("dimension"), max_length=12, choices=DIMENSIONS)
    leaf = models.CharField(_("kind of cause"), max_length=30)
    question = models.CharField(_("question"), max_length=200, blank=True)
    text = models.TextField(_("answer"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("whose cause it is"))
    is_dropped = models.BooleanField(default=False)

    class Meta:
        ordering = ["finding", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="cause_says_something"),
            models.CheckConstraint(condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")), name="cause_not_below_itself"),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class CauseWord(Recorded):
    """The installation's own word for a dimension or kind of cause. The code stays, so old causes keep theirs."""

    code = models.CharField(max_length=30, unique=True)
    word = models.CharField(_("word"), max_length=60, blank=True, help_text="Empty: the word that comes with the product.")
    is_offered = models.BooleanField(_("offered for new causes"), default=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=~Q(code=""), name="cause_word_has_code")]

    def __str__(self) -> str:
        return self.word or self.code
