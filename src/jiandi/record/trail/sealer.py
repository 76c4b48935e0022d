"""Moves unsealed entries into the tree, in small batches, by one process at a time."""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError, transaction

from jiandi.base import clock
from jiandi.record.trail import merkle
from jiandi.record.trail.models import Head, Leaf, TrailEntry, Unsealed

BATCH = 500


def seal_pending() -> int:
    """Seal everything that waits; returns how many entries were sealed."""
    total = 0
    while sealed := seal_batch():
        total += sealed
        if sealed < BATCH:
            break
    return total


def seal_batch(limit: int = BATCH) -> int:
    """Give up to ``limit`` entries their places and write one head over them; 0 if another sealer was faster."""
    if not Unsealed.objects.exists():
        return 0
    try:
        return _seal(limit)
    except IntegrityError:
        return 0


def _seal(limit: int) -> int:
    """Whoever holds the first head seals; only then is the last one read, for it may have changed during the wait."""
    with transaction.atomic():
        Head.objects.select_for_update().order_by("size").first()
        last = Head.objects.order_by("-size").first()
        ids = list(Unsealed.objects.order_by("entry_id").values_list("entry_id", flat=True)[:limit])
        entries = list(TrailEntry.objects.filter(pk__in=ids).order_by("pk").only("pk", "digest"))
        if not entries:
            return 0
        _grow(last, entries)
        Unsealed.objects.filter(pk__in=[e.pk for e in entries]).delete()
    return len(entries)


def _grow(last: Head | None, entries: list[TrailEntry]) -> None:
    algorithm = last.algorithm if last else settings.JIANDI_ALGORITHM
    size, frontier = (last.size, last.frontier.split()) if last else (0, [])
    leaves = []
    for entry in entries:
        frontier = merkle.append(algorithm, frontier, size, merkle.leaf_hash(algorithm, entry.digest))
        leaves.append(Leaf(place=size, entry_id=entry.pk))
        size += 1
    Leaf.objects.bulk_create(leaves)
    root = merkle.root_of(algorithm, frontier)
    Head.objects.bulk_create([Head(size=size, at=clock.now(), algorithm=algorithm, root=root, frontier=" ".join(frontier))])
