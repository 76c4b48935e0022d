"""Standing work that rectification is joined to (统筹结合): programmes, the outcome indicators of a theme, and the measures that belong to both."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.measure import Measure
from jiandi.record.ledger.scope import sees_everything, visible_register
from jiandi.record.trail.actor import Actor
from jiandi.record.trail.models import Recorded

OPEN_PROGRAMMES = ("draft", "running")


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    """Reads of programmes: those of units in one's line, and those that a visible measure belongs to."""

    def visible_to(self, actor: Actor) -> Self:
        if sees_everything(actor):
            return self
        linked = MeasureProgramme.objects.filter(measure__in=Measure.objects.visible_to(actor).values("pk")).values("programme_id")
        return self.filter(visible_register(actor) | Q(pk__in=linked))


class Programme(Recorded):
    """A work plan or programme of a unit, in a theme (field of work), for a period."""

    STATES: ClassVar = [
        ("draft", _("draft")),
        ("running", pgettext_lazy("programme", "running")),
        ("finished", pgettext_lazy("programme", "finished")),
        ("dropped", pgettext_lazy("programme", "dropped")),
    ]
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    title = models.CharField(_("title"), max_length=200)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    theme = models.CharField(_("theme"), max_length=60, db_index=True)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    measures: models.ManyToManyField[Measure, MeasureProgramme] = models.ManyToManyField(
        Measure, through="MeasureProgramme", related_name="programmes"
    )
    state = models.CharField(_("state"), max_length=10, choices=STATES, default="draft")

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["unit", "from_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(theme=""), name="programme_has_title_and_theme"),
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="programme_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_PROGRAMMES


class MeasureProgramme(models.Model):
    """A measure is planned in a programme, so that it is planned once."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="programme_links", db_index=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "programme"], name="measure_in_programme_once")]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.programme_id}"


class Indicator(Recorded):
    """An outcome of a programme as a number over time. It stands beside the work and proves nothing by itself."""

    DIRECTIONS: ClassVar = [("up", _("more is better")), ("down", _("less is better"))]
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="indicators", db_index=False)
    name = models.CharField(_("indicator"), max_length=120)
    measured_in = models.CharField(_("unit of measure"), max_length=20, blank=True)
    source = models.CharField(_("source"), max_length=200, help_text=_("Which statistics, of which office."))
    direction = models.CharField(_("direction"), max_length=4, choices=DIRECTIONS)

    class Meta:
        ordering = ["programme", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="indicator_name_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(source=""), name="indicator_has_name_and_source"),
        ]

    def __str__(self) -> str:
        return self.name


class IndicatorValue(Recorded):
    """One value of a day, from a document; a correction is a change of it, and stands in the trail."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="values", db_index=False)
    on = models.DateField(_("day"))
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=2)
    document = models.CharField(_("source document"), max_length=200, blank=True)
    entered_by = models.CharField(max_length=30, help_text="As in MeasurePart.")

    class Meta:
        ordering = ["indicator", "on"]
        constraints = [models.UniqueConstraint(fields=["indicator", "on"], name="one_value_per_day")]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.on} {self.value}"
