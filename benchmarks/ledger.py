"""The ledger page of 50 rows: queries, length of their SQL, and time beside a bare view, one after another and with 8 clients."""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks import fill, meter, place, web
from tools.dev import places, postgres

MOST_QUERIES = 10
TIMES_BARE = 3.0
REPEATS = 5
REQUESTS = 100
WARM_UP = 20
CLIENTS = 8
SECONDS = 10.0
WORKERS = 2


def measure(here: place.Place, city: fill.City) -> list[meter.Figure]:
    head = city.heads[0][0]
    found = [_queries(city.key(city.director), "sees the round"), _queries(city.key(head), "sees a district")]
    with place.serving(here, WORKERS) as ours, bare_server(here) as floor:
        page, path = web.Session(ours.port, city.key(city.director)), f"/bare/{city.round.pk}/"
        narrow, bare = web.Session(ours.port, city.key(head)), web.Session(floor.port)
        found += _latency(page, narrow, bare, path)
        found += _search(page)
        found.append(_load("ledger page, 8 clients", ours.port, "/ledger/", city.key(city.director)))
        found.append(_load("bare view, same template, 8 clients", floor.port, path + "page/", ""))
        for session in (page, narrow, bare):
            session.close()
    return found


def _queries(key: str, who: str) -> meter.Figure:
    client = Client(headers={"host": "localhost"})
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    client.get("/ledger/")
    with CaptureQueriesContext(connection) as seen:
        answer = client.get("/ledger/")
    if answer.status_code != 200:
        raise RuntimeError(f"/ledger/ answered {answer.status_code}")
    longest = max(len(query["sql"]) for query in seen)
    beside = {"longest_sql": longest, "bytes": len(answer.content)}
    return meter.at_most(f"ledger page, queries ({who})", len(seen), "", MOST_QUERIES, beside=beside)


@contextlib.contextmanager
def bare_server(here: place.Place) -> Iterator[place.Program]:
    port = postgres.free_port()
    with place.running(here, places.python("-m", "benchmarks.bare.server", str(port), str(WORKERS))) as pid:
        place.wait_for(port, "/bare/1/")
        yield place.Program(pid, port)


def _latency(page: web.Session, narrow: web.Session, bare: web.Session, path: str) -> list[meter.Figure]:
    """Ours and the bare ones by turns, so that noise falls on all."""
    asked = {
        "bare view, same template": (bare, path + "page/"),
        "bare view, rows alone": (bare, path),
        "ledger page, sees the round": (page, "/ledger/"),
        "ledger page, sees a district": (narrow, "/ledger/"),
    }
    taken: dict[str, list[list[float]]] = {name: [] for name in asked}
    spins = []
    for session, address in asked.values():
        web.latencies(session, address, WARM_UP)
    for _ in range(REPEATS):
        spins.append(meter.quiet())
        for name, (session, address) in asked.items():
            taken[name].append(web.latencies(session, address, REQUESTS))
    spin = statistics.median(spins)
    same, alone, ours, _narrow = taken.values()
    middle, beside = _ratio(ours, same)
    strict, strict_beside = _ratio(ours, alone)
    return [
        *(_figure(name, rounds, spin) for name, rounds in taken.items()),
        meter.at_most("ledger page beside the bare view of the same template", middle, "times", TIMES_BARE, spin_ms=spin, beside=beside),
        meter.Figure("ledger page beside the bare view of rows alone", strict, "times", spin_ms=spin, beside=strict_beside),
    ]


def _ratio(ours: list[list[float]], floor: list[list[float]]) -> tuple[float, dict[str, float]]:
    """The median of the ratios of each turn, and the least and the largest."""
    ratios = [statistics.median(a) / statistics.median(b) for a, b in zip(ours, floor, strict=True)]
    return round(statistics.median(ratios), 2), {"min": round(min(ratios), 2), "max": round(max(ratios), 2)}


def _figure(name: str, rounds: list[list[float]], spin: float) -> meter.Figure:
    taken = meter.in_ms([one for some in rounds for one in some])
    return meter.Figure(name, taken["p50"], "ms", spin_ms=spin, beside=taken)


def _search(page: web.Session) -> list[meter.Figure]:
    """Pages people open most beside the ledger; shown without a target."""
    found = []
    for name, path in (
        ("home", "/"),
        ("late ones", "/ledger/?when=late"),
        ("page 100", "/ledger/?page=100"),
        ("words", "/ledger/?q=台账不清"),
    ):
        spin = meter.quiet()
        web.latencies(page, quoted(path), 3)
        found.append(_figure(f"page: {name}", [web.latencies(page, quoted(path), 20)], spin))
    return found


def quoted(path: str) -> str:
    return path.replace("台账不清", "%E5%8F%B0%E8%B4%A6%E4%B8%8D%E6%B8%85")


def _load(name: str, port: int, path: str, key: str) -> meter.Figure:
    spin = meter.quiet()
    sessions = [web.Session(port, key) for _ in range(CLIENTS)]
    load = web.together([lambda s=s: s.get(path).status for s in sessions], SECONDS)
    for session in sessions:
        session.close()
    return meter.Figure(name, load.per_second, "/s", spin_ms=spin, beside={**meter.in_ms(load.taken), "status": dict(load.statuses)})
