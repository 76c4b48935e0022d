"""One place measured: tables made, city filled, each measurement run. Started by ``run.py`` as a program of its own."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django

from benchmarks import meter, place, table

NAMES = ("start", "ledger", "moves", "exports", "imports")


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--backend", required=True)
    asked.add_argument("--folder", type=Path, required=True)
    asked.add_argument("--pid", type=int)
    asked.add_argument("--n", type=int, required=True)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("names", nargs="*", default=list(NAMES))
    given = asked.parse_args()
    here = place.Place(given.backend, given.folder, os.environ.get("JIANDI_DATABASE_URL", ""), given.pid)
    found: list[meter.Figure] = []
    for figure in measured(here, given.names, given.n):
        found.append(figure)
        print(table.as_text([figure.plain()]), flush=True)
        given.out.write_text(json.dumps([one.plain() for one in found], ensure_ascii=False), encoding="utf-8")
    return 0


def measured(here: place.Place, names: list[str], n: int) -> Iterator[meter.Figure]:
    """Figures as they are made."""
    django.setup()
    from benchmarks import exports, fill, imports, ledger, moves, start  # noqa: PLC0415 - models need Django first

    yield from start.first_migrate(here)
    city = fill.build(n)
    if "start" in names:
        yield from start.measure(here)
    for name, module in (("ledger", ledger), ("moves", moves), ("exports", exports), ("imports", imports)):
        if name in names:
            yield from module.measure(here, city)


if __name__ == "__main__":
    sys.exit(main())
