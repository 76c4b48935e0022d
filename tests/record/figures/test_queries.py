"""The figures: one definition, whoever asks, and nothing of what one may not see."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jiandi.base import clock
from jiandi.base.errors import NotFound
from jiandi.record.figures import queries as figures
from jiandi.record.ledger import counters, write
from jiandi.record.ledger.models import Finding
from jiandi.record.policy import roles
from jiandi.record.trail.actor import SYSTEM
from tests.builders import as_actor, give, make_finding, make_round, make_unit, make_user
from tests.cast import Cast


def change(finding: Finding, **fields: object) -> None:
    write.change(finding, fields, actor=SYSTEM, verb="edit")


@pytest.fixture
def city(cast: Cast) -> Cast:
    """Seven findings: three of the bureau, three of the archive, one without a lead."""
    done = make_finding(cast.round, cast.bureau)
    closed = make_finding(cast.round, cast.bureau)
    change(done, is_said=True, is_done=True, state="verified")
    change(closed, is_said=True, is_done=True, is_well=True, state="closed", closed_on=clock.today())
    for state in ("registered", "planned", "withdrawn"):
        change(make_finding(cast.round, cast.stranger), state=state, is_said=True)
    make_finding(cast.round)
    return cast


@pytest.mark.parametrize("who", ["clerk", "director", "supervisor", "member", "head", "helper", "outsider", "verifier"])
def test_states_add_up_to_the_total_for_everyone(city: Cast, who: str) -> None:
    totals = figures.totals_of(city.actor(who), city.round.pk)
    assert sum(totals.by_state.values()) == totals.total
    assert totals.total == Finding.objects.visible_to(city.actor(who)).filter(round=city.round).count()


@pytest.mark.parametrize("unit", [None, "bureau", "stranger", "city"])
def test_kept_counters_and_counted_rows_agree(city: Cast, unit: str | None) -> None:
    unit_id = getattr(city, unit).pk if unit else None
    person = make_user("看得全的人")
    give(person, city.city, roles.HEAD)
    kept = figures.totals_of(city.actor("clerk"), city.round.pk, unit_id or city.city.pk)
    counted = figures.totals_of(as_actor(person), city.round.pk, unit_id or city.city.pk)
    assert kept == counted
    assert counters.rebuild() == 0


def test_withdrawn_findings_leave_the_denominators_but_stay_listed(city: Cast) -> None:
    totals = figures.totals_of(city.actor("clerk"), city.round.pk)
    assert (totals.total, totals.counted, totals.withdrawn, totals.by_state["withdrawn"]) == (7, 6, 1, 1)
    assert {totals.rates.said.n, totals.rates.done.n, totals.rates.well.n} == {6}
    assert (totals.rates.said.k, totals.rates.done.k, totals.rates.well.k) == (4, 2, 1)


def test_rates_are_cut_and_a_handful_has_no_percentage(city: Cast) -> None:
    whole = figures.totals_of(city.actor("clerk"), city.round.pk).rates
    few = figures.totals_of(city.actor("outsider"), city.round.pk).rates
    assert (whole.said.text, whole.done.text, whole.well.text) == ("66%", "33%", "16%")
    assert few.said.text == "2/2"


def test_a_round_one_has_no_part_in_does_not_exist(cast: Cast) -> None:
    with pytest.raises(NotFound):
        figures.totals_of(cast.actor("outsider"), cast.round.pk)
    with pytest.raises(NotFound):
        figures.timing_of(cast.actor("auditor"), cast.round.pk)


def test_units_are_listed_in_the_order_of_the_tree(city: Cast) -> None:
    rows = figures.totals_by_unit(city.actor("clerk"), city.round.pk)
    assert [(row.name, row.totals.total) for row in rows] == [("市水务局", 3), ("市档案馆", 3), ("", 1)]
    assert [row.name for row in figures.totals_by_unit(city.actor("head"), city.round.pk)] == ["市水务局"]


def test_on_time_counts_against_the_first_day_whatever_was_extended(cast: Cast) -> None:
    today = clock.today()
    first = today - timedelta(days=9)
    late, in_time = (make_finding(cast.round, cast.bureau, due=first) for _n in range(2))
    change(late, due=today - timedelta(days=2), state="closed", closed_on=today - timedelta(days=3))
    change(in_time, state="closed", closed_on=today - timedelta(days=9))
    on_time = figures.timing_of(cast.actor("clerk"), cast.round.pk).on_time
    assert [(r.k, r.n) for r in (on_time.first, on_time.now)] == [(1, 2), (2, 2)]


def test_overdue_is_what_still_runs_after_its_day(cast: Cast) -> None:
    yesterday = clock.today() - timedelta(days=1)
    for state in ("in_progress", "submitted", "verified", "withdrawn"):
        change(make_finding(cast.round, cast.bureau), state=state, due=yesterday)
    change(make_finding(cast.round, cast.bureau), state="in_progress", due=clock.today())
    timing = figures.timing_of(cast.actor("clerk"), cast.round.pk)
    assert timing.overdue == 2
    assert {row.light.code: row.count for row in timing.lights} == {
        "smooth": 1, "near": 0, "nearer": 0, "last_days": 1, "overdue": 2, "settled": 1,
    }  # fmt: skip


def test_every_open_finding_has_one_age(city: Cast) -> None:
    change(city.finding, registered_on=clock.today() - timedelta(days=400))
    ageing = figures.timing_of(city.actor("clerk"), city.round.pk).ageing
    assert sum(row.count for row in ageing) == figures.totals_of(city.actor("clerk"), city.round.pk).open
    assert [(row.start, row.count) for row in ageing if row.count] == [(0, 4), (366, 1)]


def test_burn_down_tells_each_day_as_it_was(db: None) -> None:
    days = [date(2026, 3, d) for d in (1, 2, 4, 5)]
    with clock.at(clock.start_of(days[0])):
        round_ = make_round(make_unit("云溪市"))
        unit = make_unit("市水务局")
        one, two = make_finding(round_, unit), make_finding(round_, unit)
    with clock.at(clock.start_of(days[1])):
        change(one, is_said=True, is_done=True)
    with clock.at(clock.start_of(days[2])):
        change(one, state="closed", closed_on=days[2])
    with clock.at(clock.start_of(days[3])):
        change(one, state="reopened", is_done=False, closed_on=None)
        change(two, state="in_progress")
    points = figures.burn_down(SYSTEM, round_.pk, until=days[3])
    assert [(p.on.day, p.open, p.not_said, p.not_done, p.not_well) for p in points] == [
        (1, 2, 2, 2, 2), (2, 2, 1, 1, 2), (3, 2, 1, 1, 2), (4, 1, 1, 1, 2), (5, 2, 1, 2, 2),
    ]  # fmt: skip


def test_figures_take_few_queries(city: Cast, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        figures.totals_of(city.actor("head"), city.round.pk)
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        figures.burn_down(city.actor("head"), city.round.pk)
