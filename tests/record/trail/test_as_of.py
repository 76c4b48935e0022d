"""As of a date means the last seal before it: the spans say the same as replaying every entry that the seal covers."""

from __future__ import annotations

import json
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from jiandi.base import clock
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Finding
from jiandi.record.trail import queries, sealer
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import Head, TrailEntry
from tests.builders import make_finding, make_round, make_unit

FIRST = date(2026, 3, 2)
FIELDS = {"state": "state", "lead": "lead_id", "due": "due", "said": "is_said", "done": "is_done", "well": "is_well"}
STATES = [code for code, _word in Finding.STATES]
Values = dict[tuple[str, int], str]


def replayed(head: Head) -> Values:
    """What every finding was when the head was sealed, from the bodies of the entries alone."""
    now: dict[tuple[str, int], Any] = {}
    for entry in TrailEntry.objects.filter(thing="finding", leaf__place__lt=head.size).order_by("leaf__place"):
        changes = json.loads(entry.body)["changes"]
        for facet, name in FIELDS.items():
            if name in changes:
                now[facet, entry.thing_id] = changes[name][1]
    return {key: "1" if value is True else str(value) for key, value in now.items() if value not in (None, "", False)}


def spanned(head: Head) -> Values:
    """An empty value is none."""
    return {(facet, s.thing_id): s.value for facet in FIELDS for s in queries.spans_at(head, "finding", facet) if s.value}


def a_change(dice: Random, finding: Finding, leads: list[int]) -> dict[str, Any]:
    """Any values that the database's constraints allow."""
    done = dice.random() < 0.5
    state = dice.choice(STATES)
    whole = {
        "state": state,
        "closed_on": FIRST if state == "closed" else finding.closed_on,
        "next_review": FIRST if state == "long_term" else finding.next_review,
        "is_said": dice.random() < 0.5,
        "is_done": done,
        "is_well": done and dice.random() < 0.5,
    }
    more = {"lead_id": dice.choice(leads), "due": dice.choice([None, FIRST, FIRST + timedelta(days=9)]), "title": str(dice.random())}
    return {**whole, **{name: more[name] for name in dice.sample(sorted(more), dice.randint(0, 3))}}


@pytest.mark.parametrize("seed", range(6))
def test_spans_say_what_a_replay_of_the_trail_says(db: None, seed: int) -> None:
    dice = Random(seed)
    with clock.at(clock.start_of(FIRST)):
        unit = make_unit()
        leads = [unit.pk, make_unit().pk, make_unit().pk]
        round_ = make_round(unit)
        findings = [make_finding(round_, unit) for _ in range(4)]
        sealer.seal_pending()
    truth: dict[date, Values] = {}
    for day in range(1, 9):
        today = FIRST + timedelta(days=day)
        with clock.at(clock.start_of(today) + timedelta(hours=8)):
            for finding in dice.choices(findings, k=dice.randint(0, 5)):
                write.change(finding, a_change(dice, finding, leads), actor=SYSTEM, verb="edit")
            if dice.random() < 0.7:
                sealer.seal_pending()
                truth[today] = _now(findings)
    for head in Head.objects.order_by("size"):
        assert spanned(head) == replayed(head)
    for moment, values in truth.items():
        head_then = queries.head_before(moment)
        assert head_then
        assert spanned(head_then) == values
    sealer.seal_pending()
    assert list(queries.verify()) == []


def _now(findings: list[Finding]) -> Values:
    rows = {f.pk: write.facets_of(Finding.objects.get(pk=f.pk)) for f in findings}
    return {(facet, pk): value for pk, facets in rows.items() for facet, value in facets.items()}


def test_what_is_not_sealed_yet_is_not_said_of_that_day(db: None) -> None:
    with clock.at(clock.start_of(FIRST)):
        finding = make_finding(make_round(make_unit()), make_unit())
        sealer.seal_pending()
        write.change(finding, {"state": "planned"}, actor=SYSTEM, verb="plan")
    head = queries.head_before(FIRST)
    assert head
    assert [s.value for s in queries.spans_at(head, "finding", "state")] == ["registered"]


def test_a_day_ends_at_local_midnight(db: None) -> None:
    with clock.at(clock.start_of(FIRST)):
        finding = make_finding(make_round(make_unit()), make_unit())
        sealer.seal_pending()
    last, next_day = clock.end_of(FIRST) - timedelta(seconds=1), clock.end_of(FIRST) + timedelta(seconds=1)
    for moment, state in ((last, "planned"), (next_day, "in_progress")):
        with clock.at(moment):
            write.change(finding, {"state": state}, actor=SYSTEM, verb="edit")
            sealer.seal_pending()
    values = []
    for day in (FIRST - timedelta(days=1), FIRST, FIRST + timedelta(days=1)):
        head = queries.head_before(day)
        values.append([s.value for s in queries.spans_at(head, "finding", "state")] if head else [])
    assert values == [[], ["planned"], ["in_progress"]]
