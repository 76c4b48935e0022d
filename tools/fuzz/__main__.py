"""One target under atheris, in a program of its own: `python -m tools.fuzz NAME FOLDER SECONDS`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["jiandi.loop.intake", "jiandi.base.text"]):
    from tools.fuzz import targets

LONGEST_SECONDS = 20
MEMORY_MB = 2000
LARGEST_BYTES = 20_000


def main(name: str, kept: Path, seconds: str) -> None:
    """Ends with another code than 0 when something came out that may not; its input lies in ``kept``."""
    begun = kept / "corpus"
    begun.mkdir(parents=True, exist_ok=True)
    for n, seed in enumerate(targets.seeds(name)):
        (begun / f"seed-{n}").write_bytes(seed)
    words = kept / "words.dict"
    words.write_text("".join(f'"{_escaped(token)}"\n' for token in targets.TOKENS), encoding="ascii")
    make = targets.TARGETS[name]()
    folder = Path(tempfile.mkdtemp())
    options = [
        f"-artifact_prefix={kept}/",
        f"-dict={words}",
        f"-max_total_time={seconds}",
        f"-timeout={LONGEST_SECONDS}",
        f"-rss_limit_mb={MEMORY_MB}",
        f"-max_len={LARGEST_BYTES}",
    ]
    atheris.Setup([sys.argv[0], str(begun), *options], lambda given: targets.judged(*make(bytes(given)), folder))
    atheris.Fuzz()


def _escaped(token: str) -> str:
    return "".join(f"\\x{byte:02X}" for byte in token.encode())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
