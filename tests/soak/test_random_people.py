"""Random people do random verbs on a round: whatever they try, the record stays true (rules.md §2, §3, §7.3, §8)."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from jiandi.base import clock
from jiandi.base.errors import JiandiError
from jiandi.base.http import shown as told
from jiandi.record.figures import queries as figures
from jiandi.record.ledger import counters, lifecycle
from jiandi.record.ledger.models import Claim, Finding, Measure, MeasurePart
from jiandi.record.trail import queries as trail
from jiandi.record.trail import sealer
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import StateSpan
from tests.builders import make_finding, make_post, put_under
from tests.cast import DUTIES, Cast, make_cast
from tests.soak.deeds import DEEDS, NEXT, Try

STATES = {name: {move.to for move in table} | {s for move in table for s in move.from_states} for name, table in lifecycle.TABLES.items()}
REGIMES = ("local_inspection", "inspection", "audit", "safety", "self_check")
PEOPLE = sorted(DUTIES)
NUMBERS = st.integers(0, 400)
ENDED = ("withdrawn", "handed_over")


class People(RuleBasedStateMachine):
    """One round of three findings; each step is one person's attempt on some day."""

    tried: ClassVar[Tally[str]] = Tally()
    done: ClassVar[Tally[str]] = Tally()

    def __init__(self) -> None:
        super().__init__()
        self.around = ExitStack()
        self.around.enter_context(transaction.atomic())
        self.around.callback(transaction.set_rollback, True)
        self.moment = clock.now()
        self.cast: Cast = make_cast()
        self.others = [make_finding(self.cast.round, self.cast.bureau, supports=(self.cast.helper,)) for _n in range(2)]
        self.spare = make_post(self.cast.office)
        self.secrets: dict[tuple[int, str], str] = {}
        self.refused: list[str] = []
        self.known = set(Finding.objects.values_list("pk", flat=True))
        self.first_days = dict(Finding.objects.values_list("pk", "first_due"))

    def teardown(self) -> None:
        with self.around:
            self.check_trail()

    @rule(code=st.sampled_from(REGIMES))
    def other_regime(self, code: str) -> None:
        """Before anything was planned."""
        if not Measure.objects.exists():
            put_under(self.cast.round, code)

    @rule(days=st.integers(1, 60))
    def time_goes_by(self, days: int) -> None:
        """Overnight the sealer has done its work."""
        with clock.at(self.moment):
            sealer.seal_pending()
        self.moment += timedelta(days=days)

    @rule(name=st.sampled_from(sorted(DEEDS)), who=st.sampled_from(PEOPLE), n=NUMBERS, m=NUMBERS)
    def anybody_tries_anything(self, name: str, who: str, n: int, m: int) -> None:
        self.attempt(name, who, n, m)

    @rule(n=NUMBERS, m=NUMBERS, k=NUMBERS)
    def somebody_goes_on(self, n: int, m: int, k: int) -> None:
        """The next sensible step on a finding, by who usually takes it, or else by whoever may."""
        rows = list(Finding.objects.order_by("pk").values_list("state", flat=True))
        known = NEXT.get(rows[n % len(rows)], ("turn",))
        name = known[k % len(known)]
        if not self.attempt(name, DEEDS[name][1], n, m) and name in ("sign", "accept", "accept claim", "look", "effect", "commit"):
            any(self.attempt(name, who, n, m) for who in PEOPLE[k % len(PEOPLE) :])

    somebody_goes_on_1 = somebody_goes_on_2 = somebody_goes_on_3 = somebody_goes_on

    def attempt(self, name: str, who: str, n: int, m: int) -> bool:
        """Whether it was done."""
        with clock.at(self.moment):
            People.tried[name] += 1
            try:
                with transaction.atomic():
                    DEEDS[name][0](Try(self.cast, self.cast.actor(who), n, m, self.secrets))
            except JiandiError as refused:
                self.refused.append(told(refused).message)
                return False
        People.done[name] += 1
        return True

    @invariant()
    def nothing_is_lost_and_every_state_is_one_of_the_table(self) -> None:
        now = dict(Finding.objects.values_list("pk", "state"))
        assert self.known <= set(now)
        self.known = set(now)
        assert set(now.values()) <= STATES["finding"]
        assert set(Measure.objects.values_list("state", flat=True)) <= STATES["measure"]
        assert set(Claim.objects.values_list("state", flat=True)) <= STATES["claim"] | {"stated"}

    @invariant()
    def counters_and_spans_tell_what_the_rows_tell(self) -> None:
        assert counters.rebuild() == 0
        spans = dict(StateSpan.objects.filter(thing="finding", facet="state", until__isnull=True).values_list("thing_id", "value"))
        assert spans == dict(Finding.objects.values_list("pk", "state"))

    @invariant()
    def done_means_every_measure_is_done(self) -> None:
        for finding in Finding.objects.exclude(state__in=ENDED):
            states = set(Measure.objects.filter(findings=finding).values_list("state", flat=True)) - {"failed", "dropped"}
            assert finding.is_done == (states == {"done"}), (finding.number, finding.state, states)
            if finding.state in ("submitted", "verified", "closed"):
                assert finding.is_done, (finding.number, finding.state, states)

    @invariant()
    def the_first_day_stays_and_the_agreed_one_moves_only_by_what_was_granted(self) -> None:
        now = dict(Finding.objects.values_list("pk", "first_due"))
        assert all(now[pk] == day for pk, day in self.first_days.items() if day is not None)
        self.first_days = now

    @invariant()
    def the_lead_is_the_last_unit_that_took_it_over(self) -> None:
        for finding in Finding.objects.filter(transfers__kind="transfer", transfers__state__in=["accepted", "ordered"]).distinct():
            last = finding.transfers.filter(kind="transfer", state__in=["accepted", "ordered"]).order_by("answered_on", "pk")
            parts = set(finding.parties.values_list("part", "unit_id"))
            assert finding.lead_id in {row.to_unit_id for row in last}
            assert {part for part in parts if part[0] == "lead"} == {("lead", finding.lead_id)}
            assert {("passer", row.from_unit_id) for row in last} <= parts

    @invariant()
    def who_is_refused_is_told_why(self) -> None:
        assert all(self.refused)
        self.refused.clear()

    @invariant()
    def three_parts_are_three_people(self) -> None:
        parts = list(MeasurePart.objects.values_list("measure_id", "holder"))
        assert len(parts) == len(set(parts))

    def check_trail(self) -> None:
        """The whole history holds together, and the rates told from it are those shown."""
        with clock.at(self.moment):
            sealer.seal_pending()
            assert list(trail.verify()) == []
            shown = figures.totals_of(SYSTEM, self.cast.round.pk)
            three = (shown.rates.said.k, shown.rates.done.k, shown.rates.well.k)
            assert (shown.counted, *three) == tuple(_from_spans(self.cast.round.pk))


def _from_spans(round_id: int) -> Iterator[int]:
    """Total, said, done and done well as the open spans tell them."""
    of = Finding.objects.filter(round_id=round_id).values("pk")
    spans = StateSpan.objects.filter(thing="finding", thing_id__in=of, until__isnull=True)
    counted = set(spans.filter(facet="state").exclude(value="withdrawn").values_list("thing_id", flat=True))
    yield len(counted)
    for facet in ("said", "done", "well"):
        yield len(counted & set(spans.filter(facet=facet).values_list("thing_id", flat=True)))


def _run(examples: int, steps: int) -> None:
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(People, settings=chosen)


@pytest.mark.usefixtures("db")
def test_random_people_never_leave_the_tables() -> None:
    _run(examples=4, steps=60)


@pytest.mark.long
@pytest.mark.usefixtures("db")
def test_random_people_never_leave_the_tables_in_100_000_steps() -> None:
    _run(examples=500, steps=200)
    never = sorted(set(DEEDS) - set(People.done))
    assert not never, f"never once succeeded: {never}"
