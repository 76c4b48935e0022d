"""Frozen versions of regimes, and the days that are not worked as the week says."""

from __future__ import annotations

from django.db import models

from jiandi.base import digests
from jiandi.record.trail.models import Recorded


class Regime(Recorded):
    """One version of one regime. Its canonical text never changes; a change is a new number."""

    code = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    body = models.TextField()
    digest = models.CharField(max_length=digests.HEX_LENGTH)
    algorithm = models.CharField(max_length=10, default=digests.DEFAULT)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="one_body_per_regime_number"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="regime_numbers_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class RegimeDraft(Recorded):
    """A regime being written: type-correct, not yet checked as a whole. It ends frozen as a version, or discarded."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    based_on = models.ForeignKey(Regime, on_delete=models.PROTECT, related_name="drafts")
    body = models.TextField()
    created_at = models.DateTimeField()
    frozen_as = models.OneToOneField(Regime, on_delete=models.PROTECT, null=True, blank=True, related_name="draft")
    discarded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(frozen_as__isnull=True, discarded_at__isnull=True),
                name="one_open_draft_per_regime",
            ),
            models.CheckConstraint(
                condition=models.Q(frozen_as__isnull=True) | models.Q(discarded_at__isnull=True), name="draft_ends_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def is_open(self) -> bool:
        return self.frozen_as_id is None and self.discarded_at is None

    @property
    def is_new_code(self) -> bool:
        """Whether it becomes a regime of its own and not a version of the one it was copied from."""
        return self.code != self.based_on.code


class Workday(Recorded):
    """A day that is worked, or not, against the week's habit."""

    day = models.DateField(unique=True)
    is_workday = models.BooleanField()
    note = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"{self.day} {'+' if self.is_workday else '-'}"


class PublishedYear(Recorded):
    """A year whose holidays are known; days beyond these years are counted with a warning."""

    year = models.PositiveSmallIntegerField(unique=True)
    source = models.CharField(max_length=200)

    def __str__(self) -> str:
        return str(self.year)
