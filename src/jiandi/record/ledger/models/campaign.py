"""Is it here too? Questions about chosen findings to many units, and one answer of each unit to each question."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models.finding import Finding
from jiandi.record.ledger.models.round import Round
from jiandi.record.trail.models import Recorded


class Campaign(Recorded):
    """Several findings sent as questions to chosen units. ``line`` is the subject department that runs it; empty: the office."""

    STATES: ClassVar = [("running", _("running")), ("closed", pgettext_lazy("campaign", "closed"))]
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="campaigns")
    title = models.CharField(_("title"), max_length=200)
    line = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    started_on = models.DateField()
    due = models.DateField(_("answer by"))
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was sent in spite of what the preview said.")
    state = models.CharField(max_length=10, choices=STATES, default="running")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(due__gte=F("started_on")), name="campaign_due_after_start")]

    def __str__(self) -> str:
        return self.title


class CampaignQuestion(models.Model):
    """One finding asked about in one scope. Its facts stand in the campaign's entry."""

    SCOPES: ClassVar = [
        ("members", _("the members themselves")),
        ("team", _("the team")),
        ("fields", _("its fields of work")),
        ("daily", _("daily work")),
    ]
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="questions")
    number = models.PositiveSmallIntegerField()
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="asked_in")
    scope = models.CharField(max_length=10, choices=SCOPES)
    text = models.TextField(_("question"))

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="question_number_once"),
            models.UniqueConstraint(fields=["campaign", "finding", "scope"], name="question_once_per_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.text[:40]}"


class AskedUnit(Recorded):
    """A unit in a campaign: who sent it on to it, and when it first opened its questions."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="asked")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="asked_in")
    sent_by = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "unit"], name="unit_asked_once"),
            models.CheckConstraint(condition=~Q(sent_by=F("unit")), name="not_sent_on_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.unit_id}"


class Answer(Recorded):
    """One cell: a unit and a question. Posts, counts and dates, never a person; drafts lie here while it is asked."""

    STATES: ClassVar = [("asked", pgettext_lazy("answer", "asked")), ("answered", _("answered")), ("excused", _("excused"))]
    WORDS: ClassVar = [
        ("yes", pgettext_lazy("answer", "yes")),
        ("partly", pgettext_lazy("answer", "partly")),
        ("other", pgettext_lazy("answer", "in other forms")),
        ("no", pgettext_lazy("answer", "no")),
        ("counted", pgettext_lazy("answer", "members counted")),
    ]
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(CampaignQuestion, on_delete=models.PROTECT, related_name="answers")
    asked = models.ForeignKey(AskedUnit, on_delete=models.PROTECT, related_name="answers")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="answers")
    word = models.CharField(_("answer"), max_length=10, choices=WORDS, blank=True)
    matter = models.CharField(_("matter"), max_length=400, blank=True)
    post = models.CharField(_("post"), max_length=120, blank=True)
    text = models.TextField(_("how it was checked"), blank=True)
    done_count = models.PositiveIntegerField(null=True)
    of_count = models.PositiveIntegerField(null=True)
    done_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    like = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    likeness = models.PositiveSmallIntegerField(null=True, help_text="Per cent of the earlier answer it is like.")
    made_finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="asked")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "unit"], name="one_answer_per_unit"),
            models.CheckConstraint(condition=~Q(state="answered") | ~Q(word=""), name="answer_has_word"),
            models.CheckConstraint(condition=~Q(state="answered") | Q(word="counted") | ~Q(text=""), name="answer_says_how"),
            models.CheckConstraint(condition=~Q(state="excused") | ~Q(reason=""), name="excuse_has_reason"),
            models.CheckConstraint(
                condition=~Q(word="counted") | Q(matter="", post="", text="", made_finding__isnull=True), name="no_file_on_members"
            ),
            models.CheckConstraint(
                condition=~Q(state="answered", word="counted")
                | Q(done_count__isnull=False, of_count__gt=0, done_on__isnull=False, done_count__lte=F("of_count")),
                name="members_are_counted",
            ),
        ]
        indexes = [models.Index(fields=["campaign", "unit", "question", "state", "word", "answered_at"], name="answer_matrix")]

    def __str__(self) -> str:
        return f"{self.question_id} {self.unit_id}"


class Reminder(Recorded):
    """One reminder to a unit on a day, for all its open cells of a round."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="reminders")
    on = models.DateField()
    cells = models.PositiveIntegerField()
    due = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "unit", "on"], name="one_reminder_a_day"),
            models.CheckConstraint(condition=Q(cells__gt=0), name="reminder_has_cells"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.on}"
