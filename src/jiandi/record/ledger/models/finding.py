"""One problem, the units that have a part in it, and its ties to other findings."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiandi.record.accounts.models import Post, Unit
from jiandi.record.ledger.models.letter import LetterItem
from jiandi.record.ledger.models.round import Round
from jiandi.record.ledger.scope import visible_findings
from jiandi.record.regimes import vocabulary
from jiandi.record.trail.actor import Actor
from jiandi.record.trail.models import Recorded

OPEN_STATES = ("registered", "planned", "in_progress", "basically_done", "long_term", "submitted", "verified", "reopened")
# Open, and an obligation runs: only these can be overdue.
RUNNING_STATES = tuple(state for state in OPEN_STATES if state not in vocabulary.SETTLED)
COUNTED_OUT = ("withdrawn",)
# Taken over with one of these, a finding says that it is finished; whether it is, was not checked here.
SAYS_FINISHED = ("verified", "closed", "standing")
UNCHECKED = Q(source="taken_over", state__in=SAYS_FINISHED, is_done=False)


class FindingQuerySet(models.QuerySet["Finding"]):
    """Reads of findings; every one starts with ``visible_to``."""

    def visible_to(self, actor: Actor) -> Self:
        return self.filter(visible_findings(actor))

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)


class Finding(Recorded):
    """A problem as stated. ``verbatim`` and its span never change; three booleans keep the three claims.

    ``due`` is the day now agreed, ``first_due`` the day first agreed (the denominator of on-time).
    """

    STATES: ClassVar = [
        ("registered", _("registered")),
        ("planned", _("planned")),
        ("in_progress", _("in progress")),
        ("basically_done", _("basically done (not counted as done)")),
        ("long_term", _("long term")),
        ("submitted", _("submitted")),
        ("verified", _("verified")),
        ("closed", _("closed")),
        ("reopened", _("reopened")),
        ("standing", _("standing")),
        ("handed_over", _("handed over")),
        ("withdrawn", _("withdrawn")),
    ]
    SOURCES: ClassVar = [
        ("central", _("central letter")),
        ("upper", _("upper letter")),
        ("process", _("about the rectification itself")),
        ("self", _("self-found")),
        ("fix_now", _("fix now")),
        ("taken_over", _("taken over")),
    ]
    CLASSES: ClassVar = [("fix_now", _("fix now")), ("time_limited", _("by a date")), ("long_term", _("long term"))]
    DIFFICULTIES: ClassVar = [(1, _("easy")), (2, _("medium")), (3, _("hard"))]
    EFFECTS: ClassVar = [
        ("", _("not chosen")),
        ("target", _("a number reaches its target")),
        ("sample", _("cases drawn, none recurring")),
        ("ask", _("people asked, enough confirm")),
        ("act", _("irreversible act, use of the rule sampled")),
        ("none", _("no effect measure applies")),
    ]
    EFFECT_STATES: ClassVar = [
        ("", _("none")),
        ("due", _("awaiting effect check")),
        ("passed", _("effect seen")),
        ("failed", _("effect not seen")),
    ]

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="findings", db_index=False)
    number = models.CharField(_("number"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    verbatim = models.TextField(_("text of the letter"))
    item = models.ForeignKey(LetterItem, on_delete=models.PROTECT, null=True, blank=True, related_name="findings")
    batch = models.ForeignKey("ledger.ImportBatch", on_delete=models.PROTECT, null=True, blank=True, related_name="findings")
    old_word = models.CharField(_("state in the old ledger"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=12, choices=SOURCES)
    category = models.CharField(_("category"), max_length=120, blank=True)
    klass = models.CharField(_("class"), max_length=20, default="time_limited")
    difficulty = models.PositiveSmallIntegerField(_("difficulty"), choices=DIFFICULTIES, default=2)
    is_long_standing = models.BooleanField(_("long-standing"), default=False)
    is_recurring = models.BooleanField(_("recurring"), default=False)
    is_common = models.BooleanField(_("common"), default=False)
    standard = models.TextField(_("standard of completion"), blank=True)
    found_in = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="found_here")
    lead = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="led", verbose_name=_("lead unit"), db_index=False)
    leader_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closing_authority = models.CharField(max_length=10, default="own", choices=[("own", _("own")), ("above", _("above"))])
    first_due = models.DateField(_("first due date"), null=True, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    due_text = models.CharField(_("due date as written"), max_length=200, blank=True)
    due_precision = models.CharField(max_length=10, blank=True)
    effect_measure = models.CharField(_("effect measure"), max_length=10, choices=EFFECTS, default="", blank=True)
    effect_state = models.CharField(max_length=10, choices=EFFECT_STATES, default="", blank=True)
    effect_due = models.DateField(null=True, blank=True)
    is_said = models.BooleanField(default=False)
    is_done = models.BooleanField(default=False)
    is_well = models.BooleanField(default=False)
    closed_on = models.DateField(null=True, blank=True)
    registered_on = models.DateField()
    next_review = models.DateField(_("next review"), null=True, blank=True)
    stage_goal = models.CharField(_("stage goal"), max_length=300, blank=True)
    excuse = models.CharField(_("why no lasting or preventing measure"), max_length=300, blank=True, default="")
    state = models.CharField(_("state"), max_length=16, choices=STATES, default="registered")

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="finding_number_once"),
            models.CheckConstraint(condition=~Q(title=""), name="finding_has_title"),
            models.CheckConstraint(condition=Q(is_done=True) | Q(is_well=False), name="well_needs_done"),
            models.CheckConstraint(
                condition=Q(state__in=["registered", "withdrawn", "handed_over"]) | Q(lead__isnull=False),
                name="one_lead_from_planned_on",
            ),
            models.CheckConstraint(condition=~Q(state="closed") | Q(closed_on__isnull=False), name="closed_on_a_day"),
            models.CheckConstraint(condition=~Q(state="long_term") | Q(next_review__isnull=False), name="long_term_has_review"),
        ]
        indexes = [
            models.Index(fields=["round", "due", "id"], name="finding_round_due"),
            models.Index(fields=["lead", "due", "id"], name="finding_lead_due"),
            models.Index(fields=["round", "state", "due"], name="finding_round_state"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_settled(self) -> bool:
        """Whether its due date counts no more."""
        return self.state in vocabulary.SETTLED

    @property
    def is_unchecked(self) -> bool:
        """期初未核: the old ledger called it finished, and nobody has accepted it as done here."""
        return self.source == "taken_over" and self.state in SAYS_FINISHED and not self.is_done

    @property
    def is_flagged(self) -> bool:
        """Long-standing, recurring or common: its causes are asked for in depth."""
        return self.is_long_standing or self.is_recurring or self.is_common


class FindingParty(models.Model):
    """A unit's part in a finding. What a unit may see follows from these rows alone."""

    PARTS: ClassVar = [
        ("lead", _("lead")),
        ("passer", _("passed it on")),
        ("support", _("support")),
        ("share", _("share")),
        ("verifier", _("verifier")),
        ("asked", _("asked to take it or to help")),
        ("delegate", _("delegated to")),
    ]
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="parties", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="parts", db_index=False)
    part = models.CharField(max_length=10, choices=PARTS)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["finding", "unit", "part"], name="part_once"),
            models.UniqueConstraint(fields=["finding"], condition=Q(part="lead"), name="exactly_one_lead"),
        ]
        indexes = [models.Index(fields=["unit", "finding"], name="party_unit_finding")]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.part} {self.unit_id}"


class FindingLink(Recorded):
    """Two findings that somebody sees as the same, recurring, or extended problem, or the one about work on the other.

    A link counts once it is accepted. Of two that are the same, ``finding`` is the older row: it is said once, not twice.
    ``likeness`` is kept where the texts were compared before somebody said it.
    """

    KINDS: ClassVar = [
        ("same", _("same problem")),
        ("recurs", _("recurs")),
        ("extended", _("extended from")),
        ("about", _("about the rectification of")),
    ]
    STATES: ClassVar = [
        ("proposed", pgettext_lazy("link", "proposed")),
        ("accepted", pgettext_lazy("link", "accepted")),
        ("refused", pgettext_lazy("link", "refused")),
        ("unlinked", pgettext_lazy("link", "taken off")),
    ]
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="links")
    other = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="linked_from")
    kind = models.CharField(_("kind"), max_length=10, choices=KINDS)
    said_by_id = models.BigIntegerField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    likeness = models.PositiveSmallIntegerField(null=True, help_text="Per cent.")
    basis = models.CharField(_("what it rests on"), max_length=300, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default="proposed")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["finding", "other", "kind"], condition=Q(state__in=["proposed", "accepted"]), name="link_once"),
            models.CheckConstraint(condition=~Q(finding=models.F("other")), name="link_two_findings"),
            models.CheckConstraint(condition=~Q(kind="same") | Q(finding__lt=models.F("other")), name="same_said_once"),
            models.CheckConstraint(condition=~Q(state__in=["refused", "unlinked"]) | ~Q(reason=""), name="link_ended_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.kind} {self.other_id}"
