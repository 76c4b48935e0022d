"""What was handed out: a ledger or report file with the digest of its bytes and the figures it printed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.round import Round
from jiandi.record.trail.models import Recorded


class Report(Recorded):
    """Made by a job; ``figures`` are the three rates printed in it."""

    KINDS: ClassVar = [("ledger", _("ledger (Excel)")), ("report", _("rectification report (Word)"))]
    STATES: ClassVar = [("asked", _("being written")), ("ready", _("ready")), ("failed", pgettext_lazy("report", "failed"))]
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="reports")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=KINDS)
    title = models.CharField(max_length=200)
    asked_by_id = models.BigIntegerField()
    as_of = models.DateField()
    file_name = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    algorithm = models.CharField(max_length=10, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    figures = models.JSONField(default=dict)
    fault = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="asked")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title


class ImportBatch(Recorded):
    """A ledger file taken in: checked row by row first, then its rows become findings and measures in one transaction.

    ``rows_digest`` names the checked rows in the file store; ``faults`` are [row, place, code, text, params, stops];
    ``fault`` says why it could not be read, or why the last taking-in wrote nothing.
    """

    STATES: ClassVar = [
        ("received", _("received")),
        ("checked", _("checked")),
        ("failed", _("cannot be read")),
        ("taking", _("being taken in")),
        ("taken", _("taken")),
        ("undone", _("undone")),
        ("discarded", _("discarded")),
    ]
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="batches")
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    file_algorithm = models.CharField(max_length=10, blank=True)
    rows_digest = models.CharField(max_length=64, blank=True)
    source = models.CharField(_("source"), max_length=12, default="taken_over")
    as_of = models.DateField(_("as of"), null=True, blank=True)
    document = models.CharField(_("document number"), max_length=60, blank=True)
    rows = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)
    new_units = models.JSONField(default=list, help_text="Names of units that are not known yet.")
    fault = models.TextField(blank=True)
    taken_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default="checked", choices=STATES)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name
