"""Files that come in pieces: begin, bring piece by piece, keep. What was acknowledged outlives a crash of the program.

A piece is acknowledged once its bytes are on disk and the row says so; whoever asks after a break learns where to go on.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from jiandi.base import clock, files
from jiandi.base.errors import BadInput, Conflict, NotFound
from jiandi.base.jobs.models import Upload
from jiandi.base.text.words import N_

KEEP_HOURS = 24
KEEP_DAYS_WHEN_MADE = 7
MOST_AT_ONCE = 50
BYTES_PER_MB = 1024 * 1024


def begin(*, user_id: int, purpose: str, file_name: str, size: int, payload: Mapping[str, Any]) -> Upload:
    """Announce a file of ``size`` bytes; nothing is on disk yet."""
    limit_mb = settings.JIANDI_UPLOAD_LIMIT_MB
    if size <= 0:
        raise BadInput("evidence.empty", N_("“{name}” is empty. Choose the file again."), name=file_name)
    if size > limit_mb * BYTES_PER_MB:
        raise BadInput("files.too_long", files.TOO_LONG, limit_mb=limit_mb)
    with transaction.atomic():
        if Upload.objects.filter(created_by=user_id, digest="").count() >= MOST_AT_ONCE:
            raise BadInput(
                "upload.too_many",
                N_("You have {n} unfinished files. Finish them, or wait a day until they are cleared away."),
                n=MOST_AT_ONCE,
            )
        now = clock.now()
        named = {"purpose": purpose, "file_name": file_name[:400], "payload": dict(payload)}
        return Upload.objects.create(token=uuid.uuid4().hex, created_by=user_id, size=size, started_at=now, seen_at=now, **named)


def own(token: str, user_id: int) -> Upload:
    """An upload of the user's own; anybody else's is NotFound."""
    found = Upload.objects.filter(token=token, created_by=user_id).first()
    if found is None:
        raise NotFound("upload.none", N_("There is no such upload of yours. Choose the file again."))
    return found


def bring(upload: Upload, offset: int, chunks: Iterable[bytes]) -> Upload:
    """One piece, beginning at ``offset``, which must be where the last acknowledged piece ended."""
    if upload.digest or offset != upload.received:
        raise _out_of_step(upload)
    end = files.append(upload.token, offset, chunks, most=upload.size)
    moved = Upload.objects.filter(pk=upload.pk, received=offset, digest="").update(received=end, seen_at=clock.now())
    upload.refresh_from_db()
    if not moved:
        raise _out_of_step(upload)
    return upload


def _out_of_step(upload: Upload) -> Conflict:
    text = N_("{n} bytes have come in. Go on from there.")
    return Conflict("upload.out_of_step", text, n=upload.received)


def keep(upload: Upload) -> Upload:
    """All bytes are here: into the store with them. The row knows the digest first, so that a crash between leaves nothing unnamed."""
    if not upload.is_whole:
        raise _out_of_step(upload)
    if not upload.digest:
        algorithm = settings.JIANDI_ALGORITHM
        digest = files.digest_half(upload.token, upload.size, algorithm=algorithm)
        Upload.objects.filter(pk=upload.pk).update(digest=digest, algorithm=algorithm, seen_at=clock.now())
        upload.refresh_from_db()
    files.publish_half(upload.token, upload.digest)
    return upload


def held(upload: Upload) -> Upload:
    """The row under lock, in the caller's transaction: who comes second sees what the first made of it."""
    return Upload.objects.select_for_update().get(pk=upload.pk)


def made(upload: Upload, made_id: int) -> None:
    """Say what was made of it, in the transaction that makes it."""
    Upload.objects.filter(pk=upload.pk, made_id=None).update(made_id=made_id)


def sweep() -> int:
    """Forget uploads that stopped a day ago with their half files, and those long since made into something."""
    now = clock.now()
    stopped = Upload.objects.filter(made_id=None, seen_at__lt=now - timedelta(hours=KEEP_HOURS))
    for token in list(stopped.values_list("token", flat=True)):
        files.half_of(token).unlink(missing_ok=True)
    count, _each = stopped.delete()
    Upload.objects.filter(made_id__isnull=False, seen_at__lt=now - timedelta(days=KEEP_DAYS_WHEN_MADE)).delete()
    return count
