"""One inspection, or self-check, of one inspected organisation."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from jiandi.record.accounts.models import Unit
from jiandi.record.regimes.models import Regime
from jiandi.record.trail.models import Recorded


class Round(Recorded):
    """Regime (a frozen version of it), issuer, level and the day of feedback from which all clocks run."""

    LEVELS: ClassVar = [("central", _("central")), ("upper", _("upper")), ("own", _("own"))]
    STATES: ClassVar = [("running", _("running")), ("ended", _("ended"))]
    title = models.CharField(_("title"), max_length=120)
    code = models.CharField(_("code"), max_length=30, unique=True)
    regime = models.ForeignKey(Regime, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="rounds", verbose_name=_("inspected unit"))
    issuer = models.CharField(_("issuer"), max_length=120)
    level = models.CharField(_("level"), max_length=10, choices=LEVELS, default="upper")
    feedback_on = models.DateField(_("day of feedback"))
    ends_on = models.DateField(_("end of the concentrated period"), null=True, blank=True)
    phase = models.CharField(max_length=40, blank=True, help_text="The phase a change has led to; empty: as the dates say.")
    state = models.CharField(max_length=10, choices=STATES, default="running")

    class Meta:
        ordering = ["-feedback_on", "-pk"]

    def __str__(self) -> str:
        return self.title


class Assignment(Recorded):
    """A unit's part in a round that holds for every finding: who checks by default."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=20, default="verifier")
    field = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "unit", "part", "field"], name="assignment_once")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.unit_id} {self.part}"
