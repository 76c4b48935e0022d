"""What was handed out: a ledger or report file with the digest of its bytes and the figures it printed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.finding import Finding
from jiandi.record.ledger.models.plan import PlanVersion
from jiandi.record.ledger.models.prescribed_form import PrescribedForm
from jiandi.record.ledger.models.round import Round
from jiandi.record.trail.models import Recorded


class Report(Recorded):
    """Made by a job; ``figures`` are the three rates printed in it.

    A filled ``form`` is filed with its three-rate sheet (``rates_digest``) and ``notes``, which say what could not be filled and why.
    """

    KINDS: ClassVar = [
        ("ledger", _("ledger (Excel)")),
        ("report", _("rectification report (Word)")),
        ("briefing", _("briefing (Word)")),
        ("chase", _("whom to chase (Word)")),
        ("rules", _("rules register (Excel)")),
        ("matters", _("matters to raise (Word)")),
        ("difference", _("explanation of differences (Excel)")),
        ("form", _("prescribed form (Excel)")),
        ("opinions", _("opinions on a plan (Word)")),
        ("pledge", _("pledge page of a plan (Word)")),
        ("lists_docx", _("three lists of a plan (Word)")),
        ("lists_xlsx", _("three lists of a plan (Excel)")),
        ("milestones", _("milestones of a plan (Excel)")),
        ("weakened", _("what approved changes dropped or weakened (Excel)")),
        ("phase_docx", _("statement of a change of phase (Word)")),
        ("phase_xlsx", _("statement of a change of phase (Excel)")),
        ("case", _("case package (ZIP)")),
    ]
    STATES: ClassVar = [("asked", _("being written")), ("ready", _("ready")), ("failed", pgettext_lazy("report", "failed"))]
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="reports")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=KINDS)
    source = models.CharField(_("source"), max_length=12, choices=Finding.SOURCES, blank=True, help_text="A ledger of this source alone.")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, related_name="packages", help_text="Of a case package.")
    form = models.ForeignKey(PrescribedForm, on_delete=models.PROTECT, null=True, related_name="fills")
    plan = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=200)
    asked_by_id = models.BigIntegerField()
    as_of = models.DateField()
    file_name = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    algorithm = models.CharField(max_length=10, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    figures = models.JSONField(default=dict)
    rates_digest = models.CharField(max_length=64, blank=True)
    notes = models.JSONField(default=list, help_text="[place, text, values], in the order of the form.")
    fault = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="asked")

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(kind="case") | Q(finding__isnull=False), name="package_of_a_finding")]

    def __str__(self) -> str:
        return self.title


class ImportBatch(Recorded):
    """A ledger file taken in: checked row by row first, then its rows become findings and measures in one transaction.

    ``rows_digest`` names the checked rows in the file store, ``marked_digest`` the workbook with the faulty cells marked;
    ``faults`` are the first of [row, place, code, text, params, stops], ``stopping`` and ``notes`` count them all. ``fault`` says
    why it could not be read, or why the last taking-in wrote nothing. ``mapping`` is what a person chose, ``recognised`` what the
    check read with it; the form of both: docs/reference/mapping.md. ``stated`` are totals that the file itself writes down;
    ``reasons`` what the office says of a difference that nothing else explains, by its key.
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
    stopping = models.PositiveIntegerField(default=0)
    notes = models.PositiveIntegerField(default=0)
    marked_digest = models.CharField(max_length=64, blank=True)
    mapping = models.JSONField(default=dict)
    recognised = models.JSONField(default=dict)
    new_units = models.JSONField(default=list, help_text="Names of units that are not known yet.")
    fault = models.TextField(blank=True)
    stated = models.JSONField(default=list)
    reasons = models.JSONField(default=dict)
    taken_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default="checked", choices=STATES)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name


class RememberedMapping(Recorded):
    """How a form of an issuer was mapped last: offered when a ledger with the same headings comes again."""

    issuer = models.CharField(_("issuer"), max_length=120)
    form = models.CharField(max_length=64, help_text="Digest of the headings.")
    headings = models.JSONField(default=list)
    columns = models.JSONField(default=dict, help_text="Heading -> field; an empty field leaves the column out.")
    states = models.JSONField(default=dict, help_text="Word -> state.")
    units = models.JSONField(default=dict, help_text="Name -> choice, as in a mapping.")

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["issuer", "form"], name="mapping_once_per_form")]

    def __str__(self) -> str:
        return self.issuer
