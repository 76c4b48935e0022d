"""Kept counters follow every move; counting everything again finds no difference."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jiandi.base import clock
from jiandi.record.ledger import counters, verbs, write
from jiandi.record.ledger.models import Counter, Finding, Round
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_finding, make_round, make_unit
from tests.cast import Cast

STATES = [code for code, _word in Finding.STATES]


def random_move(dice: Random, leads: list[int]) -> dict[str, Any]:
    """Any values the constraints allow; sometimes none that a counter looks at."""
    if dice.random() < 0.2:
        return {"title": f"改{dice.random()}"}
    done = dice.random() < 0.5
    return {
        "state": dice.choice(STATES), "lead_id": dice.choice(leads), "is_said": dice.random() < 0.5, "is_done": done,
        "is_well": done and dice.random() < 0.5, "closed_on": clock.today(), "next_review": clock.today(),
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_after_random_moves_nothing_has_to_be_mended(cast: Cast, seed: int) -> None:
    dice = Random(seed)
    leads = [cast.bureau.pk, cast.stranger.pk, make_unit().pk]
    rows = [make_finding(cast.round, dice.choice([None, cast.bureau, cast.stranger])) for _ in range(8)]
    for _ in range(40):
        write.change(dice.choice(rows), random_move(dice, leads), actor=SYSTEM, verb="edit")
    assert counters.rebuild() == 0
    assert sum(Counter.objects.filter(round=cast.round).values_list("total", flat=True)) == len(rows) + 1


def test_a_batch_is_counted_at_once(cast: Cast) -> None:
    new = [verbs.NewFinding(title="甲", verbatim="甲", source="self", lead=lead) for lead in (cast.bureau, cast.bureau, None)]
    verbs.register_findings(actor=SYSTEM, round_=cast.round, new=new)
    kept = {(c.lead_id, c.state): c.total for c in Counter.objects.filter(round=cast.round)}
    assert kept == {(cast.bureau.pk, "registered"): 3, (None, "registered"): 1}
    assert counters.rebuild() == 0


def test_a_move_that_is_rolled_back_moves_no_counter(cast: Cast) -> None:
    with transaction.atomic():
        write.change(cast.finding, {"state": "planned"}, actor=SYSTEM, verb="plan")
        transaction.set_rollback(True)
    assert counters.rebuild() == 0


def test_what_was_miscounted_is_mended_and_told(cast: Cast) -> None:
    Counter.objects.filter(round=cast.round).update(total=9)
    Counter.objects.create(round=cast.round, lead=cast.stranger, state="closed", total=4, said=1)
    assert counters.rebuild() == 2
    assert counters.rebuild() == 0
    assert Counter.objects.get(round=cast.round, lead=cast.stranger).total == 0


def test_one_counter_per_key_also_without_a_lead(cast: Cast) -> None:
    for lead in (None, cast.bureau):
        Counter.objects.create(round=cast.round, lead=lead, state="closed")
        with pytest.raises(IntegrityError), transaction.atomic():
            Counter.objects.create(round=cast.round, lead=lead, state="closed")


def test_another_round_counts_apart(cast: Cast) -> None:
    other: Round = make_round(cast.city)
    make_finding(other, cast.bureau)
    assert Counter.objects.get(round=other).total == 1
    assert Counter.objects.get(round=cast.round).total == 1
