"""Said, done, done well: what a unit claims, and what somebody else found."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.finding import Finding
from jiandi.record.ledger.models.measure import Measure
from jiandi.record.trail.models import Recorded

RETURN_REASONS: list[tuple[str, str | Promise]] = [
    ("incomplete", _("papers incomplete")),
    ("below_standard", _("standard not met")),
    ("not_carried_out", _("measure not carried out")),
    ("no_effect", _("effect not visible")),
    ("relapsed", _("problem came back")),
]


class Claim(Recorded):
    """The unit's word on a measure: said (accepted by nobody) or done (waits for another person)."""

    KINDS: ClassVar = [("said", _("said")), ("done", _("done"))]
    STATES: ClassVar = [
        ("stated", _("stated")),
        ("struck", _("struck")),
        ("raised", _("raised")),
        ("accepted", _("accepted")),
        ("returned", _("returned")),
        ("taken_back", _("taken back")),
        ("fell_back", _("fell back")),
    ]
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="claims")
    kind = models.CharField(max_length=10, choices=KINDS)
    text = models.TextField(_("what was done"), blank=True)
    holder = models.CharField(max_length=30)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    reason = models.CharField(max_length=20, choices=RETURN_REASONS, blank=True)
    state = models.CharField(max_length=12, choices=STATES)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["measure"], condition=Q(kind="done", state="raised"), name="one_done_claim_at_a_time"),
            models.CheckConstraint(condition=~Q(kind="said") | Q(state__in=["stated", "struck"]), name="said_is_not_accepted"),
            models.CheckConstraint(condition=~Q(state="returned") | ~Q(reason=""), name="returned_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.measure_id}"


class Check(Recorded):
    """What a verifier found about a claim, a submitted finding, an effect, or (yearly) a long-term finding.

    ``answers`` holds the verdict on each standard and the three questions; nothing is preselected.
    """

    KINDS: ClassVar = [("done", _("done")), ("accept", _("acceptance")), ("effect", _("effect")), ("review", _("yearly review"))]
    VERDICTS: ClassVar = [("passed", _("passed")), ("returned", _("returned")), ("failed", _("failed"))]
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="checks")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, related_name="checks")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, null=True, related_name="checks")
    kind = models.CharField(max_length=10, choices=KINDS)
    method = models.CharField(_("method"), max_length=10, choices=Measure.METHODS)
    verdict = models.CharField(_("verdict"), max_length=10, choices=VERDICTS)
    reason = models.CharField(_("reason"), max_length=20, choices=RETURN_REASONS, blank=True)
    answers = models.JSONField(default=dict)
    text = models.TextField(_("what was found"), blank=True)
    holder = models.CharField(max_length=30)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    on = models.DateField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(verdict="passed") | ~Q(reason=""), name="check_fails_with_reason"),
            models.CheckConstraint(condition=~Q(kind="done") | Q(measure__isnull=False), name="done_check_has_measure"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.verdict} {self.finding_id}"


class Closing(Recorded):
    """The way of one finding through the regime's signatures: before it is submitted, or before it is closed (``verb``)."""

    VERBS: ClassVar = [("submit", _("handing in")), ("close", _("closing"))]
    STATES: ClassVar = [("running", _("running")), ("finished", _("finished")), ("stopped", _("stopped"))]
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="closings")
    verb = models.CharField(max_length=10, choices=VERBS, default="close")
    chain = models.JSONField(help_text="The regime's chain, as it was when the closing began.")
    step = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=STATES, default="running")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding"], condition=Q(state="running"), name="one_closing_at_a_time")]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.step}"


class ClosingStep(models.Model):
    """One signature in the chain; ``holder`` is empty where the regime lets steps share a person."""

    closing = models.ForeignKey(Closing, on_delete=models.CASCADE, related_name="steps")
    place = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=30)
    holder = models.CharField(max_length=30, blank=True)
    signed_by = models.CharField(max_length=30)
    opinion = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["closing", "place"]
        constraints = [
            models.UniqueConstraint(fields=["closing", "place"], name="closing_step_once"),
            models.UniqueConstraint(fields=["closing", "holder"], condition=~Q(holder=""), name="one_step_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.closing_id} {self.code}"
