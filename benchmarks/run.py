"""python3 dev.py bench [names] [--database sqlite|postgresql] [--n 50000]   Measures, prints, and writes results.md."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from benchmarks import inside, place, table
from tools.dev import places


def main() -> int:
    asked = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    asked.add_argument("names", nargs="*", metavar="name", help=f"some of: {', '.join(inside.NAMES)}; all of them when none is named")
    asked.add_argument("--database", choices=place.BACKENDS, action="append", help="both when none is named")
    asked.add_argument("--n", type=int, default=50_000, help="findings in the database")
    asked.add_argument("--keep", action="store_true", help="print only; leave results.md and results.json as they are")
    given = asked.parse_args()
    if unknown := set(given.names) - set(inside.NAMES):
        raise places.Stop(f"There is no measurement {', '.join(sorted(unknown))}. Choose from: {', '.join(inside.NAMES)}.")
    found = {backend: measured(backend, given.names or list(inside.NAMES), given.n) for backend in given.database or place.BACKENDS}
    if not given.keep:
        table.keep(found, given.n)
    return 1 if any(figure["reached"] is False for figures in found.values() for figure in figures) else 0


def measured(backend: str, names: list[str], n: int) -> list[dict[str, Any]]:
    """One database, in a program of its own, so that nothing is left over for the next."""
    places.say(f"Measuring on {backend} …")
    with place.of(backend) as here:
        out = here.folder / "figures.json"
        arguments = ["--backend", backend, "--folder", str(here.folder), "--n", str(n), "--out", str(out)]
        if here.server_pid:
            arguments += ["--pid", str(here.server_pid)]
        code = places.call(places.python("-m", "benchmarks.inside", *arguments, *names), **here.surroundings)
        if code:
            log = here.folder / "log"
            tail = log.read_text(errors="replace")[-4000:] if log.exists() else ""
            raise places.Stop(f"Measuring on {backend} ended with {code}.\n{tail}")
        figures: list[dict[str, Any]] = json.loads(out.read_text(encoding="utf-8"))
        return figures


if __name__ == "__main__":
    sys.exit(main())
