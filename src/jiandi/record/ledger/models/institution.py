"""Rules (制度) as a register of their own: whose they are, which measures and findings they touch, and proofs that they are used."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.cause import Cause
from jiandi.record.ledger.models.finding import Finding
from jiandi.record.ledger.models.measure import Measure
from jiandi.record.ledger.scope import sees_everything, visible_findings, visible_register
from jiandi.record.trail.actor import Actor
from jiandi.record.trail.models import Recorded

IN_FORCE, ON_PAPER = "in_force", "on_paper_only"
LIVING = ("drafted", IN_FORCE, ON_PAPER)
HOLDING = (IN_FORCE, ON_PAPER)
OPEN_PROOFS = ("planned", "drawn")


class InstitutionQuerySet(models.QuerySet["Institution"]):
    """Reads of rules: those of units in one's line, and those that a visible measure or finding names."""

    def visible_to(self, actor: Actor) -> Self:
        if sees_everything(actor):
            return self
        findings = Finding.objects.filter(visible_findings(actor)).values("pk")
        made = MeasureRule.objects.filter(measure__serves__finding__in=findings).values("institution_id")
        ignored = RuleNotFollowed.objects.filter(finding__in=findings).values("institution_id")
        return self.filter(visible_register(actor) | Q(pk__in=made) | Q(pk__in=ignored))


class Institution(Recorded):
    """A rule of a unit, or of a level above that the unit must follow; made, revised, abolished or enforced by measures.

    ``replaces`` is the rule that this one takes the place of once it is in force. ``digest`` names its text or scan in the file store.
    ``first_proof_on`` is the day of the first planned proof of use.
    """

    LEVELS: ClassVar = [("own", _("of the unit itself")), ("upper", _("of a level above"))]
    STATES: ClassVar = [
        ("drafted", _("drafted")),
        ("in_force", _("in force")),
        ("on_paper_only", _("on paper only")),
        ("abolished", _("abolished")),
        ("superseded", _("superseded")),
    ]
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    level = models.CharField(_("level"), max_length=6, choices=LEVELS, default="own")
    issuer = models.CharField(_("issued by"), max_length=120, blank=True)
    title = models.CharField(_("title of the rule"), max_length=200)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    review_on = models.DateField(_("review date"), null=True, blank=True)
    first_proof_on = models.DateField(_("first proof of use by"), null=True, blank=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    measures: models.ManyToManyField[Measure, MeasureRule] = models.ManyToManyField(
        Measure, through="MeasureRule", related_name="institutions"
    )
    ignored_in: models.ManyToManyField[Finding, RuleNotFollowed] = models.ManyToManyField(
        Finding, through="RuleNotFollowed", related_name="rules_ignored"
    )
    file_name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    algorithm = models.CharField(max_length=10, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    kept_by = models.CharField(max_length=30, blank=True, help_text="Who registered it, as in MeasurePart.")
    state = models.CharField(_("state"), max_length=14, choices=STATES, default="drafted")

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        ordering = ["unit", "title", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="rule_has_title"),
            models.CheckConstraint(condition=~Q(replaces=F("id")), name="rule_replaces_another"),
            models.CheckConstraint(
                condition=~Q(state__in=["abolished", "superseded"]) | Q(ended_on__isnull=False), name="rule_ended_on_a_day"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state"], name="rule_unit_state"),
            models.Index(fields=["state", "review_on"], name="rule_review"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_living(self) -> bool:
        """Drafted, in force, or on paper only."""
        return self.state in LIVING

    @property
    def named(self) -> str:
        """As documents cite it."""
        return f"《{self.title}》（{self.number}）" if self.number else f"《{self.title}》"


class MeasureRule(models.Model):
    """What a measure does to a rule."""

    VERBS: ClassVar = [(code, word) for code, word in Measure.RULE_VERBS if code]
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="rule_links", db_index=False)
    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="measure_links")
    verb = models.CharField(_("what happens to the rule"), max_length=10, choices=VERBS)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "institution"], name="rule_of_measure_once")]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.verb} {self.institution_id}"


class RuleNotFollowed(models.Model):
    """A rule was there and was not followed (有制度不执行): the finding, and its cause that says so."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="ignored_rules", db_index=False)
    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="ignored_links")
    cause = models.ForeignKey(Cause, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("what was not followed"), max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding", "institution"], name="rule_not_followed_once")]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.institution_id}"


class ProofOfUse(Recorded):
    """Is the rule used? ``drawn`` of ``cases`` cases are looked at, ``found`` of them went by the rule; no case at all is an answer too.

    ``picks`` are the places of the drawn cases in the checker's numbered list; anybody recomputes them from ``head``, ``cases`` and ``drawn``.
    """

    STATES: ClassVar = [
        ("planned", pgettext_lazy("proof", "planned")),
        ("drawn", _("cases drawn")),
        ("used", _("used")),
        ("unused", _("not used")),
        ("dropped", pgettext_lazy("proof", "dropped")),
    ]
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="proofs", db_index=False)
    number = models.PositiveIntegerField()
    due = models.DateField(_("due"))
    case_list = models.CharField(_("which cases"), max_length=200, blank=True)
    cases = models.PositiveIntegerField(_("cases"), null=True)
    drawn = models.PositiveIntegerField(_("drawn"), null=True)
    head = models.CharField(max_length=64, blank=True, help_text="Root of the trail when the cases were drawn.")
    algorithm = models.CharField(max_length=10, blank=True)
    picks = models.JSONField(default=list)
    found = models.PositiveIntegerField(_("found used"), null=True)
    method = models.CharField(_("check method"), max_length=10, blank=True, choices=Measure.METHODS)
    text = models.TextField(_("what was seen"), blank=True)
    seen_on = models.DateField(_("seen on"), null=True)
    holder = models.CharField(max_length=30, blank=True, help_text="Who looked, as in MeasurePart.")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=STATES, default="planned")

    class Meta:
        ordering = ["institution", "number"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="proof_number_once"),
            models.CheckConstraint(condition=Q(found__isnull=True) | Q(found__lte=F("drawn")), name="proof_found_among_drawn"),
            models.CheckConstraint(condition=Q(drawn__isnull=True) | Q(drawn__lte=F("cases")), name="proof_drawn_among_cases"),
            models.CheckConstraint(
                condition=~Q(state__in=["used", "unused"]) | Q(seen_on__isnull=False) & ~Q(text=""), name="proof_result_has_text"
            ),
        ]
        indexes = [models.Index(fields=["state", "due"], name="proof_state_due")]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.number}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_PROOFS


class RuleQuestion(Recorded):
    """A rule is on paper only: does the finding that was closed by it come back? A person of the office answers."""

    STATES: ClassVar = [
        ("asked", _("asked")),
        ("kept", _("stays closed")),
        ("reopened", _("reopened")),
        ("dropped", pgettext_lazy("question", "dropped")),
    ]
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="questions", db_index=False)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="rule_questions")
    proof = models.ForeignKey(ProofOfUse, on_delete=models.PROTECT, related_name="questions")
    asked_on = models.DateField()
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="asked")

    class Meta:
        ordering = ["asked_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "finding"], condition=Q(state="asked"), name="rule_question_open_once"),
            models.CheckConstraint(condition=~Q(state__in=["kept", "reopened"]) | ~Q(reason=""), name="rule_question_answer_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.finding_id}"
