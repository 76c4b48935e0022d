"""What a kept file looks like: made once for each content by a job, thrown away and made again at will."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FileLook(models.Model):
    """Preview, days, picture prints and virus scan of one content. It holds no position and no author's name."""

    PROGRESS: ClassVar = [
        ("waiting", pgettext_lazy("preview", "waiting")),
        ("taken", pgettext_lazy("preview", "being made")),
        ("ready", pgettext_lazy("preview", "ready")),
        ("cannot", pgettext_lazy("preview", "cannot be shown")),
    ]
    SCANS: ClassVar = [
        ("", _("not scanned")),
        ("clean", _("no virus found")),
        ("infected", _("virus found")),
        ("failed", _("scanner did not answer")),
    ]
    digest = models.CharField(max_length=64, unique=True)
    media_type = models.CharField(max_length=100, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    progress = models.CharField(max_length=10, choices=PROGRESS, default="waiting")
    begun_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=40, blank=True)
    has_picture = models.BooleanField(default=False)
    has_words = models.BooleanField(default=False)
    pages = models.PositiveIntegerField(null=True)
    made_on = models.DateField(_("made on, says the file"), null=True)
    changed_on = models.DateField(_("last changed on, says the file"), null=True)
    warnings = models.CharField(max_length=100, blank=True)
    prints = models.TextField(
        blank=True, help_text="Perceptual digests: the whole picture, mirrored, and parts of it, 16 hexadecimal digits each."
    )
    scan = models.CharField(max_length=10, choices=SCANS, blank=True, default="")
    virus = models.CharField(max_length=80, blank=True)
    scanned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(progress__in=["waiting", "taken", "ready", "cannot"]), name="look_progress"),
            models.CheckConstraint(condition=Q(scan__in=["", "clean", "infected", "failed"]), name="look_scan"),
        ]
        indexes = [models.Index(fields=["begun_at", "id"], condition=Q(progress__in=["waiting", "taken"]), name="look_open")]

    def __str__(self) -> str:
        return self.digest[:12]


class Likeness(models.Model):
    """Two pictures that look alike though their bytes differ; a question, never a verdict."""

    HOWS: ClassVar = [
        ("same", pgettext_lazy("likeness", "the same picture, saved anew")),
        ("mirrored", pgettext_lazy("likeness", "mirrored")),
        ("cropped", pgettext_lazy("likeness", "a part of it")),
    ]
    one = models.ForeignKey(FileLook, on_delete=models.CASCADE, related_name="like_as_one")
    other = models.ForeignKey(FileLook, on_delete=models.CASCADE, related_name="like_as_other")
    how = models.CharField(max_length=10, choices=HOWS)
    distance = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="likeness_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="likeness_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id} {self.how}"
