"""One supervisor for each data folder: an open, locked file. The system lets go of it when the last holder ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jiandi.base import holding
from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_


@contextmanager
def only_one(folder: Path, address: str) -> Iterator[None]:
    """Hold `folder` while the block runs; RuleBroken when another `jiandi serve` holds it."""
    path = folder / "run" / "serve.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            holding.hold(number)
        except OSError:
            holder = os.pread(number, 200, 0) if hasattr(os, "pread") else b""
            raise RuleBroken(
                "serve.running",
                N_("Jiandi already serves the data folder {folder} ({holder}). Stop that one first, or set JIANDI_DATA to another folder."),
                folder=str(folder),
                holder=holder.decode(errors="replace").strip(),
            ) from None
        os.ftruncate(number, 0)
        os.write(number, f"{address}, pid {os.getpid()}\n".encode())
        yield
    finally:
        os.close(number)
