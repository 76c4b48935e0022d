"""How much a handed-in file may ask of the machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds of one file; a file beyond any of them is refused with the bound in the message."""

    file_bytes: int = 50 * MEGABYTE
    unzipped_bytes: int = 400 * MEGABYTE
    unzipped_ratio: int = 200
    members: int = 5_000
    rows: int = 100_000
    columns: int = 200
    nesting: int = 200
    letters: int = 5_000_000
    pages: int = 500
    scanned_pages: int = 100
    picture_points: int = 60_000_000
    picture_width: int = 1_600
    seconds: int = 60
    page_seconds: int = 60
    memory_bytes: int = 2_048 * MEGABYTE
    scan_memory_bytes: int = 4_096 * MEGABYTE


DEFAULT: Final = Limits()
