"""python3 dev.py bench-extract [--corpus DIR] [--split dev] [--time]   How well documents are read, against a set that people marked.

Prints the table of the set's own scorer, how often items of each band of confidence are right, and the ten worst items.
``--time`` measures instead how long an invented letter takes at 1, 10 and 100 times 30,000 characters.

The marked set stays outside the repository (../shared/corpus, or JIANDI_CORPUS). Real documents and documents written
for the set are reported apart: the first say how well the field is read, the second that a layout is handled.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks import extract_time, extract_worst
from jiandi.loop.intake.extract import extract, to_corpus_json
from jiandi.loop.intake.readers import opening
from tools.dev import places

CORPUS = places.ROOT.parent / "shared" / "corpus"
NEEDED = ("docs", "gold", "split.json", "evaluate.py")
SOURCES = {"real": "verbatim", "written": "layout_reconstruction"}
COLUMNS = ("P", "R", "F1", "macroF1", "tp", "pred", "gold")


def main() -> int:
    asked = argparse.ArgumentParser(prog="dev.py bench-extract", description=__doc__)
    asked.add_argument("--corpus", type=Path, default=Path(os.environ.get("JIANDI_CORPUS", CORPUS)))
    asked.add_argument("--split", default="dev")
    asked.add_argument("--time", action="store_true")
    given = asked.parse_args()
    if given.time:
        return extract_time.main()
    missing = [name for name in NEEDED if not (given.corpus / name).exists()]
    if missing:
        places.say(
            f"The marked set is not here: {given.corpus} lacks {', '.join(missing)}. Nothing was measured.\n"
            "It is not part of the repository. Put it there, or name its folder by --corpus or JIANDI_CORPUS."
        )
        return 2
    with tempfile.TemporaryDirectory(prefix="jiandi-extract-") as name:
        folder = Path(name)
        read(sorted((given.corpus / "docs").glob("*.txt")), folder)
        scores = {word: scored(given.corpus, folder, given.split, source) for word, source in SOURCES.items()}
        judged = extract_worst.judged(given.corpus, folder, given.split)
    places.say("\n\n".join(as_text(f"{word} documents, split {given.split}", rows) for word, rows in scores.items()))
    places.say(f"\n{extract_worst.bands(judged)}\n\n{extract_worst.worst(judged)}")
    return 0


def read(paths: Iterable[Path], folder: Path) -> None:
    """What `jiandi extract FILE --json` prints, one file per document."""
    for path in paths:
        found = to_corpus_json(extract(opening.open_document(path)))
        (folder / f"{path.stem}.json").write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


def scored(corpus: Path, folder: Path, split: str, source: str) -> dict[str, dict[str, Any]]:
    """The figures of the set's own scorer."""
    out = folder / f"{source}.scores"
    options = ["--pred", folder, "--gold", corpus / "gold", "--split", split, "--source", source, "--json", out]
    done = subprocess.run(
        [sys.executable, str(corpus / "evaluate.py"), *map(str, options)],
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise places.Stop(f"{corpus / 'evaluate.py'} failed: {done.stderr.strip()}")
    found: dict[str, dict[str, Any]] = json.loads(out.read_text(encoding="utf-8"))
    return found


def as_text(title: str, rows: dict[str, dict[str, Any]]) -> str:
    head = f"{title:<34}" + "".join(f"{name:>9}" for name in COLUMNS)
    lines = [f"{name:<34}" + "".join(_cell(row[column]) for column in COLUMNS) for name, row in rows.items()]
    return "\n".join([head, *lines])


def _cell(value: Any) -> str:
    return f"{value:>9.3f}" if isinstance(value, float) else f"{value:>9}"


if __name__ == "__main__":
    sys.exit(main())
