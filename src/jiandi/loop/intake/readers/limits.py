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
    seconds: int = 60
    memory_bytes: int = 2_048 * MEGABYTE


DEFAULT: Final = Limits()
