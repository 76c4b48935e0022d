"""Programmes and indicators: the work is planned once, and no figure of an indicator is ever a proof."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.base.jobs import worker
from jiandi.base.ui import linechart
from jiandi.loop.plan.actions import programmes as actions
from jiandi.loop.plan.queries import programmes as queries
from jiandi.loop.plan.rules import values
from jiandi.record.ledger import lifecycle, write
from jiandi.record.ledger.models import Finding, Indicator, IndicatorValue, Measure, MeasureProgramme, Programme
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_finding, make_measure
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
PERIOD: dict[str, Any] = {"from_on": date(2026, 1, 1), "until_on": date(2026, 12, 31)}
PROOFLESS = "不作为整改成效的证明"


def add(cast: Cast, who: str = "liaison", **more: Any) -> Programme:
    unit = more.pop("unit", cast.bureau)
    given: dict[str, Any] = {"title": "水环境治理行动计划", "theme": "水环境", **PERIOD, **more}
    return actions.add_programme(actor=cast.actor(who), unit_id=unit.pk, **given)


@pytest.fixture
def programme(cast: Cast) -> Programme:
    made = add(cast)
    return actions.move_programme(actor=cast.actor("liaison"), programme_id=made.pk, version=made.version, verb="start")


@pytest.fixture
def indicator(cast: Cast, programme: Programme) -> Indicator:
    named = {"name": "水质优良比例", "measured_in": "%", "source": "监测月报", "direction": "up"}
    return actions.add_indicator(actor=cast.actor("liaison"), programme_id=programme.pk, **named)


@pytest.fixture
def measure(cast: Cast) -> Measure:
    found = make_measure(cast.finding)
    lifecycle.move(found, "approve", actor=SYSTEM)
    return found


def enter(cast: Cast, indicator: Indicator, on: date, value: str, who: str = "liaison", **more: Any) -> IndicatorValue:
    return actions.enter_value(actor=cast.actor(who), indicator_id=indicator.pk, on=on, value=Decimal(value), **more)


class TestProgrammes:
    def test_the_office_registers_for_every_unit_and_a_unit_only_for_its_own(self, cast: Cast) -> None:
        assert add(cast, "clerk", unit=cast.helper).state == "draft"
        for who in ("helper", "verifier", "system"):
            with pytest.raises(NotAllowed):
                add(cast, who)

    @pytest.mark.parametrize("wrong", [{"title": " "}, {"theme": ""}, {"until_on": date(2025, 12, 31)}])
    def test_empty_and_impossible_input_is_refused(self, cast: Cast, wrong: dict[str, Any]) -> None:
        with pytest.raises(BadInput):
            add(cast, **wrong)

    def test_it_runs_is_finished_and_then_nothing_changes(self, cast: Cast, programme: Programme) -> None:
        given: dict[str, Any] = {"actor": cast.actor("head"), "programme_id": programme.pk}
        with pytest.raises(Conflict):
            actions.move_programme(**given, version=9, verb="finish")
        with pytest.raises(RuleBroken):
            actions.move_programme(**given, version=programme.version, verb="drop", reason=" ")
        with pytest.raises(BadInput):
            actions.move_programme(**given, version=programme.version, verb="eat")
        with pytest.raises(NotFound):
            actions.move_programme(**{**given, "actor": cast.actor("outsider")}, version=programme.version, verb="finish")
        done = actions.move_programme(**given, version=programme.version, verb="finish")
        with pytest.raises(RuleBroken):
            actions.change_programme(**given, version=done.version, title="x", theme="y", **PERIOD)

    def test_one_sees_programmes_of_units_in_line_and_of_visible_measures(self, cast: Cast, programme: Programme, measure: Measure) -> None:
        other = add(cast, "outsider", unit=cast.stranger)

        def seen(who: str) -> set[int]:
            return set(Programme.objects.visible_to(cast.actor(who)).values_list("pk", flat=True))

        assert (seen("liaison"), seen("helper"), seen("outsider")) == ({programme.pk}, set(), {other.pk})
        actions.link_programme(actor=cast.actor("liaison"), measure_id=measure.pk, programme_id=programme.pk)
        assert (seen("helper"), seen("clerk")) == ({programme.pk}, {programme.pk, other.pk})


class TestLinks:
    def test_a_measure_is_planned_in_a_programme_once(self, cast: Cast, programme: Programme, measure: Measure) -> None:
        given = {"measure_id": measure.pk, "programme_id": programme.pk}
        with pytest.raises(NotFound):
            actions.link_programme(actor=cast.actor("helper"), **given)
        actions.link_programme(actor=cast.actor("liaison"), **given)
        with pytest.raises(NotAllowed):
            actions.link_programme(actor=cast.actor("helper"), **given)
        with pytest.raises(RuleBroken) as refused:
            actions.link_programme(actor=cast.actor("liaison"), **given)
        assert refused.value.code == "programme.linked"

    def test_not_in_one_that_is_over_nor_a_measure_given_up(self, cast: Cast, programme: Programme, measure: Measure) -> None:
        given = {"measure_id": measure.pk, "programme_id": programme.pk}
        write.change(measure, {"state": "dropped"}, actor=SYSTEM, verb="drop")
        with pytest.raises(RuleBroken) as refused:
            actions.link_programme(actor=cast.actor("liaison"), **given)
        assert refused.value.code == "programme.given_up"
        write.change(programme, {"state": "finished"}, actor=SYSTEM, verb="finish")
        with pytest.raises(RuleBroken) as refused:
            actions.link_programme(actor=cast.actor("liaison"), **given)
        assert refused.value.code == "programme.over"

    def test_measures_one_may_not_see_stay_out_of_its_page(self, cast: Cast, programme: Programme, measure: Measure) -> None:
        hidden = make_measure(make_finding(cast.round, cast.stranger))
        write.attach([MeasureProgramme(measure=m, programme=programme) for m in (measure, hidden)])
        assert [m.pk for m in queries.sheet(cast.actor("liaison"), programme.pk).measures] == [measure.pk]
        rows: Any = queries.programmes(cast.actor("liaison"), "")
        assert [row.n for row in rows] == [1]
        assert len(queries.sheet(cast.actor("clerk"), programme.pk).measures) == 2


class TestIndicators:
    def test_a_value_of_a_day_is_entered_once_and_corrected_by_its_version(self, cast: Cast, indicator: Indicator) -> None:
        first = enter(cast, indicator, date(2026, 3, 31), "61.5")
        with pytest.raises(RuleBroken) as refused:
            enter(cast, indicator, first.on, "99")
        assert refused.value.code == "value.there"
        with pytest.raises(Conflict):
            enter(cast, indicator, first.on, "62", version=9)
        assert enter(cast, indicator, first.on, "62", version=first.version).value == Decimal("62.00")
        with pytest.raises(BadInput):
            enter(cast, indicator, clock.today() + timedelta(days=1), "1")
        for wild in ("NaN", "1e30"):
            with pytest.raises(BadInput):
                enter(cast, indicator, date(2026, 4, 30), wild)
        with pytest.raises(NotFound):
            enter(cast, indicator, date(2026, 4, 30), "1", "outsider")
        with pytest.raises(NotAllowed):
            enter(cast, indicator, date(2026, 4, 30), "1", "member")

    def test_an_indicator_has_a_name_a_source_and_a_direction(self, cast: Cast, programme: Programme, indicator: Indicator) -> None:
        good = {"name": "投诉件数", "measured_in": "件", "source": "热线月报", "direction": "down"}
        for wrong in ({"name": " "}, {"source": ""}, {"direction": "sideways"}):
            with pytest.raises(BadInput):
                actions.add_indicator(actor=cast.actor("liaison"), programme_id=programme.pk, **{**good, **wrong})
        with pytest.raises(RuleBroken):
            actions.add_indicator(actor=cast.actor("liaison"), programme_id=programme.pk, **{**good, "name": indicator.name})

    def test_no_value_ever_makes_a_finding_done_well(
        self, cast: Cast, programme: Programme, indicator: Indicator, measure: Measure
    ) -> None:
        actions.link_programme(actor=cast.actor("liaison"), measure_id=measure.pk, programme_id=programme.pk)
        measure.refresh_from_db()
        write.change(measure, {"state": "done", "done_on": clock.today()}, actor=SYSTEM, verb="accept")
        before = Finding.objects.values("is_said", "is_done", "is_well", "effect_state", "version").get(pk=cast.finding.pk)
        for month in (1, 2, 3):
            enter(cast, indicator, date(2026, month, 28), str(30 * month))
        assert Finding.objects.values("is_said", "is_done", "is_well", "effect_state", "version").get(pk=cast.finding.pk) == before

    def test_feedback_and_measures_done_are_marked_on_the_line(
        self, cast: Cast, programme: Programme, indicator: Indicator, measure: Measure
    ) -> None:
        actions.link_programme(actor=cast.actor("liaison"), measure_id=measure.pk, programme_id=programme.pk)
        measure.refresh_from_db()
        write.change(measure, {"state": "done", "done_on": clock.today()}, actor=SYSTEM, verb="accept")
        enter(cast, indicator, date(2026, 1, 31), "61.5")
        (seen,) = queries.theme(cast.actor("liaison"), "水环境")
        assert seen.chart is not None
        assert {(m.on, m.kind) for m in seen.chart.marks} == {(cast.round.feedback_on, "feedback"), (clock.today(), "done")}


class TestTables:
    def test_rows_are_read_and_wrong_ones_named(self) -> None:
        rows, faults = values.read([["日期", "数值", "来源"], ["2026年3月31日", "1,061.5", "月报"], ["3月", "x", ""], ["", "", ""]])
        assert [(r.place, r.on, r.value) for r in rows] == [(2, date(2026, 3, 31), Decimal("1061.50"))]
        assert [f.place for f in faults] == [3, 3]
        with pytest.raises(BadInput):
            values.read([["天", "数"]])
        assert values.number("NaN") is values.number("1e99") is values.number("") is None

    def test_a_table_is_taken_in_whole_or_not_at_all(self, cast: Cast, programme: Programme, indicator: Indicator, sign_in: SignIn) -> None:
        client = sign_in("liaison")
        assert PROOFLESS in self.sent(client, programme, "日期,数值\n2026-01-31,61.5\n2026-02-28,62\n")
        assert IndicatorValue.objects.count() == 2
        again = self.sent(
            client, programme, "指标,日期,数值\n水质优良比例,2026-03-31,63\n别的指标,2026-03-31,1\n水质优良比例,2026-01-31,9\n"
        )
        assert "第3行" in again
        assert "第4行" in again
        assert IndicatorValue.objects.count() == 2

    def sent(self, client: Client, programme: Programme, text: str) -> str:
        table = io.BytesIO(text.encode())
        table.name = "数值.csv"
        sent = client.post(reverse("plan:programme_turn", args=[programme.pk, "values"]), {"table": table})
        worker.run_pending()
        return client.get(sent["Location"], follow=True).content.decode()


class TestPages:
    def test_the_sentence_stands_beside_every_indicator(
        self, cast: Cast, programme: Programme, indicator: Indicator, sign_in: SignIn
    ) -> None:
        enter(cast, indicator, date(2026, 1, 31), "61.5")
        for url in (reverse("plan:programme", args=[programme.pk]), reverse("plan:theme") + "?theme=水环境"):
            page = sign_in("liaison").get(url).content.decode()
            assert PROOFLESS in page
            assert "<svg" in page
            assert "61.5" in page

    def test_a_measure_is_chosen_in_the_plan_without_typing(
        self, cast: Cast, programme: Programme, measure: Measure, sign_in: SignIn
    ) -> None:
        client = sign_in("liaison")
        assert programme.title in client.get(reverse("plan:programmes_of", args=[cast.finding.pk])).content.decode()
        url = reverse("plan:link_programme", args=[cast.finding.pk])
        assert client.post(url, {"measure": measure.pk, "programme": programme.pk}).status_code == 302
        assert client.post(url, {"measure": measure.pk, "programme": programme.pk}, headers={"HX-Request": "true"}).status_code == 422
        assert client.post(url, {"measure": 999, "programme": programme.pk}).status_code == 422
        assert sign_in("outsider").post(url, {}).status_code == 404

    def test_a_programme_is_registered_changed_and_moved_on_its_pages(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in("liaison")
        typed = {"unit": cast.bureau.pk, "title": "要点", "theme": "水利", "from_on": "2026-01-01", "until_on": "2026-12-31"}
        assert client.post(reverse("plan:programme_new"), {**typed, "title": ""}).status_code == 422
        assert client.post(reverse("plan:programme_new"), {**typed, "until_on": "2025-01-01"}).status_code == 422
        assert client.post(reverse("plan:programme_new"), typed).status_code in (302, 303)
        made = Programme.objects.get()

        def turn(verb: str, **data: Any) -> int:
            return client.post(reverse("plan:programme_turn", args=[made.pk, verb]), data).status_code

        assert turn("change", **{**typed, "title": "工作要点"}, version=1) in (302, 303)
        assert turn("start", version=1) == 409
        assert turn("start", version=2) in (302, 303)
        assert turn("indicator", name="x", source="", direction="up") == 422
        assert turn("indicator", name="x", source="月报", direction="up") in (302, 303)
        assert turn("eat") == 404
        url = reverse("plan:indicator_value", args=[made.pk, Indicator.objects.get().pk])
        assert client.post(url, {"on": "2026-01-31", "value": "x"}).status_code == 422
        assert client.post(url, {"on": "2026-01-31", "value": "5"}).status_code in (302, 303)

    def test_the_list_costs_the_same_queries_for_more_programmes(self, cast: Cast, programme: Programme, sign_in: SignIn) -> None:
        client, url = sign_in("clerk"), reverse("plan:programmes")
        client.get(url)

        def cost() -> int:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(url).status_code == 200
            return len(seen)

        few = cost()
        for n in range(60):
            add(cast, title=f"计划{n}")
        assert cost() == few <= 12


def test_a_line_of_one_value_and_of_none_can_be_drawn() -> None:
    assert linechart.chart([], []) is None
    one = linechart.chart([(date(2026, 1, 1), Decimal(5))], [(date(2026, 1, 1), "反馈", "feedback")])
    assert one is not None
    assert (one.points[0].x, one.low, one.high) == (linechart.LEFT, Decimal(5), Decimal(5))
    two = linechart.chart([(date(2026, 2, 1), Decimal(9)), (date(2026, 1, 1), Decimal(5))], [])
    assert two is not None
    assert [p.on.month for p in two.points] == [1, 2]
    assert two.points[0].y > two.points[1].y


def test_the_database_refuses_doubles_and_periods_that_end_before_they_begin(
    cast: Cast, programme: Programme, indicator: Indicator, measure: Measure
) -> None:
    enter(cast, indicator, date(2026, 1, 31), "1")
    write.attach([MeasureProgramme(measure=measure, programme=programme)])
    rows: list[Any] = [
        Programme(unit=cast.bureau, title="x", theme="y", from_on=date(2026, 2, 1), until_on=date(2026, 1, 1)),
        Programme(unit=cast.bureau, title="", theme="y", **PERIOD),
        MeasureProgramme(measure=measure, programme=programme),
        Indicator(programme=programme, name=indicator.name, source="月报", direction="up"),
        Indicator(programme=programme, name="y", source="", direction="up"),
        IndicatorValue(indicator=indicator, on=date(2026, 1, 31), value=Decimal(2), entered_by="user:1"),
    ]
    for row in rows:
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.bulk_create([row])
