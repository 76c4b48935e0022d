"""Pages of the look-back: the protocol as steps, results, and what a unit may not see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jiandi.base import clock
from jiandi.loop.lookback import rules
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Draw, Finding, LookBack
from jiandi.record.policy import roles
from jiandi.record.trail.actor import SYSTEM
from tests.builders import give, make_finding, make_measure, make_user
from tests.cast import Cast

SignIn = Callable[[str], Client]
HTMX = {"HX-Request": "true"}
PARTIES = {"supervisor": ("市纪委", "1" * 64), "supervisor2": ("市委组织部", "2" * 64)}


@pytest.fixture
def city(cast: Cast) -> Cast:
    for n in range(6):
        finding = make_finding(cast.round, cast.bureau if n % 2 else cast.stranger)
        make_measure(finding)
        write.change(finding, {"state": "closed", "closed_on": clock.today()}, actor=SYSTEM, verb="close")
    cast.people["supervisor2"] = make_user("supervisor2")
    give(cast.people["supervisor2"], cast.audit, roles.SUPERVISOR)
    return cast


def url(name: str, *args: int) -> str:
    return reverse(f"lookback:{name}", args=args)


@pytest.fixture
def drawn(city: Cast, sign_in: SignIn) -> LookBack:
    """The whole protocol through the pages."""
    office = sign_in("clerk")
    assert office.post(url("plan"), {"title": "第一次", "by_risk": 1, "at_random": 5}).status_code == 303
    lookback = LookBack.objects.get()
    for who, (party, secret) in PARTIES.items():
        digest = rules.commitment(party, secret, lookback.algorithm)
        assert sign_in(who).post(url("commit", lookback.pk), {"party": party, "digest": digest}).status_code == 303
    assert office.post(url("freeze", lookback.pk), {"version": 1}).status_code == 303
    for party, secret in PARTIES.values():
        assert sign_in("supervisor").post(url("open", lookback.pk), {"party": party, "secret": secret}).status_code == 303
    assert office.post(url("draw", lookback.pk), {"version": 2}).status_code == 303
    lookback.refresh_from_db()
    return lookback


def test_the_list_says_what_to_do_while_it_is_empty(cast: Cast, sign_in: SignIn) -> None:
    assert b'class="void"' in sign_in("head").get(url("index")).content
    assert url("plan").encode() in sign_in("clerk").get(url("index")).content
    assert url("plan").encode() not in sign_in("supervisor").get(url("index")).content


def test_a_wrong_plan_comes_back(city: Cast, sign_in: SignIn) -> None:
    assert sign_in("clerk").post(url("plan"), {"title": "", "by_risk": -1}).status_code == 422
    assert sign_in("supervisor").post(url("plan"), {"title": "一", "by_risk": 1, "at_random": 1}).status_code == 403


def test_the_page_recomputes_the_draw(drawn: LookBack, sign_in: SignIn) -> None:
    page = sign_in("supervisor").get(url("look_back", drawn.pk)).content.decode()
    assert drawn.root in page
    assert drawn.seed in page
    assert "bi-check-circle" in page
    body = sign_in("supervisor").get(url("look_back", drawn.pk), {"as": "json"}).json()
    secrets = [(one["party"], one["secret"]) for one in body["commitments"]]
    again = rules.recompute(body["population"], secrets, body["by_risk"], body["at_random"], body["algorithm"])
    assert [pick.finding_id for pick in again.picks] == body["drawn"]


@pytest.mark.parametrize(("name", "brought"), [("freeze", {"version": 7}), ("draw", {"version": 7}), ("finish", {"version": 7})])
def test_a_stale_step_is_refused_with_words(drawn: LookBack, sign_in: SignIn, name: str, brought: dict[str, int]) -> None:
    assert sign_in("clerk").post(url(name, drawn.pk), brought).status_code == 409
    assert sign_in("clerk").post(url(name, drawn.pk), {}).status_code == 422


def test_wrong_digests_and_secrets_come_back_with_words(city: Cast, sign_in: SignIn) -> None:
    sign_in("clerk").post(url("plan"), {"title": "一", "by_risk": 1, "at_random": 1})
    pk = LookBack.objects.get().pk
    client = sign_in("supervisor")
    assert client.post(url("commit", pk), {"party": "市纪委", "digest": "short"}).status_code == 422
    assert client.post(url("commit", pk), {"party": ""}).status_code == 422
    assert client.post(url("open", pk), {"party": "市纪委", "secret": "x"}).status_code == 404
    assert client.post(url("open", pk), {}).status_code == 422
    assert sign_in("head").post(url("commit", pk), {"party": "甲", "digest": "0" * 64}).status_code == 403


def test_a_unit_sees_its_own_drawn_findings_and_no_list(city: Cast, drawn: LookBack, sign_in: SignIn) -> None:
    client = sign_in("head")
    page = client.get(url("look_back", drawn.pk)).content.decode()
    mine = set(Finding.objects.filter(lead=city.bureau).values_list("number", flat=True))
    others = set(Finding.objects.filter(lead=city.stranger).values_list("number", flat=True))
    assert any(number in page for number in mine)
    assert not any(f">{number}<" in page for number in others)
    assert client.get(url("frozen_list", drawn.pk)).status_code == 404
    assert client.get(url("look_back", drawn.pk), {"as": "json"}).status_code == 404
    assert sign_in("clerk").get(url("frozen_list", drawn.pk)).status_code == 200
    assert sign_in("auditor").get(url("look_back", drawn.pk)).status_code == 404


def first(drawn: LookBack) -> Draw:
    row = drawn.draws.select_related("finding").first()
    assert row is not None
    return row


def test_a_result_is_recorded_from_the_field_sheet(city: Cast, drawn: LookBack, sign_in: SignIn) -> None:
    row, client = first(drawn), sign_in("supervisor")
    assert client.get(url("result", row.pk)).status_code == 200
    assert client.post(url("result", row.pk), {"version": 1}).status_code == 422
    number = row.finding.measures.get().number
    brought = {"held": "no", "method": "seen", "text": "又堵了", "failed": [number], "version": 1}
    made = client.post(url("result", row.pk), brought)
    assert (made.status_code, made["Location"]) == (303, reverse("desk:finding", args=[row.finding_id]))
    row.finding.refresh_from_db()
    assert row.finding.state == "reopened"


def test_the_panel_records_with_script_and_shows_errors_in_place(city: Cast, drawn: LookBack, sign_in: SignIn) -> None:
    row, client = first(drawn), sign_in("supervisor")
    piece = client.get(url("panel", row.finding_id), headers=HTMX).content.decode()
    assert 'id="lookback-panel"' in piece
    assert "<html" not in piece
    assert 'name="held"' in piece
    brought = {"held": "yes", "method": "seen", "text": "仍然通畅", "version": 9}
    stale = client.post(url("result", row.pk), brought, headers=HTMX)
    assert (stale.status_code, 'id="lookback-panel"' in stale.content.decode()) == (409, True)
    fresh = client.post(url("result", row.pk), {**brought, "version": 1}, headers=HTMX)
    assert (fresh.status_code, fresh["HX-Trigger"]) == (200, "finding-changed")
    assert 'name="held"' not in fresh.content.decode()
    assert "<html" in client.get(url("panel", row.finding_id)).content.decode()


def test_who_may_not_record_gets_no_form_and_is_refused(city: Cast, drawn: LookBack, sign_in: SignIn) -> None:
    row = drawn.draws.filter(finding__lead=city.bureau).first()
    assert row is not None
    client = sign_in("helper")
    assert client.get(url("panel", row.finding_id)).status_code == 404
    head = sign_in("head")
    assert b'name="held"' not in head.get(url("panel", row.finding_id)).content
    brought = {"held": "yes", "method": "seen", "text": "好", "version": 1}
    assert head.post(url("result", row.pk), brought).status_code == 403
    assert Draw.objects.get(pk=row.pk).state == "drawn"


def test_pages_take_few_queries(city: Cast, drawn: LookBack, sign_in: SignIn, django_assert_max_num_queries: Any) -> None:
    client = sign_in("clerk")
    session_and_frame = 6
    with django_assert_max_num_queries(10 + session_and_frame):
        client.get(url("index"))
    with django_assert_max_num_queries(10 + session_and_frame):
        client.get(url("look_back", drawn.pk))
