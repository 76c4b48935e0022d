"""Pages of the plan: workshop, panel and versions, for those who may see them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiandi.base import clock
from jiandi.loop.plan import actions, queries
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Finding, Measure, PlanVersion
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_cause, make_finding, make_measure
from tests.cast import Cast

SignIn = Callable[[str], Client]
HTMX = {"HX-Request": "true"}


def url(name: str, *args: int) -> str:
    return reverse(f"plan:{name}", args=args)


def line(cast: Cast, **fields: Any) -> dict[str, Any]:
    due = (clock.today() + timedelta(days=40)).isoformat()
    return {"text": "逐个项目核对账目", "lead": cast.bureau.pk, "due_text": due, "rule_verb": "suggested", **fields}


@pytest.fixture
def plan(cast: Cast) -> PlanVersion:
    make_cause(cast.finding)
    make_measure(cast.finding)
    make_measure(cast.finding, text="修订拨付管理办法", kind="prevent", horizon="lasting", rule_verb="revise")
    return actions.submit_plan(actor=cast.actor("head"), round_id=cast.round.pk, unit_id=cast.bureau.pk)


def test_the_workshop_shows_findings_and_brings_the_panel(cast: Cast, sign_in: SignIn) -> None:
    text = sign_in("liaison").get(url("index")).content.decode()
    assert cast.finding.title in text
    assert url("panel", cast.finding.pk) in text
    assert url("submit", cast.bureau.pk) not in text
    assert url("submit", cast.bureau.pk) in sign_in("head").get(url("index")).content.decode()


def test_the_panel_offers_forms_only_to_those_who_may(cast: Cast, sign_in: SignIn) -> None:
    add = url("add_measure", cast.finding.pk)
    assert add in sign_in("liaison").get(url("panel", cast.finding.pk)).content.decode()
    for name in ("helper", "clerk", "verifier"):
        assert add not in sign_in(name).get(url("panel", cast.finding.pk)).content.decode()
    assert sign_in("outsider").get(url("panel", cast.finding.pk)).status_code == 404


def test_the_workshop_without_findings_says_what_to_do(cast: Cast, sign_in: SignIn) -> None:
    Finding.objects.filter(pk=cast.finding.pk).update(state="withdrawn")
    assert reverse("desk:ledger") in sign_in("clerk").get(url("index")).content.decode()


def test_the_workshop_reads_little_however_long_the_list(cast: Cast, sign_in: SignIn) -> None:
    for _ in range(12):
        make_measure(make_finding(cast.round, cast.bureau))
    client = sign_in("clerk")
    client.get(url("index"))
    with CaptureQueriesContext(connection) as seen:
        client.get(url("index"))
    assert len(seen) <= 10, [q["sql"][:120] for q in seen]


def test_the_panel_reads_as_much_for_ten_measures_as_for_one(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("clerk")
    make_measure(cast.finding)
    client.get(url("panel", cast.finding.pk))
    with CaptureQueriesContext(connection) as few:
        client.get(url("panel", cast.finding.pk))
    for _ in range(9):
        make_measure(cast.finding)
    with CaptureQueriesContext(connection) as many:
        client.get(url("panel", cast.finding.pk))
    assert len(many) == len(few)


def test_a_measure_is_added_with_script(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("liaison").post(url("add_measure", cast.finding.pk), line(cast), headers=HTMX)
    assert (answer.status_code, answer["HX-Trigger"]) == (200, "finding-changed")
    assert answer.content.decode().lstrip().startswith('<section id="plan-panel"')
    assert Measure.objects.get().text == "逐个项目核对账目"


def test_one_measure_is_added_for_two_findings(cast: Cast, sign_in: SignIn) -> None:
    other = make_finding(cast.round, cast.bureau)
    sign_in("liaison").post(url("add_measure", cast.finding.pk), line(cast, finding_ids=[other.pk]))
    assert Measure.objects.get().serves.count() == 2


def test_a_measure_is_added_without_script_and_leads_back(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("liaison")
    posted = client.post(url("add_measure", cast.finding.pk), line(cast))
    assert (posted.status_code, posted["Location"]) == (303, reverse("desk:finding", args=[cast.finding.pk]))
    posted = client.post(url("add_measure", cast.finding.pk), line(cast, back="https://elsewhere.example/"))
    assert posted["Location"].startswith(f"{url('index')}?unit={cast.bureau.pk}")


def test_a_date_that_cannot_be_read_keeps_what_was_typed(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("liaison").post(url("add_measure", cast.finding.pk), line(cast, due_text="尽快"), headers=HTMX)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "逐个项目核对账目" in text
    assert 'class="error-piece"' in text


def test_an_empty_line_comes_back_with_its_words(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("liaison").post(url("add_measure", cast.finding.pk), line(cast, text=""), headers=HTMX)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()


@pytest.mark.parametrize(("name", "status"), [("helper", 403), ("clerk", 403), ("outsider", 404)])
def test_others_write_no_measure(cast: Cast, sign_in: SignIn, name: str, status: int) -> None:
    assert sign_in(name).post(url("add_measure", cast.finding.pk), line(cast)).status_code == status
    assert not Measure.objects.exists()


def test_a_draft_is_changed_and_dropped_from_the_panel(cast: Cast, sign_in: SignIn) -> None:
    measure = make_measure(cast.finding)
    client = sign_in("liaison")
    form = client.get(url("panel", cast.finding.pk), {"change": measure.pk}, headers=HTMX).content.decode()
    assert url("change_measure", cast.finding.pk, measure.pk) in form
    fields = line(cast, text="逐笔核对", kind="correct", horizon="now", method="seen", rule_verb="", version=1)
    assert client.post(url("change_measure", cast.finding.pk, measure.pk), fields, headers=HTMX).status_code == 200
    measure.refresh_from_db()
    assert (measure.text, measure.method) == ("逐笔核对", "seen")
    client.post(url("drop_measure", cast.finding.pk, measure.pk), {"version": 2, "reason": "重复"})
    measure.refresh_from_db()
    assert measure.state == "dropped"


def test_a_stale_change_is_a_conflict(cast: Cast, sign_in: SignIn) -> None:
    measure = make_measure(cast.finding)
    fields = line(cast, kind="correct", horizon="now", method="seen", rule_verb="", version=7)
    assert sign_in("liaison").post(url("change_measure", cast.finding.pk, measure.pk), fields).status_code == 409


def test_the_plan_says_how_a_finding_is_judged(cast: Cast, sign_in: SignIn) -> None:
    fields = {"version": 1, "standard": "全部到账", "effect_measure": "target"}
    assert sign_in("liaison").post(url("set_whole", cast.finding.pk), fields, headers=HTMX).status_code == 200
    cast.finding.refresh_from_db()
    assert (cast.finding.standard, cast.finding.effect_measure) == ("全部到账", "target")


def typed(cast: Cast, client: Client, **fields: Any) -> str:
    return client.post(url("lint", cast.finding.pk), line(cast, **fields)).content.decode()


def test_advice_and_hints_come_while_typing(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("liaison")
    said = typed(cast, client, text="进一步加强管理")
    assert "lint-warning" in said
    assert 'id="hint-kind" hx-swap-oob="true"' in said
    assert "lint-" not in typed(cast, client, text="追缴多付的3笔资金")


def test_a_wrong_date_is_said_while_typing(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("liaison")
    assert "2020" in typed(cast, client, due_text="2020年6月底前")
    assert "lint-error" in typed(cast, client, due_text="尽快")
    assert "lint-error" not in typed(cast, client, due_text="")


def test_hostile_fields_of_a_typed_line_break_nothing(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("liaison")
    for fields in ({"lead": "x" * 50}, {"lead": "-1"}, {"kind": "<b>", "horizon": "{}"}, {"number": "９９"}, {"text": "<script>" * 900}):
        assert "<script>" not in typed(cast, client, **fields)


def test_typing_is_for_those_who_see_the_finding(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in("outsider").post(url("lint", cast.finding.pk), line(cast)).status_code == 404


def test_two_leads_in_one_form_are_refused(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("liaison").post(url("add_measure", cast.finding.pk), line(cast, lead=[cast.bureau.pk, cast.helper.pk]), headers=HTMX)
    assert answer.status_code == 422
    assert not Measure.objects.exists()


def test_an_incomplete_plan_is_refused_on_a_page(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("head").post(url("submit", cast.bureau.pk))
    assert answer.status_code == 422


def test_the_head_hands_in_and_the_office_approves(cast: Cast, sign_in: SignIn) -> None:
    make_cause(cast.finding)
    make_measure(cast.finding)
    make_measure(cast.finding, text="修订拨付管理办法", kind="prevent", horizon="lasting", rule_verb="revise")
    sent = sign_in("head").post(url("submit", cast.bureau.pk))
    plan = PlanVersion.objects.get()
    assert sent["Location"] == url("version", plan.pk)
    page = sign_in("clerk").get(url("version", plan.pk)).content.decode()
    assert url("approve", plan.pk) in page
    assert url("take_back", plan.pk) not in page
    sign_in("clerk").post(url("approve", plan.pk), {"version": 1, "opinion": "同意"})
    cast.finding.refresh_from_db()
    assert cast.finding.state == "planned"


def test_the_frozen_body_is_shown_after_the_measure_changed(cast: Cast, sign_in: SignIn, plan: PlanVersion) -> None:
    Measure.objects.filter(lead=cast.bureau).update(text="别的")
    page = sign_in("head").get(url("version", plan.pk)).content.decode()
    assert "修订拨付管理办法" in page


def test_an_altered_body_is_not_shown(cast: Cast, sign_in: SignIn, plan: PlanVersion) -> None:
    PlanVersion.objects.filter(pk=plan.pk).update(body=plan.body.replace("修订", "修改"))
    page = sign_in("head").get(url("version", plan.pk)).content.decode()
    assert 'role="alert"' in page
    assert "修改拨付管理办法" not in page


def test_a_plan_is_returned_and_taken_back_by_the_right_people(cast: Cast, sign_in: SignIn, plan: PlanVersion) -> None:
    assert sign_in("head").post(url("return", plan.pk), {"version": 1, "reason": "不全"}).status_code == 403
    assert sign_in("clerk").post(url("return", plan.pk), {"version": 1, "reason": ""}).status_code == 422
    assert sign_in("clerk").post(url("take_back", plan.pk), {"version": 1}).status_code == 403
    assert sign_in("head").post(url("take_back", plan.pk), {"version": 1}).status_code == 303
    assert sign_in("outsider").get(url("version", plan.pk)).status_code == 404


def test_the_round_is_frozen_by_the_office(cast: Cast, sign_in: SignIn, plan: PlanVersion) -> None:
    assert sign_in("clerk").post(url("submit_round")).status_code == 422
    actions.approve_plan(actor=cast.actor("clerk"), plan_id=plan.pk, opinion="", version=1)
    assert sign_in("clerk").post(url("submit_round")).status_code == 303
    whole = PlanVersion.objects.get(unit=None)
    assert cast.finding.title in sign_in("clerk").get(url("version", whole.pk)).content.decode()


def test_goals_duties_and_funds_are_written_from_the_panel(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("liaison")
    since = clock.today() - timedelta(days=20)
    measure = make_measure(cast.finding, recurs="weekly", recurs_from=since, funds_planned=3)
    day = (clock.today() + timedelta(days=9)).isoformat()
    sent = client.post(url("set_goal", cast.finding.pk, measure.pk), {"version": 1, "text": "首批到账", "due": day}, headers=HTMX)
    assert "首批到账" in sent.content.decode()
    measure.refresh_from_db()
    write.change(measure, {"state": "planned"}, actor=SYSTEM, verb="approve")
    page = client.get(url("panel", cast.finding.pk)).content.decode()
    goal = measure.goals.get()
    assert all(
        url(name, cast.finding.pk, pk) in page
        for name, pk in (("keep_cycle", measure.pk), ("pay_funds", measure.pk), ("meet_goal", goal.pk))
    )
    due = queries.duties_of(cast.round, [measure])[measure.pk].missed[0].isoformat()
    today = clock.today().isoformat()
    kept = client.post(url("keep_cycle", cast.finding.pk, measure.pk), {"due": due, "kept_on": today, "text": "核对"}, headers=HTMX)
    paid = client.post(url("pay_funds", cast.finding.pk, measure.pk), {"paid": "2", "version": measure.version}, headers=HTMX)
    met = client.post(url("meet_goal", cast.finding.pk, goal.pk), {"met_on": today, "version": 1}, headers=HTMX)
    assert [answer.status_code for answer in (kept, paid, met)] == [200, 200, 200]
    wrong = client.post(url("keep_cycle", cast.finding.pk, measure.pk), {"due": "x", "kept_on": "", "text": ""}, headers=HTMX)
    assert wrong.status_code == 422
    assert client.post(url("drop_goal", cast.finding.pk, goal.pk), {"version": 2}, headers=HTMX).status_code == 422


def test_a_missed_cycle_waits_for_the_unit_and_the_office(cast: Cast, sign_in: SignIn) -> None:
    measure = make_measure(cast.finding, text="每周核对账目", recurs="weekly", recurs_from=clock.today() - timedelta(days=20))
    write.change(measure, {"state": "planned"}, actor=SYSTEM, verb="approve")
    for name in ("liaison", "clerk"):
        assert measure.text in sign_in(name).get(reverse("desk:home")).content.decode()
    assert measure.text not in sign_in("outsider").get(reverse("desk:home")).content.decode()
