"""Keeping a piece of evidence: what it is by its name and bytes, and the file in the store."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import puremagic
from django.conf import settings

from jiandi.base import clock, files
from jiandi.base.errors import BadInput
from jiandi.base.jobs.models import Upload
from jiandi.base.text.words import N_
from jiandi.record.ledger import contents, looks, papers, quota, write
from jiandi.record.ledger.models import Evidence
from jiandi.record.trail.actor import Actor

HEAD_BYTES = 4096
BYTES_PER_MB = 1024 * 1024


def describe(row: Evidence, title: str, file_name: str) -> None:
    """Title, kind and date, guessed from title and name where the row has none; what cannot be is refused."""
    row.title = papers.title_of(title, file_name)
    row.kind = row.kind or papers.guess_kind(title, file_name)
    row.dated_on = row.dated_on or papers.guess_date(title, file_name)
    _check(row)


def keep(row: Evidence, chunks: Iterable[bytes] | None, file_name: str) -> None:
    """Put the file into the store and its digest on the row; without a file a post must hold the paper."""
    if chunks is not None:
        quota.expect_room(None, 0)
        _keep(row, chunks, file_name)
    elif not row.held_offline:
        raise BadInput("evidence.nowhere", N_("Choose a file, or name the post that holds the paper."))


def expect_type(file_name: str) -> None:
    """Refuse a name that claims no known type, before its bytes are sent."""
    papers.type_of(papers.safe_name(file_name))


def keep_upload(row: Evidence, upload: Upload) -> None:
    """The same for a file that came in pieces and lies whole in the store."""
    name = papers.safe_name(upload.file_name)
    with files.open_file(upload.digest) as source:
        head = source.read(HEAD_BYTES)
    papers.check_content(name, head, _looks_like(head))
    _name(row, _about(name, files.StoredFile(upload.digest, upload.size, upload.algorithm)))


def file(row: Evidence, *, actor: Actor, verb: str) -> Evidence:
    """Write the row, in the caller's transaction; a job then looks at its file."""
    if row.digest:
        quota.expect_room(row.unit_id, row.size_bytes)
        looks.expect_clean(row)
    write.create(row, actor=actor, verb=verb)
    looks.ask(row)
    return row


def _check(row: Evidence) -> None:
    if not row.title:
        raise BadInput("evidence.title", N_("Give the evidence a title."))
    if row.kind not in dict(Evidence.KINDS):
        raise BadInput("evidence.kind", N_("Choose what the evidence shows: talk, act or outcome."))
    if row.dated_on and row.dated_on > clock.today():
        raise BadInput("evidence.future", N_("The date of the paper lies in the future. Correct it."))


def _keep(row: Evidence, chunks: Iterable[bytes], file_name: str) -> None:
    _name(row, stored(chunks, file_name))


def stored(chunks: Iterable[bytes], file_name: str) -> dict[str, Any]:
    """Put a file into the store; what is to be kept of it: name, type, digest, size."""
    name = papers.safe_name(file_name)
    stream = (chunk for chunk in chunks if chunk)
    head = _head(stream)
    papers.check_content(name, head[:HEAD_BYTES], _looks_like(head[:HEAD_BYTES]))
    limit = settings.JIANDI_UPLOAD_LIMIT_MB * BYTES_PER_MB
    return _about(name, files.store(itertools.chain([head], stream), limit_bytes=limit, algorithm=settings.JIANDI_ALGORITHM))


def _about(name: str, kept: files.StoredFile) -> dict[str, Any]:
    return {
        "file_name": name,
        "media_type": papers.type_of(name).media_type,
        "digest": kept.digest,
        "algorithm": kept.algorithm,
        "size_bytes": kept.size,
    }


def _name(row: Evidence, about: dict[str, Any]) -> None:
    """What the row says of its file; the file is looked into, and refused where it lies."""
    with files.open_file(about["digest"]) as source:
        row.warnings = " ".join(contents.warnings_of(papers.type_of(about["file_name"]), about["file_name"], source))
    for field, value in about.items():
        setattr(row, field, value)


def _head(stream: Iterator[bytes]) -> bytes:
    found = b""
    for chunk in stream:
        found += chunk
        if len(found) >= HEAD_BYTES:
            break
    return found


def _looks_like(head: bytes) -> list[str]:
    """Endings that the first bytes could have."""
    try:
        return [str(match.extension) for match in puremagic.magic_string(head)] if head else []
    except puremagic.PureError:
        return []
