"""What people say when they are asked: a poll, the groups asked apart, and answers nobody can be found by."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiandi.record.ledger.models.finding import Finding
from jiandi.record.ledger.models.round import Round
from jiandi.record.trail.models import Recorded

WORDS: list[tuple[str, str | Promise]] = [
    ("satisfied", _("satisfied")),
    ("fairly", _("fairly satisfied")),
    ("dissatisfied", _("not satisfied")),
    ("unknown", _("does not know it")),
]


class Poll(Recorded):
    """One question to several groups; about the whole round, or about one finding."""

    STATES: ClassVar = [
        ("draft", pgettext_lazy("poll", "draft")),
        ("open", pgettext_lazy("poll", "open")),
        ("closed", pgettext_lazy("poll", "closed")),
        ("dropped", pgettext_lazy("poll", "dropped")),
    ]
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="polls")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, blank=True, related_name="polls")
    title = models.CharField(_("name of the poll"), max_length=120)
    question = models.CharField(_("question"), max_length=300)
    opened_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(_("answers until"))
    closed_on = models.DateField(null=True, blank=True)
    figures = models.JSONField(default=list, help_text="As counted at the closing: one row per group.")
    state = models.CharField(max_length=10, choices=STATES, default="draft")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(question=""), name="poll_asks_something"),
            models.CheckConstraint(condition=~Q(state="closed") | Q(closed_on__isnull=False), name="poll_closed_on_a_day"),
            models.CheckConstraint(condition=~Q(state="open") | Q(opened_on__isnull=False), name="poll_opened_on_a_day"),
        ]

    def __str__(self) -> str:
        return self.title


class PollGroup(Recorded):
    """People asked in one way: by paper, counted by hand, or by one-time links. ``invited`` is the n of the response rate."""

    CHANNELS: ClassVar = [("paper", _("on paper, typed in")), ("link", _("by one-time links"))]
    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="groups", db_index=False)
    name = models.CharField(_("group"), max_length=80)
    channel = models.CharField(_("how it is asked"), max_length=10, choices=CHANNELS)
    invited = models.PositiveIntegerField(_("people asked"))

    class Meta:
        ordering = ["poll", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "name"], name="poll_group_once"),
            models.CheckConstraint(condition=Q(invited__gt=0), name="poll_group_asks_somebody"),
        ]

    def __str__(self) -> str:
        return self.name


class PollSheet(Recorded):
    """A batch of papers counted by hand. A miscount is struck with a reason and typed in again."""

    STATES: ClassVar = [("counted", pgettext_lazy("papers", "counted")), ("struck", pgettext_lazy("papers", "struck"))]
    group = models.ForeignKey(PollGroup, on_delete=models.PROTECT, related_name="sheets")
    satisfied = models.PositiveIntegerField(_("satisfied"), default=0)
    fairly = models.PositiveIntegerField(_("fairly satisfied"), default=0)
    dissatisfied = models.PositiveIntegerField(_("not satisfied"), default=0)
    unknown = models.PositiveIntegerField(_("does not know it"), default=0)
    invalid = models.PositiveIntegerField(_("spoilt papers"), default=0)
    kept_by = models.CharField(_("where the papers are kept (a post)"), max_length=120)
    on = models.DateField()
    state = models.CharField(max_length=10, choices=STATES, default="counted")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(satisfied__gt=0) | Q(fairly__gt=0) | Q(dissatisfied__gt=0) | Q(unknown__gt=0) | Q(invalid__gt=0),
                name="poll_sheet_counts_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.on}"


class PollLink(models.Model):
    """The digest of a one-time link. Whom a slip was given to is kept nowhere; ``batch`` numbers the print."""

    group = models.ForeignKey(PollGroup, on_delete=models.PROTECT, related_name="links", db_index=False)
    batch = models.PositiveSmallIntegerField(default=1)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [models.Index(fields=["group", "batch"], name="poll_link_batch")]

    def __str__(self) -> str:
        return f"{self.group_id} {self.batch}"


class PollLinkUse(models.Model):
    """A link was used. Its uniqueness is what lets nobody answer twice."""

    link = models.OneToOneField(PollLink, on_delete=models.PROTECT, related_name="use")

    def __str__(self) -> str:
        return str(self.link_id)


class PollVote(models.Model):
    """An answer by link: a random key and no moment, so that it leads to no link and to nobody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey(PollGroup, on_delete=models.PROTECT, related_name="votes")
    word = models.CharField(max_length=12, choices=WORDS)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(word__in=[code for code, _word in WORDS]), name="vote_has_a_word")]

    def __str__(self) -> str:
        return self.word
