"""Many writers and sealers at once, each on a connection of its own: one winner per version, nothing lost, nothing twice."""

from __future__ import annotations

import threading
from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, transaction

from jiandi.base.errors import Conflict
from jiandi.record.ledger import counters, write
from jiandi.record.ledger.models import Finding
from jiandi.record.trail import queries, sealer
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import Head, Leaf, TrailEntry, Unsealed
from tests.builders import make_finding
from tests.cast import make_cast

WRITERS, ROUNDS = 8, 5
pytestmark = pytest.mark.race


def at_once(*jobs: Callable[[], object]) -> list[BaseException]:
    """Run each in a thread that starts when all are there; returns what went wrong."""
    gate, faults = threading.Barrier(len(jobs)), list[BaseException]()

    def run(job: Callable[[], object]) -> None:
        try:
            gate.wait()
            job()
        except BaseException as fault:  # noqa: BLE001 - told to the test
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def retitle(finding: Finding, title: str) -> None:
    with transaction.atomic():
        write.change(finding, {"title": title}, actor=SYSTEM, verb="edit")


def retitle_often(finding: Finding) -> None:
    for n in range(ROUNDS):
        retitle(finding, f"第{n}次")


def test_writers_of_different_things_do_not_hinder_each_other(flushable: Any) -> None:
    cast = make_cast()
    own = [make_finding(cast.round, cast.bureau) for _ in range(WRITERS)]
    before = TrailEntry.objects.count()

    def writer(finding: Finding) -> Callable[[], object]:
        return lambda: retitle_often(finding)

    assert at_once(*map(writer, own)) == []
    assert TrailEntry.objects.count() == before + WRITERS * ROUNDS
    assert {f.version for f in Finding.objects.filter(pk__in=[f.pk for f in own])} == {1 + ROUNDS}
    sealer.seal_pending()
    assert list(queries.verify()) == []


@dataclass
class Contest:
    """Who won which version of one finding, and how often somebody lost."""

    finding_id: int
    won: Tally[int] = field(default_factory=Tally)
    lost: int = 0
    guard: threading.Lock = field(default_factory=threading.Lock)

    def writer(self, name: int) -> Callable[[], object]:
        """Tries ROUNDS times; whoever loses reads again and tries the next version."""

        def write_often() -> None:
            for n in range(ROUNDS):
                self._try(f"{name}-{n}")

        return write_often

    def _try(self, title: str) -> None:
        mine = Finding.objects.get(pk=self.finding_id)
        seen = mine.version
        try:
            retitle(mine, title)
        except Conflict:
            with self.guard:
                self.lost += 1
        else:
            with self.guard:
                self.won[seen] += 1


def sealing_until(over: threading.Event) -> Callable[[], object]:
    def seal() -> None:
        while not over.wait(0.02):
            sealer.seal_pending()

    return seal


def test_of_writers_of_one_thing_one_wins_each_version_while_a_sealer_runs(flushable: Any) -> None:
    contest, over, faults = Contest(make_cast().finding.pk), threading.Event(), list[BaseException]()

    def writers_then_stop() -> None:
        faults.extend(at_once(*map(contest.writer, range(WRITERS))))
        over.set()

    assert at_once(sealing_until(over), writers_then_stop) == []
    assert faults == []
    sealer.seal_pending()
    finding = Finding.objects.get(pk=contest.finding_id)
    assert set(contest.won.values()) == {1}
    assert sorted(contest.won) == list(range(1, finding.version))
    assert sum(contest.won.values()) + contest.lost == WRITERS * ROUNDS
    assert TrailEntry.objects.filter(thing="finding", thing_id=finding.pk).count() == finding.version
    assert Unsealed.objects.count() == 0
    assert list(queries.verify()) == []


def test_writers_that_move_one_counter_lose_no_count(flushable: Any) -> None:
    cast = make_cast()
    own = [make_finding(cast.round, cast.bureau) for _ in range(WRITERS)]

    def writer(finding: Finding) -> Callable[[], object]:
        def move() -> None:
            for state in ("planned", "in_progress", "submitted"):
                with transaction.atomic():
                    write.change(finding, {"state": state, "is_said": True}, actor=SYSTEM, verb="edit")

        return move

    assert at_once(*map(writer, own)) == []
    assert counters.rebuild() == 0


@pytest.mark.parametrize("heads", [0, 1], ids=["the_first_heads", "later_heads"])
def test_two_sealers_seal_each_entry_once(flushable: Any, monkeypatch: pytest.MonkeyPatch, heads: int) -> None:
    monkeypatch.setattr(sealer, "BATCH", 20)
    monkeypatch.setattr(sealer.seal_batch, "__defaults__", (20,))
    cast = make_cast()
    if heads:
        sealer.seal_pending()
    for n in range(60):
        retitle(cast.finding, f"第{n}次")
    assert at_once(*[sealer.seal_pending] * 4) == []
    sealer.seal_pending()
    places = list(Leaf.objects.order_by("place").values_list("place", flat=True))
    assert places == list(range(TrailEntry.objects.count()))
    assert (Head.objects.latest("size").size, Unsealed.objects.count()) == (len(places), 0)
    assert list(queries.verify()) == []
