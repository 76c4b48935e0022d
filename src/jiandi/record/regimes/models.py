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
