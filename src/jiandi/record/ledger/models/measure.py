"""One thing to do, for one or more findings, counted once."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiandi.record.accounts.models import Post, Unit
from jiandi.record.ledger.models.finding import Finding
from jiandi.record.ledger.models.round import Round
from jiandi.record.ledger.scope import sees_everything, visible_findings
from jiandi.record.regimes import vocabulary
from jiandi.record.trail.actor import Actor
from jiandi.record.trail.models import Recorded


class MeasureQuerySet(models.QuerySet["Measure"]):
    """Reads of measures: what serves a finding one may see."""

    def visible_to(self, actor: Actor) -> Self:
        if sees_everything(actor):
            return self
        seen = Finding.objects.filter(visible_findings(actor)).values("pk")
        return self.filter(pk__in=MeasureFinding.objects.filter(finding__in=seen).values("measure_id"))


class Measure(Recorded):
    """Text, lead and date are typed; kind, horizon, standard and check method have defaults from the finding."""

    KINDS: ClassVar = [
        ("punish", _("punish")),
        ("correct", _("correct conduct")),
        ("reform", _("reform")),
        ("prevent", _("prevent")),
    ]
    HORIZONS: ClassVar = [("now", _("now")), ("lasting", _("lasting"))]
    RULE_VERBS: ClassVar = [
        ("", _("no rule")),
        ("make", _("make a rule")),
        ("revise", _("revise a rule")),
        ("abolish", _("abolish a rule")),
        ("enforce", _("enforce a rule")),
    ]
    CYCLES: ClassVar = [
        ("", pgettext_lazy("duty", "none")),
        ("weekly", _("every week")),
        ("monthly", _("every month")),
        ("quarterly", _("every quarter")),
        ("half_yearly", _("every half year")),
        ("yearly", _("every year")),
        ("standing", _("kept up for good")),
    ]
    METHODS: ClassVar = [
        ("asked", _("asked")),
        ("read", _("papers read")),
        ("seen", _("seen on site")),
        ("redone", _("done again")),
    ]
    STATES: ClassVar = [
        ("draft", _("draft")),
        ("planned", pgettext_lazy("measure", "planned")),
        ("in_progress", _("in progress")),
        ("claimed", _("claimed")),
        ("done", _("done")),
        ("failed", pgettext_lazy("measure", "failed")),
        ("dropped", _("dropped")),
    ]
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="measures", db_index=False)
    number = models.PositiveIntegerField(help_text="Within the round.")
    findings: models.ManyToManyField[Finding, MeasureFinding] = models.ManyToManyField(
        Finding, through="MeasureFinding", related_name="measures"
    )
    text = models.TextField(_("measure"))
    lead = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("lead unit"), db_index=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=KINDS, default="correct")
    horizon = models.CharField(_("horizon"), max_length=10, choices=HORIZONS, default="now")
    rule_verb = models.CharField(_("what happens to the rule"), max_length=10, choices=RULE_VERBS, default="", blank=True)
    first_due = models.DateField(_("first due date"))
    due = models.DateField(_("due"))
    due_text = models.CharField(_("due date as written"), max_length=200)
    due_precision = models.CharField(max_length=10, default="day")
    not_before = models.DateField(null=True, blank=True, help_text="The day of the feedback; empty while an old ledger's word stands.")
    recurs = models.CharField(_("recurring duty"), max_length=20, blank=True, choices=CYCLES)
    recurs_from = models.DateField(_("recurs from"), null=True, blank=True)
    effect_measure = models.CharField(_("effect measure"), max_length=10, choices=Finding.EFFECTS, default="", blank=True)
    funds_planned = models.DecimalField(_("funds planned"), max_digits=18, decimal_places=2, null=True, blank=True)
    funds_paid = models.DecimalField(_("funds paid"), max_digits=18, decimal_places=2, null=True, blank=True)
    funds_source = models.CharField(_("source of funds"), max_length=120, blank=True, default="")
    standard = models.TextField(_("standard"), blank=True)
    method = models.CharField(_("check method"), max_length=10, choices=METHODS, default="read")
    indicator = models.CharField(_("indicator"), max_length=200, blank=True)
    indicator_unit = models.CharField(max_length=20, blank=True)
    base_value = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    target_value = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    actual_value = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    said_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    why_again = models.CharField(_("why it did not hold"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=STATES, default="draft")

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["round", "number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="measure_number_once"),
            models.CheckConstraint(condition=~Q(text=""), name="measure_has_text"),
            models.CheckConstraint(condition=~Q(state="done") | Q(done_on__isnull=False), name="done_on_a_day"),
            models.CheckConstraint(
                condition=Q(not_before__isnull=True) | Q(due__gte=F("not_before"), first_due__gte=F("not_before")),
                name="measure_due_after_feedback",
            ),
            models.CheckConstraint(condition=~Q(recurs="") | Q(recurs_from__isnull=True), name="only_a_duty_recurs"),
            models.CheckConstraint(condition=Q(funds_planned__isnull=True) | Q(funds_planned__gte=0), name="funds_planned_not_negative"),
            models.CheckConstraint(
                condition=Q(funds_paid__isnull=True) | Q(funds_paid__gte=0, funds_planned__isnull=False), name="funds_paid_were_planned"
            ),
        ]
        indexes = [models.Index(fields=["lead", "state", "due"], name="measure_lead_state")]

    def __str__(self) -> str:
        return self.text[:40]

    @property
    def is_settled(self) -> bool:
        """Whether its due date counts no more: done, waiting for its check, or given up."""
        return self.state in vocabulary.MEASURE_AT_REST

    @property
    def counts(self) -> bool:
        """Whether totals of measures count it."""
        return self.state not in ("dropped", "failed")


class MeasureFinding(models.Model):
    """A measure serves a finding.

    ``number`` is the measure's number in the round of the finding, where it was born in another round (joint rectification);
    otherwise the measure's own number counts.
    """

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="serves", db_index=False)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="served_by")
    number = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measure", "finding"], name="serves_once"),
            models.UniqueConstraint(fields=["finding", "number"], name="serves_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.finding_id}"


class MeasureSupport(models.Model):
    """A unit that the approved plan names as support; approval counts as its acceptance."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="supports", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "unit"], name="support_once")]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.unit_id}"


class MeasurePart(models.Model):
    """One person (or post, in a single-clerk installation) has one part on one measure for ever."""

    PARTS: ClassVar = [("doing", _("did it")), ("done", _("verified done")), ("well", _("verified done well"))]
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="parts", db_index=False)
    holder = models.CharField(max_length=30, help_text="user:ID, or post:ID in a single-clerk installation.")
    part = models.CharField(max_length=10, choices=PARTS)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "holder"], name="one_part_per_person")]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.holder} {self.part}"
