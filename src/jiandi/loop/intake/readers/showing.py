"""A page as a picture, for the web: drawn by a program of its own, so that this one loads no library for it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import uuid
from pathlib import Path
from typing import Final

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers.limits import DEFAULT, Limits

PROGRAM: Final = "jiandi.loop.intake.readers.draw"
_AT_ONCE: Final = threading.BoundedSemaphore(2)


def page_png(path: Path, number: int, limits: Limits = DEFAULT, name: str = "") -> bytes:
    """Page ``number``, from 1, of a .pdf or a picture file as a PNG within ``limits.picture_width``; ``name`` is for messages."""
    known = name or path.name
    asked = json.dumps([str(path), number, limits.picture_width, limits.page_seconds, limits.memory_bytes])
    try:
        done = subprocess.run(  # noqa: S603 - this very Python, no shell
            [sys.executable, "-m", PROGRAM, asked], capture_output=True, timeout=limits.page_seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _not_shown(known, number) from error
    if done.returncode or not done.stdout.startswith(b"\x89PNG"):
        raise _not_shown(known, number)
    return done.stdout


def kept_page(folder: Path, source: Path, number: int, *, key: str, name: str) -> Path:
    """The picture of a page, drawn once and then kept in ``folder`` under ``key``; few are drawn at a time."""
    kept = folder / f"{key}-{number}.png"
    if not kept.is_file():
        with _AT_ONCE:
            body = page_png(source, number, name=name)
        half = folder / f"{uuid.uuid4().hex}.half"
        half.write_bytes(body)
        half.replace(kept)
    return kept


def _not_shown(name: str, number: int) -> BadInput:
    return BadInput("intake.no_such_page", N_("“{place}” has no page {page} that can be shown."), place=name, page=number)
