"""Looks at kept files: asked for when evidence is filed, taken by a job in batches, read by pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from jiandi.base import clock, jobs
from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.record.ledger.models import Evidence, FileLook, Likeness

JOB = "execute.look_at_files"
BATCH = 50
STALE_MINUTES = 15
MOST_TRIES = 3


def ask(row: Evidence) -> None:
    """One look for each content, in the caller's transaction."""
    if not row.digest:
        return
    fields = {"digest": row.digest, "media_type": row.media_type, "size_bytes": row.size_bytes}
    FileLook.objects.bulk_create([FileLook(**fields)], ignore_conflicts=True)
    jobs.enqueue(JOB, {}, actor_id=None, key=row.digest)


def take() -> list[FileLook]:
    """The next files nobody looks at; what was taken and never finished is taken again, three times at most."""
    now = clock.now()
    stale = Q(progress="taken", begun_at__lt=now - timedelta(minutes=STALE_MINUTES))
    with transaction.atomic():
        open_ = FileLook.objects.filter(Q(progress="waiting") | stale).order_by("pk")
        chosen = list(open_.select_for_update(skip_locked=True)[:BATCH] if _locks() else open_[:BATCH])
        FileLook.objects.filter(pk__in=[one.pk for one in chosen]).update(progress="taken", begun_at=now, tries=F("tries") + 1)
    given_up = [one for one in chosen if one.tries >= MOST_TRIES]
    for one in given_up:
        finish(one, {"progress": "cannot", "fault": "broke"})
    return [one for one in chosen if one.tries < MOST_TRIES]


def _locks() -> bool:
    return bool(transaction.get_connection().features.has_select_for_update_skip_locked)


def finish(look: FileLook, found: dict[str, Any]) -> None:
    """Write what was found."""
    FileLook.objects.filter(pk=look.pk).update(**found)


def wait_for_scanner(look: FileLook) -> None:
    """The scanner did not answer: the look waits for the next turn of the schedule and is not counted as tried."""
    fields = {"progress": "taken", "begun_at": clock.now() - timedelta(minutes=STALE_MINUTES - 1)}
    FileLook.objects.filter(pk=look.pk).update(tries=F("tries") - 1, scan="failed", **fields)


def connect(pairs: Iterable[tuple[int, int, str, int]]) -> int:
    """Pictures that look alike: (one, other, how, distance)."""
    rows = [Likeness(one_id=min(a, b), other_id=max(a, b), how=how, distance=distance) for a, b, how, distance in pairs if a != b]
    Likeness.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def expect_clean(row: Evidence) -> None:
    """A content in which a virus was found before is not taken again."""
    if FileLook.objects.filter(digest=row.digest, scan="infected").exists():
        raise BadInput(
            "evidence.virus", N_("A virus was found in “{name}”. It is not kept. Clean the file and hand it in again."), name=row.file_name
        )


def is_held(row: Evidence, look: FileLook | None) -> bool:
    """Whether the file may not be handed out: a virus was found, or the installation demands a scan that has not been made."""
    if row.state == "quarantined" or (look is not None and look.scan == "infected"):
        return True
    return settings.JIANDI_CLAMD_REQUIRED and (look is None or look.scan != "clean")
