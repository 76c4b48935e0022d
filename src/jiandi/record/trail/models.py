"""Entries of the trail, their leaves, the sealed heads, and the spans during which a value held."""

from __future__ import annotations

from typing import Any

from django.db import models


class Recorded(models.Model):
    """A row with a stream of its own in the trail.

    ``version`` counts changes (optimistic lock); ``trail_number`` and ``trail_digest`` are the stream's last entry.
    """

    version = models.PositiveIntegerField(default=1)
    trail_number = models.PositiveIntegerField(default=0)
    trail_digest = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        abstract = True


class TrailEntry(models.Model):
    """What happened once: who, with which duty, did what to which thing. Never changed, never deleted.

    ``body`` is the canonical JSON that was hashed (at most 8 KiB); ``digest`` = H(previous digest, body).
    """

    thing = models.CharField(max_length=40)
    thing_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=40)
    algorithm = models.CharField(max_length=10)
    body = models.TextField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thing", "thing_id", "number"], name="one_entry_per_number")]
        indexes = [models.Index(fields=["actor_id", "at"], name="entry_by_actor")]

    def __str__(self) -> str:
        return f"{self.thing} {self.thing_id} #{self.number} {self.verb}"


class Unsealed(models.Model):
    """An entry that no head covers yet."""

    entry = models.OneToOneField(TrailEntry, on_delete=models.PROTECT, primary_key=True, related_name="unsealed")

    def __str__(self) -> str:
        return str(self.entry_id)


class Leaf(models.Model):
    """The place of an entry in the tree; places are dense and never change."""

    place = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(TrailEntry, on_delete=models.PROTECT, related_name="leaf")

    def __str__(self) -> str:
        return str(self.place)


class Head(models.Model):
    """A sealed state of the whole trail: root of the tree over the first ``size`` leaves (RFC 6962)."""

    size = models.BigIntegerField(unique=True)
    at = models.DateTimeField(db_index=True)
    algorithm = models.CharField(max_length=10)
    root = models.CharField(max_length=64)
    frontier = models.TextField(help_text="Roots of the full subtrees, largest first, as hex separated by spaces.")

    def __str__(self) -> str:
        return f"{self.size} {self.root[:12]}"


class StateSpan(models.Model):
    """From which entry to which entry a facet of a thing held a value; sheets of a past date read these."""

    thing = models.CharField(max_length=40)
    thing_id = models.BigIntegerField()
    facet = models.CharField(max_length=20, default="state")
    value = models.CharField(max_length=60)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(TrailEntry, on_delete=models.PROTECT, related_name="+", db_index=False)
    closed_by = models.ForeignKey(TrailEntry, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thing", "thing_id", "facet"], condition=models.Q(until__isnull=True), name="one_open_span"),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True, closed_by__isnull=True) | models.Q(until__isnull=False, closed_by__isnull=False),
                name="span_closed_by_an_entry",
            ),
        ]
        indexes = [models.Index(fields=["thing", "facet", "thing_id"], name="span_of_thing")]

    def __str__(self) -> str:
        return f"{self.thing} {self.thing_id} {self.facet}={self.value}"


def thing_of(record: models.Model) -> str:
    """Name of a record's kind in the trail."""
    return str(record._meta.model_name)


def plain(value: Any) -> Any:
    """A field value as canonical JSON can hold it."""
    if isinstance(value, models.Model):
        return value.pk
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return str(value)
