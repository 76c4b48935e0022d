"""Looks at kept files, away from any request; evidence runs out on its day; tables of rules are read (rule_tables). Only the worker loads this."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from jiandi.base import clamd, clock, confined, derived, files, pictures, previews
from jiandi.base.errors import NotFound
from jiandi.base.jobs import Run, job
from jiandi.loop.execute import actions
from jiandi.loop.execute.jobs import rule_tables
from jiandi.record.ledger import looks
from jiandi.record.ledger.models import Evidence, FileLook

__all__ = ["look_at_files", "rule_tables", "run_out"]
SECONDS = 30
FAILED, INFECTED = "failed", "infected"


@job(looks.JOB, lease_seconds=900, every_seconds=300)
def look_at_files(run: Run) -> dict[str, Any]:
    """Scan, look at and compare what waits, batch by batch; one child looks at many files."""
    album: pictures.Album | None = None
    done = 0
    with confined.Confined(previews.look, seconds=SECONDS) as looking:
        while not run.is_stop_asked and (batch := looks.take()):
            album = album or _album()
            for one in batch:
                _look_at(one, looking, album)
                done += 1
            run.progress(done)
    return {"looked_at": done}


def _album() -> pictures.Album:
    """The prints of all pictures looked at so far."""
    album = pictures.Album()
    for pk, prints in FileLook.objects.exclude(prints="").values_list("pk", "prints").iterator(chunk_size=5000):
        album.add(pk, prints)
    return album


def _look_at(one: FileLook, looking: confined.Confined, album: pictures.Album) -> None:
    scanned = _scanned(one)
    if scanned["scan"] == FAILED and settings.JIANDI_CLAMD_REQUIRED:
        looks.wait_for_scanner(one)
        return
    if scanned["scan"] == INFECTED:
        looks.finish(one, {**scanned, "progress": "cannot", "fault": "virus"})
        actions.quarantine(one.digest)
        return
    seen = looking(str(files.path_of(one.digest)), one.media_type)
    if isinstance(seen, confined.GaveOut):
        looks.finish(one, {**scanned, "progress": "cannot", "fault": seen.why})
        return
    looks.finish(one, {**scanned, **_kept(one.digest, seen)})
    if seen.prints:
        looks.connect((one.pk, near.key, near.how, near.distance) for near in album.near(seen.prints))
        album.add(one.pk, seen.prints)


def _scanned(one: FileLook) -> dict[str, Any]:
    """What the scanner says, where one is set."""
    if not settings.JIANDI_CLAMD:
        return {"scan": ""}
    try:
        with files.open_file(one.digest) as source:
            found = clamd.scan(settings.JIANDI_CLAMD, source)
    except NotFound:
        return {"scan": FAILED}
    return {"scan": found.result, "virus": found.said if found.result == INFECTED else "", "scanned_at": clock.now()}


def _kept(digest: str, seen: previews.Look) -> dict[str, Any]:
    """Previews go to their place, the rest onto the row."""
    for kind, content in (("page", seen.page), ("thumb", seen.thumb), ("words", seen.words.encode())):
        if content:
            derived.keep(digest, kind, content)
    return {
        "progress": "cannot" if seen.fault or not (seen.page or seen.words) else "ready",
        "fault": seen.fault,
        "has_picture": bool(seen.page),
        "has_words": bool(seen.words),
        "pages": seen.pages,
        "made_on": seen.made_on,
        "changed_on": seen.changed_on,
        "warnings": " ".join(seen.warnings),
        "prints": seen.prints,
    }


@job("execute.run_out", every_seconds=6 * 3600)
def run_out(_run: Run) -> dict[str, Any]:
    """Evidence whose last good day has passed."""
    due = Evidence.objects.filter(state__in=Evidence.COUNTING, good_until__lt=clock.today()).values_list("pk", flat=True)
    rows = list(due[:1000])
    for pk in rows:
        actions.run_out(pk)
    return {"run_out": len(rows)}
