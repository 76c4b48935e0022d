"""The ledger of the whole round as a workbook, written by the worker; beside XlsxWriter writing the same cells."""

from __future__ import annotations

import json
import subprocess
import time
from datetime import date, datetime

from python_calamine import CalamineWorkbook

from benchmarks import fill, meter, place
from jiandi.base import files
from jiandi.base.jobs.models import Job, WorkerBeat
from jiandi.loop.report import actions
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger.models import Report
from tools.dev import places

TIMES_BARE = 2.0
GROWTH_MB = 60
REPEATS = 2
PATIENCE_SECONDS = 300.0


def measure(here: place.Place, city: fill.City) -> list[meter.Figure]:
    with place.running(here, places.python("-m", "jiandi", "work")) as worker:
        _wait_for_worker()
        _write(city, city.units[0].pk)
        runs = []
        for _ in range(REPEATS):
            spin = meter.quiet()
            with meter.peak_memory(worker) as memory:
                report, seconds = _write(city, None)
            runs.append((seconds, spin, memory))
        rows = _cells(report)
        bare = [_bare(here, rows) for _ in range(REPEATS)]
    seconds, spin, memory = min(runs, key=lambda run: run[0])
    floor, name = min(bare), f"export of {len(rows):,} rows"
    beside = {"runs s": [round(run[0], 2) for run in runs], "rows/s": round(len(rows) / seconds), "MB": report.size_bytes // 10**6}
    return [
        meter.Figure(name, round(seconds, 2), "s", spin_ms=spin, beside=beside),
        meter.Figure("bare XlsxWriter, the same cells", round(floor, 2), "s", beside={"runs s": [round(one, 2) for one in bare]}),
        meter.at_most("export beside bare XlsxWriter", round(seconds / floor, 2), "times", TIMES_BARE),
        meter.at_most("export, growth of memory", memory["peak"] - memory["before"], "MB", GROWTH_MB, beside=dict(memory)),
    ]


def _wait_for_worker() -> None:
    end = time.monotonic() + 30
    while not WorkerBeat.objects.exists() and time.monotonic() < end:
        time.sleep(0.1)


def _write(city: fill.City, unit_id: int | None) -> tuple[Report, float]:
    """Ask for a ledger and wait until the worker has it in the store; seconds of the job itself."""
    actor = accounts.actor_for(city.director)
    asked = actions.ask_report(actor=actor, round_id=city.round.pk, kind="ledger", unit_id=unit_id)
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        job = Job.objects.get(key=str(asked.pk))
        if job.finished_at and job.started_at:
            report = Report.objects.get(pk=asked.pk)
            if report.state != "ready":
                raise RuntimeError(f"The export failed: {report.fault}")
            return report, (job.finished_at - job.started_at).total_seconds()
        time.sleep(0.1)
    raise RuntimeError("The export did not end.")


def _cells(report: Report) -> list[list[object]]:
    with files.open_file(report.digest) as stored:
        rows = CalamineWorkbook.from_filelike(stored).get_sheet_by_index(0).to_python()
    return [[_plain(value) for value in row] for row in rows]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _bare(here: place.Place, rows: list[list[object]]) -> float:
    """In a process of its own, as small as can be."""
    given = here.folder / "rows.jsonl"
    with given.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    meter.quiet()
    command = places.python("-m", "benchmarks.bare.workbook", str(given), str(here.folder / "bare.xlsx"))
    done = subprocess.run(command, cwd=places.ROOT, env=here.environment(), capture_output=True, text=True, check=True)
    return float(done.stdout)
