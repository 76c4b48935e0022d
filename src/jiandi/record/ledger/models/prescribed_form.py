"""A workbook that a superior prescribes, with the cells that a clerk pointed at once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.round import Round
from jiandi.record.trail.models import Recorded


class PrescribedForm(Recorded):
    """Filled from the record whenever asked; the file itself never changes.

    ``layout`` is the sheets as the pointing page shows them; ``spots`` are the cells to fill, as ``report.rules.spots``
    writes them. Fills on the schedule happen in the name of ``kept_by_id``, as that person stands then.
    """

    EVERY: ClassVar = [("", _("only when asked")), ("week", _("every week")), ("month", _("every month"))]
    STATES: ClassVar = [
        ("received", _("being looked at")),
        ("ready", _("ready")),
        ("failed", _("cannot be read")),
        ("put_aside", _("put aside")),
    ]
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="prescribed_forms")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    issuer = models.CharField(_("prescribed by"), max_length=120, blank=True)
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    file_algorithm = models.CharField(max_length=10)
    file_bytes = models.BigIntegerField(default=0)
    layout = models.JSONField(default=list, help_text="Sheets: name, rows, columns, widths, cells as [row, column, text, kind], merged.")
    remarks = models.JSONField(default=list, help_text="What a filled copy would not keep, as [text, values].")
    spots = models.JSONField(default=list)
    every = models.CharField(_("filled"), max_length=10, choices=EVERY, default="", blank=True)
    next_on = models.DateField(_("next on"), null=True, blank=True)
    kept_by_id = models.BigIntegerField()
    fault = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="received")

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "next_on"], name="prescribed_form_due")]
        constraints = [
            models.CheckConstraint(condition=models.Q(every="") | models.Q(next_on__isnull=False), name="prescribed_form_next_day"),
        ]

    def __str__(self) -> str:
        return self.title
