"""Help that a measure asks of another unit after the plan; what the approved plan names is accepted already (``MeasureSupport``)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.measure import Measure
from jiandi.record.ledger.models.progress import Evidence
from jiandi.record.trail.models import Recorded

OPEN_SUPPORTS = ("asked", "accepted")


class Support(Recorded):
    """``answer_by`` is the day by which the unit says yes or no; ``wanted_by`` the day by which the help itself is wanted."""

    STATES: ClassVar = [
        ("asked", _("support asked, no answer yet")),
        ("accepted", _("support promised")),
        ("refused", _("support refused")),
        ("answered", _("support given")),
        ("taken_back", _("request taken back")),
    ]
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="support_requests")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="supports_asked")
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("what help is asked for"))
    asked_on = models.DateField()
    asked_by = models.CharField(max_length=30)
    answer_by = models.DateField()
    wanted_by = models.DateField(_("wanted by"), null=True, blank=True)
    promised_on = models.DateField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=STATES, default="asked")

    class Meta:
        ordering = ["-asked_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "unit"], condition=Q(state__in=OPEN_SUPPORTS), name="one_open_support"),
            models.CheckConstraint(condition=~Q(text=""), name="support_has_text"),
            models.CheckConstraint(condition=~Q(unit=F("from_unit")), name="support_of_another_unit"),
            models.CheckConstraint(condition=~Q(state="accepted") | Q(promised_on__isnull=False), name="support_promised_on_a_day"),
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "answered"]) | (~Q(answer="") & Q(answered_on__isnull=False)),
                name="support_answered_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.unit_id} {self.state}"
