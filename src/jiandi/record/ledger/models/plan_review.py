"""Who had a part in a version of a plan: wrote it, gave an opinion of it, signed it; and what the opinions said."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.finding import Finding
from jiandi.record.ledger.models.measure import Measure
from jiandi.record.ledger.models.plan import PlanVersion
from jiandi.record.trail.models import Recorded


class PlanPart(models.Model):
    """One person (or post, in a single-clerk installation) has one part in one version. Its facts stand in the plan's entries.

    A signature has its ``place`` in the chain; each place is signed once.
    """

    PARTS: ClassVar = [("made", _("wrote it or handed it in")), ("reviewed", _("gave an opinion")), ("signed", _("signed"))]
    plan = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="parts", db_index=False)
    holder = models.CharField(max_length=30, help_text="As in MeasurePart.")
    part = models.CharField(max_length=10, choices=PARTS)
    place = models.PositiveSmallIntegerField(null=True)
    opinion = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "holder"], name="one_part_in_a_plan"),
            models.UniqueConstraint(fields=["plan", "place"], condition=Q(place__isnull=False), name="plan_place_signed_once"),
            models.CheckConstraint(condition=Q(part="signed") | Q(place__isnull=True), name="only_signatures_have_places"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.holder} {self.part}"


class PlanReview(Recorded):
    """One party asked for its opinion on a version; who says nothing until the day stays silent. ``of`` is the unit whose plan it is."""

    STATES: ClassVar = [
        ("asked", pgettext_lazy("review", "asked")),
        ("answered", pgettext_lazy("review", "opinion given")),
        ("silent", pgettext_lazy("review", "no opinion given")),
    ]
    WORDS: ClassVar = [("agree", _("agrees")), ("amend", _("agrees with changes")), ("object", _("objects"))]
    plan = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="reviews", db_index=False)
    of = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="plan_reviews")
    name = models.CharField(_("party"), max_length=120)
    due = models.DateField(_("opinion by"))
    word = models.CharField(_("opinion"), max_length=10, choices=WORDS, blank=True)
    remarks_count = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=30, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="asked")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "unit"], name="unit_reviews_once"),
            models.CheckConstraint(condition=~Q(unit=F("of")), name="nobody_reviews_own_plan"),
            models.CheckConstraint(condition=~Q(state="answered") | (~Q(word="") & Q(answered_at__isnull=False)), name="opinion_has_word"),
            models.CheckConstraint(condition=Q(word__in=["", "agree"]) | Q(remarks_count__gt=0), name="objection_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.name}"


class PlanRemark(Recorded):
    """One point of an opinion, on a finding, a measure or the whole; taken or not taken, with the reason."""

    STATES: ClassVar = [
        ("open", pgettext_lazy("remark", "to be answered")),
        ("taken", pgettext_lazy("remark", "taken")),
        ("not_taken", pgettext_lazy("remark", "not taken")),
    ]
    review = models.ForeignKey(PlanReview, on_delete=models.PROTECT, related_name="remarks", db_index=False)
    number = models.PositiveSmallIntegerField()
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, related_name="+")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("remark"))
    reply = models.TextField(_("answer"), blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="open")

    class Meta:
        ordering = ["review", "number"]
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="remark_number_once"),
            models.CheckConstraint(condition=~Q(text=""), name="remark_has_text"),
            models.CheckConstraint(condition=~Q(state="not_taken") | ~Q(reply=""), name="remark_not_taken_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} {self.number}"
