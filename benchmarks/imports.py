"""A running ledger of 10,000 rows taken over: read and checked, then written with measures, parties, trail and spans."""

from __future__ import annotations

import random
import statistics
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import xlsxwriter

from benchmarks import fill, meter, place
from jiandi.base import clock
from jiandi.loop.intake import actions, jobs
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger.models import ImportBatch
from jiandi.record.trail import sealer
from jiandi.record.trail.models import TrailEntry

ROWS = 10_000
PER_SECOND = 1_500.0
REPEATS = 3
HEADINGS = ("序号", "问题类别", "反馈问题", "整改措施", "牵头单位", "配合单位", "整改时限", "整改状态")
STATES = ("整改中", "已完成", "待核验", "长期整改", "未完成")


@dataclass(frozen=True)
class Run:
    """Seconds of the two halves, and the entries they left."""

    check: float
    take: float
    entries: int
    spin_ms: float

    @property
    def total(self) -> float:
        return self.check + self.take


def measure(here: place.Place, city: fill.City) -> list[meter.Figure]:
    runs = [_run(here, city, number) for number in range(REPEATS)]
    middle = sorted(runs, key=lambda run: run.total)[len(runs) // 2]
    beside = {
        "runs rows/s": [round(ROWS / run.total) for run in runs],
        "check s": round(middle.check, 2),
        "take s": round(middle.take, 2),
        "entries": middle.entries,
    }
    spin = statistics.median(run.spin_ms for run in runs)
    return [meter.at_least(f"import of {ROWS:,} rows", round(ROWS / middle.total), "rows/s", PER_SECOND, spin_ms=spin, beside=beside)]


def _run(here: place.Place, city: fill.City, number: int) -> Run:
    path = here.folder / f"ledger{number}.xlsx"
    workbook(path, city, number)
    actor = accounts.actor_for(city.director)
    as_of = clock.today() - timedelta(days=1)
    batch = actions.take_ledger(actor=actor, round_id=city.round.pk, file_name=path.name, chunks=[path.read_bytes()], as_of=as_of)
    spin, before = meter.quiet(), TrailEntry.objects.count()
    checked: list[ImportBatch] = []
    check = meter.timed(lambda: checked.append(jobs.read_ledger_now(batch.pk)))
    if checked[0].state != "checked" or checked[0].rows != ROWS:
        raise RuntimeError(f"The ledger was not understood: {checked[0].state}, {checked[0].rows} rows, {checked[0].fault}")
    asked = actions.take_batch(actor=actor, batch_id=batch.pk, version=checked[0].version)
    take = meter.timed(lambda: actions.write_batch(actor=actor, batch_id=batch.pk, version=asked.version))
    found = Run(check, take, TrailEntry.objects.count() - before, spin)
    sealer.seal_pending()
    return found


def workbook(path: Path, city: fill.City, seed: int) -> None:
    """A ledger as offices keep it; every row another problem with one measure."""
    chance = random.Random(seed)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("整改台账")
    sheet.write_row(0, 0, HEADINGS)
    for number in range(1, ROWS + 1):
        lead, support = chance.choice(city.units), chance.choice(city.units)
        due = clock.today() + timedelta(days=chance.randrange(-60, 300))
        problem = f"{fill.sentence(chance, 20)}（第{seed}批{number}号）"
        row = (number, "作风建设", problem, fill.sentence(chance, 14), lead.name, support.name, due.isoformat(), chance.choice(STATES))
        sheet.write_row(number, 0, row)
    book.close()
