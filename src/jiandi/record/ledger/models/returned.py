"""A ledger file that was handed out, filled in outside, and came back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from jiandi.record.ledger.models.finding import Finding
from jiandi.record.ledger.models.report import Report
from jiandi.record.ledger.models.round import Round
from jiandi.record.trail.models import Recorded


class ReturnedLedger(Recorded):
    """One file: compared cell by cell with what was handed out, then applied as a whole or put aside.

    ``told`` are (text, params) about rows and columns; ``fault`` says why it cannot be read, or why nothing was written.
    """

    STATES: ClassVar = [
        ("received", _("received")),
        ("compared", _("compared")),
        ("failed", _("cannot be read")),
        ("applying", _("being taken in")),
        ("applied", _("taken")),
        ("discarded", _("discarded")),
    ]
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="returned")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="returned")
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    file_algorithm = models.CharField(max_length=10)
    handed_in_by_id = models.BigIntegerField(null=True)
    handed_in_at = models.DateTimeField()
    rows = models.PositiveIntegerField(default=0)
    told = models.JSONField(default=list)
    fault = models.TextField(blank=True)
    applied_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=STATES, default="received")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name


class ReturnedCell(models.Model):
    """A cell that says something else than when it was handed out: what it was, what the record says, what the file says."""

    KINDS: ClassVar = [
        ("change", _("changed in the file")),
        ("conflict", _("changed in the file and here")),
        ("same", _("the same by now")),
        ("refused", _("cannot be changed here")),
    ]
    CHOICES: ClassVar = [("", _("not chosen")), ("take", _("take what the file says")), ("leave", _("leave what is there"))]

    returned = models.ForeignKey(ReturnedLedger, on_delete=models.CASCADE, related_name="cells", db_index=False)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    row = models.PositiveIntegerField()
    place = models.CharField(max_length=120)
    field = models.CharField(max_length=20)
    heading = models.CharField(max_length=200)
    was = models.TextField(blank=True)
    now = models.TextField(blank=True)
    said = models.TextField(blank=True)
    measure_id = models.BigIntegerField(null=True, help_text="The measure a note goes to.")
    changed_by_id = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=10, choices=KINDS)
    why = models.TextField(blank=True)
    choice = models.CharField(max_length=6, choices=CHOICES, default="", blank=True)

    class Meta:
        ordering = ["row", "pk"]
        indexes = [models.Index(fields=["returned", "kind", "row"], name="returned_cells")]

    def __str__(self) -> str:
        return f"{self.place} {self.kind}"
