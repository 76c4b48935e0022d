"""What was done, and its proof."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.finding import Finding
from jiandi.record.ledger.models.measure import Measure
from jiandi.record.trail.models import Recorded


class ProgressNote(Recorded):
    """What a unit reports about a measure for a day; "nothing changed, because …" is an honest note."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="notes")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    text = models.TextField(_("progress"))
    is_unchanged = models.BooleanField(default=False)
    written_by_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["measure", "on"], name="note_by_measure")]

    def __str__(self) -> str:
        return self.text[:40]


class Evidence(Recorded):
    """A file (by digest) or a paper held offline that shows something. Kind: talk, act or outcome."""

    KINDS: ClassVar = [("talk", _("talk")), ("act", _("act")), ("outcome", _("outcome"))]
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=KINDS)
    file_name = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    algorithm = models.CharField(max_length=10, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    media_type = models.CharField(max_length=100, blank=True)
    dated_on = models.DateField(_("date of the paper"), null=True, blank=True)
    held_offline = models.CharField(_("held offline by (a post)"), max_length=120, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    added_by = models.CharField(max_length=30, help_text="Holder, as in MeasurePart.")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(digest="") | ~Q(held_offline=""), name="evidence_is_somewhere"),
            models.CheckConstraint(condition=Q(digest="") | Q(size_bytes__gt=0), name="evidence_not_empty"),
        ]

    def __str__(self) -> str:
        return self.title


class EvidenceUse(models.Model):
    """What a piece of evidence is shown for."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="uses")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, related_name="evidence_uses")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, related_name="evidence_uses")
    answer = models.ForeignKey("ledger.Answer", on_delete=models.PROTECT, null=True, related_name="evidence_uses")
    cause = models.ForeignKey("ledger.Cause", on_delete=models.PROTECT, null=True, related_name="evidence_uses")
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evidence", "measure"], condition=Q(measure__isnull=False), name="evidence_once"),
            models.UniqueConstraint(fields=["evidence", "cause"], condition=Q(cause__isnull=False), name="evidence_once_per_cause"),
            models.CheckConstraint(
                condition=Q(measure__isnull=False) | Q(finding__isnull=False) | Q(answer__isnull=False) | Q(cause__isnull=False),
                name="evidence_for_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id}"
