"""Change of state with its trail: eight heads of districts submit findings and take them back, each by its own request."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from benchmarks import fill, meter, place, web
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models import Finding
from jiandi.record.trail.models import TrailEntry

PER_SECOND = 200.0
SECONDS = 8.0
REPEATS = 3
WORKERS = 2
SEE_OTHER = 303


@dataclass
class Head:
    """One client: signed in as the head of a unit, going round its findings."""

    session: web.Session
    findings: list[list[int]]
    at: int = 0
    refused: str = ""

    def turn(self) -> int:
        """Submit the next finding, or take it back if it is submitted: a change of state each time."""
        row = self.findings[self.at % len(self.findings)]
        self.at += 1
        pk, version, is_submitted = row
        verb = "take-back" if is_submitted else "submit"
        answer = self.session.post(f"/execute/panel/{pk}/{verb}/", version=version)
        if answer.status == SEE_OTHER:
            row[1], row[2] = version + 1, 1 - is_submitted
        else:
            self.refused = answer.body[:2000].decode(errors="replace")
        return answer.status


def measure(here: place.Place, city: fill.City) -> list[meter.Figure]:
    with place.serving(here, WORKERS) as server:
        heads = [Head(web.Session(server.port, city.key(user)), _ready(unit)) for user, unit in city.heads]
        for head in heads:
            head.turn()
            _expect_done(head)
        alone = _alone(heads[0])
        found = [_together(heads, here, server.pid) for _ in range(REPEATS)]
        for head in heads:
            head.session.close()
    best = [figure.value for figure in found]
    median = next(figure for figure in found if figure.value == statistics.median_high(best))
    beside = {**median.beside, "all runs": best, "fsync ms": meter.fsync_ms(Path(settings.JIANDI_DATA))["p50"]}
    name = "changes of state with trail, 8 clients"
    return [alone, meter.at_least(name, median.value, "/s", PER_SECOND, spin_ms=median.spin_ms, beside=beside)]


def _ready(unit: Unit) -> list[list[int]]:
    """Findings of the unit and those below whose measures are all done: primary key, version, and whether they are submitted."""
    leads = Unit.objects.filter(accounts.subtree([unit.path]))
    ready = Finding.objects.filter(lead__in=leads, is_done=True, state="in_progress").order_by("pk")
    rows = [[pk, version, 0] for pk, version in ready.values_list("pk", "version")]
    if not rows:
        raise RuntimeError("No finding can be submitted; fill with more.")
    return rows


def _alone(head: Head) -> meter.Figure:
    spin = meter.quiet()
    taken = [meter.timed(head.turn) for _ in range(60)]
    _expect_done(head)
    shown = meter.in_ms(taken)
    return meter.Figure("change of state with trail, one client", shown["p50"], "ms", spin_ms=spin, beside=shown)


def _together(heads: list[Head], here: place.Place, pid: int) -> meter.Figure:
    spin, before = meter.quiet(), TrailEntry.objects.count()
    used = meter.processor_seconds([pid])
    load = web.together([head.turn for head in heads], SECONDS)
    for head in heads:
        _expect_done(head)
    entries = TrailEntry.objects.count() - before
    if entries < len(load.taken):
        raise RuntimeError(f"{len(load.taken)} changes left only {entries} entries in the trail.")
    cost = 1e3 * (meter.processor_seconds([pid]) - used) / len(load.taken)
    beside = {**meter.in_ms(load.taken), "app ms each": round(cost, 2)}
    return meter.Figure(here.backend, load.per_second, "/s", spin_ms=spin, beside=beside)


def _expect_done(head: Head) -> None:
    if head.refused:
        raise RuntimeError(f"A change was refused: {head.refused}")
