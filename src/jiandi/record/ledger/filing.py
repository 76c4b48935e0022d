"""Keeping a piece of evidence: what it is by its name and bytes, and the file in the store."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import puremagic
from django.conf import settings

from jiandi.base import clock, files
from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.record.ledger import papers
from jiandi.record.ledger.models import Evidence

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
        _keep(row, chunks, file_name)
    elif not row.held_offline:
        raise BadInput("evidence.nowhere", N_("Choose a file, or name the post that holds the paper."))


def _check(row: Evidence) -> None:
    if not row.title:
        raise BadInput("evidence.title", N_("Give the evidence a title."))
    if row.kind not in dict(Evidence.KINDS):
        raise BadInput("evidence.kind", N_("Choose what the evidence shows: talk, act or outcome."))
    if row.dated_on and row.dated_on > clock.today():
        raise BadInput("evidence.future", N_("The date of the paper lies in the future. Correct it."))


def _keep(row: Evidence, chunks: Iterable[bytes], file_name: str) -> None:
    for field, value in stored(chunks, file_name).items():
        setattr(row, field, value)


def stored(chunks: Iterable[bytes], file_name: str) -> dict[str, Any]:
    """Put a file into the store; what is to be kept of it: name, type, digest, size."""
    name = papers.safe_name(file_name)
    kind = papers.type_of(name)
    stream = (chunk for chunk in chunks if chunk)
    head = _head(stream)
    papers.check_content(name, head[:HEAD_BYTES], _looks_like(head[:HEAD_BYTES]))
    limit = settings.JIANDI_UPLOAD_LIMIT_MB * BYTES_PER_MB
    kept = files.store(itertools.chain([head], stream), limit_bytes=limit, algorithm=settings.JIANDI_ALGORITHM)
    return {
        "file_name": name,
        "media_type": kind.media_type,
        "digest": kept.digest,
        "algorithm": kept.algorithm,
        "size_bytes": kept.size,
    }


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
