"""What is made from kept files and may be made again: previews under JIANDI_DATA/previews/ab/<digest>.<kind>. Never in a backup."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import BinaryIO, Final

from django.conf import settings

from jiandi.base import digests
from jiandi.base.errors import NotFound
from jiandi.base.text.words import N_

KINDS: Final = {"thumb": "image/jpeg", "page": "image/jpeg", "words": "text/plain; charset=utf-8"}


def path_of(digest: str, kind: str) -> Path:
    if kind not in KINDS or not digests.is_digest(digest):
        raise ValueError("no such preview")
    return Path(settings.JIANDI_DATA) / "previews" / digest[:2] / f"{digest}.{kind}"


def keep(digest: str, kind: str, content: bytes) -> None:
    """Write in one step; what was there is replaced."""
    final = path_of(digest, kind)
    final.parent.mkdir(parents=True, exist_ok=True)
    half = final.with_name(f"{final.name}.{uuid.uuid4().hex}.half")
    half.write_bytes(content)
    half.replace(final)


def opened(digest: str, kind: str) -> BinaryIO:
    try:
        return path_of(digest, kind).open("rb")
    except FileNotFoundError:
        raise NotFound("preview.none", N_("There is no preview of this file. Download the file itself.")) from None
