"""Signed papers and meetings about a plan: a scan in the store and the few facts that may be kept of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiandi.record.accounts.models import Post, Unit
from jiandi.record.ledger.models.plan import PlanVersion
from jiandi.record.ledger.models.round import Round
from jiandi.record.trail.models import Recorded


class Scanned(Recorded):
    """A row with a file by its digest."""

    file_name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    algorithm = models.CharField(max_length=10, blank=True)
    size_bytes = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class Pledge(Scanned):
    """The pledge page of a version, signed by hand. One counts; an earlier one stays as replaced."""

    STATES: ClassVar = [("current", _("current")), ("replaced", _("replaced"))]
    plan = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="pledges")
    signed_on = models.DateField(_("signed on"))
    added_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=STATES, default="current")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan"], condition=Q(state="current"), name="one_current_pledge"),
            models.CheckConstraint(condition=~Q(digest="") & Q(size_bytes__gt=0), name="pledge_has_scan"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.signed_on}"


class MeetingRecord(Scanned):
    """A meeting about the rectification: kind, day, counts, posts and the number of its minutes. Never a name, never what a member said."""

    KINDS: ClassVar = [("life", _("special democratic-life meeting")), ("study", _("study meeting"))]
    STATES: ClassVar = [("kept", pgettext_lazy("meeting", "kept")), ("struck", pgettext_lazy("meeting", "struck out"))]
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="meetings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="meetings")
    kind = models.CharField(_("kind"), max_length=10, choices=KINDS)
    held_on = models.DateField(_("held on"))
    chair = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("chaired by (post)"))
    expected = models.PositiveSmallIntegerField(_("members"))
    present = models.PositiveSmallIntegerField(_("members present"))
    sat_in = models.PositiveSmallIntegerField(_("supervisors sitting in"), default=0)
    minutes = models.CharField(_("number of the minutes"), max_length=80)
    state = models.CharField(max_length=10, choices=STATES, default="kept")

    class Meta:
        ordering = ["held_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "unit", "kind", "held_on"], condition=Q(state="kept"), name="meeting_once_a_day"),
            models.CheckConstraint(condition=Q(expected__gt=0, present__lte=F("expected")), name="meeting_counts_fit"),
            models.CheckConstraint(condition=~Q(minutes=""), name="meeting_has_minutes"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.held_on}"
