"""A running ledger taken over, of 10,000 and of 50,000 rows: read and checked, then written with measures, parties, trail and spans."""

from __future__ import annotations

import os
import random
import statistics
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import python_calamine
import xlsxwriter
from django.db import connection, transaction

from benchmarks import fill, meter, place
from jiandi.base import clock
from jiandi.loop.intake import actions, jobs
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger.models import ImportBatch
from jiandi.record.trail import sealer
from jiandi.record.trail.models import TrailEntry

ROWS, REPEATS, PER_SECOND = 10_000, 3, 1_500.0
MANY_ROWS, MANY_REPEATS = 50_000, 2
CHECKED_PER_SECOND, TAKEN_PER_SECOND, MOST_MB = 5_000.0, 2_000.0, 500.0
HEADINGS = ("序号", "问题类别", "反馈问题", "整改措施", "牵头单位", "配合单位", "整改时限", "整改状态")
STATES = ("整改中", "已完成", "待核验", "长期整改", "未完成")


@dataclass(frozen=True)
class Run:
    """Seconds of the two halves, the most memory this program and the reader held together, and the entries left."""

    rows: int
    check: float
    take: float
    entries: int
    spin_ms: float
    memory: int

    @property
    def total(self) -> float:
        return self.check + self.take


def measure(here: place.Place, city: fill.City) -> list[meter.Figure]:
    runs = [_run(here, city, number, ROWS) for number in range(REPEATS)]
    middle = sorted(runs, key=lambda run: run.total)[len(runs) // 2]
    beside = {
        "runs rows/s": [round(ROWS / run.total) for run in runs],
        "check s": round(middle.check, 2),
        "take s": round(middle.take, 2),
        "entries": middle.entries,
    }
    spin = statistics.median(run.spin_ms for run in runs)
    whole = meter.at_least(f"import of {ROWS:,} rows", round(ROWS / middle.total), "rows/s", PER_SECOND, spin_ms=spin, beside=beside)
    return [whole, *_many(here, city)]


def _many(here: place.Place, city: fill.City) -> list[meter.Figure]:
    """The two halves of a large ledger apart, and what the reader's library and the database alone take for the same rows."""
    runs = [_run(here, city, REPEATS + number, MANY_ROWS) for number in range(MANY_REPEATS)]
    path = here.folder / f"ledger{REPEATS}.xlsx"
    checked, taken = ([round(MANY_ROWS / seconds) for seconds in some] for some in ([r.check for r in runs], [r.take for r in runs]))
    spin, most = min(run.spin_ms for run in runs), max(run.memory for run in runs)
    alone, wrote = meter.timed(lambda: _calamine(path)), _bare_rows(path)
    way = "COPY" if connection.vendor == "postgresql" else "executemany"
    return [
        meter.at_least(
            f"{MANY_ROWS:,} rows to a checked ledger", max(checked), "rows/s", CHECKED_PER_SECOND, spin_ms=spin, beside={"runs": checked}
        ),
        meter.Figure("calamine alone, the same file", round(MANY_ROWS / alone), "rows/s"),
        meter.at_least(
            f"{MANY_ROWS:,} rows taken in with trail",
            max(taken),
            "rows/s",
            TAKEN_PER_SECOND,
            spin_ms=spin,
            beside={"runs": taken, "entries": runs[0].entries},
        ),
        meter.Figure(f"{way} alone, the same cells in one table without keys", round(MANY_ROWS / wrote), "rows/s"),
        meter.at_most("memory for it, program and reader together", most, "MB", MOST_MB),
    ]


def _run(here: place.Place, city: fill.City, number: int, rows: int) -> Run:
    path = here.folder / f"ledger{number}.xlsx"
    workbook(path, city, number, rows)
    actor = accounts.actor_for(city.director)
    as_of = clock.today() - timedelta(days=1)
    batch = actions.take_ledger(actor=actor, round_id=city.round.pk, file_name=path.name, chunks=[path.read_bytes()], as_of=as_of)
    spin, before = meter.quiet(), TrailEntry.objects.count()
    checked: list[ImportBatch] = []
    with meter.peak_memory_of_all(os.getpid()) as memory:
        check = meter.timed(lambda: checked.append(jobs.read_ledger_now(batch.pk)))
        if checked[0].state != "checked" or checked[0].rows != rows:
            raise RuntimeError(f"The ledger was not understood: {checked[0].state}, {checked[0].rows} rows, {checked[0].fault}")
        asked = actions.take_batch(actor=actor, batch_id=batch.pk, version=checked[0].version)
        take = meter.timed(lambda: actions.write_batch(actor=actor, batch_id=batch.pk, version=asked.version))
    found = Run(rows, check, take, TrailEntry.objects.count() - before, spin, memory["peak"])
    sealer.seal_pending()
    return found


def _calamine(path: Path) -> list[list[object]]:
    with python_calamine.CalamineWorkbook.from_path(path) as book:
        return book.get_sheet_by_index(0).to_python()


def _bare_rows(path: Path) -> float:
    """Seconds for the cells of a file, already read, to stand in a table that has no key, no index and no trail."""
    rows = [tuple(map(str, row)) for row in _calamine(path)[1:]]
    names = [f"c{n}" for n in range(len(HEADINGS))]
    marks = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare_rows ({', '.join(f'{name} text' for name in names)})")

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy("COPY bare_rows FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                cursor.executemany(f"INSERT INTO bare_rows VALUES ({marks})", rows)

    taken = meter.timed(write)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bare_rows")
    return taken


def workbook(path: Path, city: fill.City, seed: int, rows: int) -> None:
    """A ledger as offices keep it; every row another problem with one measure."""
    chance = random.Random(seed)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("整改台账")
    sheet.write_row(0, 0, HEADINGS)
    for number in range(1, rows + 1):
        lead, support = chance.choice(city.units), chance.choice(city.units)
        due = clock.today() + timedelta(days=chance.randrange(-60, 300))
        problem = f"{fill.sentence(chance, 20)}（第{seed}批{number}号）"
        row = (number, "作风建设", problem, fill.sentence(chance, 14), lead.name, support.name, due.isoformat(), chance.choice(STATES))
        sheet.write_row(number, 0, row)
    book.close()
