"""What was done, and its proof."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.claim import RETURN_REASONS
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
    """A file (by digest) or a paper held offline that shows something. Kind: talk, act or outcome.

    ``replaces`` is the version before it, which stays; ``warnings`` are codes of what the file carries (papers.WARNINGS).
    """

    KINDS: ClassVar = [("talk", _("talk")), ("act", _("act")), ("outcome", _("outcome"))]
    STATES: ClassVar = [
        ("given", pgettext_lazy("evidence", "handed in")),
        ("accepted", pgettext_lazy("evidence", "accepted")),
        ("returned", pgettext_lazy("evidence", "returned")),
        ("expired", pgettext_lazy("evidence", "expired")),
        ("replaced", pgettext_lazy("evidence", "replaced by a new version")),
        ("quarantined", pgettext_lazy("evidence", "locked: a virus was found")),
    ]
    COUNTING: ClassVar = ("given", "accepted")
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
    state = models.CharField(max_length=12, choices=STATES, default="given")
    reason = models.CharField(max_length=20, choices=RETURN_REASONS, blank=True, default="")
    good_until = models.DateField(_("good until"), null=True, blank=True)
    warnings = models.CharField(max_length=100, blank=True, default="", help_text="Codes separated by spaces.")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["given", "accepted", "returned", "expired", "replaced", "quarantined"]), name="evidence_state"
            ),
            models.CheckConstraint(condition=~Q(state="returned") | ~Q(reason=""), name="evidence_returned_with_reason"),
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
    reason = models.CharField(
        _("why it serves here too"), max_length=200, blank=True, default="", help_text="Set where sharing was declared."
    )

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


class EvidenceSeen(models.Model):
    """A paper held offline was seen by a post on a day; entered by another than who handed it in."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="seen")
    post = models.CharField(_("seen by (a post)"), max_length=120)
    on = models.DateField(_("paper seen on"))
    entered_by = models.CharField(max_length=30, help_text="Holder, as in MeasurePart.")
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [models.UniqueConstraint(fields=["evidence", "post", "on"], name="evidence_seen_once")]

    def __str__(self) -> str:
        return f"{self.post} {self.on}"
