"""A page as a picture, for the web: drawn by a program of its own, so that this one loads no library for it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers.limits import DEFAULT, Limits

PROGRAM: Final = "jiandi.loop.intake.readers.draw"


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


def _not_shown(name: str, number: int) -> BadInput:
    return BadInput("intake.no_such_page", N_("“{place}” has no page {page} that can be shown."), place=name, page=number)
