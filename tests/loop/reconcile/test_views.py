"""Pages of the meeting: what each person gets, by script and without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jiandi.base import clock
from jiandi.loop.reconcile import actions
from jiandi.record.ledger.models import Decision, Reconciliation
from jiandi.record.trail import sealer
from tests.builders import make_finding, make_measure
from tests.cast import Cast

SignIn = Callable[[str], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def sheet(cast: Cast) -> Reconciliation:
    for _n in range(3):
        make_finding(cast.round, cast.stranger)
    make_measure(cast.finding)
    sealer.seal_pending()
    return actions.freeze_sheet(actor=cast.actor("clerk"), round_id=cast.round.pk, title="第一次对账会", as_of=clock.today())


def url(name: str, *args: int) -> str:
    return reverse(f"reconcile:{name}", args=args)


def test_the_list_says_what_to_do_while_it_is_empty(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in("head").get(url("index"))
    assert page.status_code == 200
    assert b'class="void"' in page.content
    assert url("freeze").encode() not in page.content
    assert url("freeze").encode() in sign_in("clerk").get(url("index")).content


def test_freezing_leads_to_the_sheet_and_a_wrong_form_comes_back(cast: Cast, sign_in: SignIn) -> None:
    sealer.seal_pending()
    client = sign_in("clerk")
    wrong = client.post(url("freeze"), {"title": "", "as_of": "昨天"})
    early = client.post(url("freeze"), {"title": "盘点", "as_of": "2020-01-01"})
    assert (wrong.status_code, early.status_code) == (422, 422)
    right = client.post(url("freeze"), {"title": "盘点", "as_of": clock.today().isoformat()})
    assert (right.status_code, right["Location"]) == (303, url("sheet", Reconciliation.objects.get().pk))


def test_a_unit_freezes_nothing(cast: Cast, sign_in: SignIn) -> None:
    sealer.seal_pending()
    assert sign_in("head").post(url("freeze"), {"title": "盘点", "as_of": clock.today().isoformat()}).status_code == 403


def test_a_sheet_shows_each_unit_and_opens_its_rows(cast: Cast, sign_in: SignIn, sheet: Reconciliation) -> None:
    client = sign_in("member")
    page = client.get(url("sheet", sheet.pk)).content.decode()
    assert page.count("市档案馆") >= 2
    rows = client.get(url("sheet", sheet.pk), {"unit": cast.bureau.pk}, headers=HTMX).content.decode()
    assert cast.finding.number in rows
    assert "市档案馆" not in rows
    assert "<html" not in rows


def test_a_unit_sees_its_own_lines_alone(cast: Cast, sign_in: SignIn, sheet: Reconciliation) -> None:
    page = sign_in("head").get(url("sheet", sheet.pk)).content.decode()
    assert cast.finding.number in page
    assert "市档案馆" not in page


@pytest.mark.parametrize("name", ["sheet", "present"])
def test_a_sheet_of_a_round_one_has_no_part_in_is_not_there(cast: Cast, sign_in: SignIn, sheet: Reconciliation, name: str) -> None:
    assert sign_in("auditor").get(url(name, sheet.pk)).status_code == 404


def test_pages_take_few_queries(cast: Cast, sign_in: SignIn, sheet: Reconciliation, django_assert_max_num_queries: Any) -> None:
    client = sign_in("clerk")
    session_and_frame = 6
    with django_assert_max_num_queries(10 + session_and_frame):
        client.get(url("sheet", sheet.pk))
    with django_assert_max_num_queries(10 + session_and_frame):
        client.get(url("index"))


def test_the_meeting_goes_through_the_items_and_on(cast: Cast, sign_in: SignIn, sheet: Reconciliation) -> None:
    client = sign_in("member")
    page = client.get(url("present", sheet.pk), {"n": "1"})
    assert page.status_code == 200
    assert "1 / 4" in page.content.decode()
    made = client.post(url("decide", sheet.pk, cast.finding.pk), {"kind": "go_on", "n": "1", "version": "0"})
    assert (made.status_code, made["Location"]) == (303, f"{url('present', sheet.pk)}?n=2")
    assert Decision.objects.get().kind == "go_on"


def test_an_incomplete_decision_keeps_what_was_typed(cast: Cast, sign_in: SignIn, sheet: Reconciliation) -> None:
    page = sign_in("clerk").post(url("decide", sheet.pk, cast.finding.pk), {"kind": "press", "text": "月底前拨付", "n": "1"})
    assert page.status_code == 422
    assert "月底前拨付" in page.content.decode()
    none = sign_in("clerk").post(url("decide", sheet.pk, cast.finding.pk), {"n": "x"})
    assert none.status_code == 422


def test_who_may_not_decide_sees_no_buttons_and_is_refused(cast: Cast, sign_in: SignIn, sheet: Reconciliation) -> None:
    client = sign_in("head")
    assert b'name="kind"' not in client.get(url("present", sheet.pk)).content
    assert client.post(url("decide", sheet.pk, cast.finding.pk), {"kind": "go_on"}).status_code == 403


def test_an_item_beyond_the_last_shows_the_last(cast: Cast, sign_in: SignIn, sheet: Reconciliation) -> None:
    assert "4 / 4" in sign_in("clerk").get(url("present", sheet.pk), {"n": "99"}).content.decode()


def test_finishing_needs_the_right_person_and_version(cast: Cast, sign_in: SignIn, sheet: Reconciliation) -> None:
    assert sign_in("member").post(url("finish", sheet.pk), {"version": 1}).status_code == 403
    assert sign_in("clerk").post(url("finish", sheet.pk), {"version": 8}).status_code == 409
    assert sign_in("clerk").post(url("finish", sheet.pk), {}).status_code == 422
    assert sign_in("clerk").post(url("finish", sheet.pk), {"version": 1}).status_code == 303


def test_a_task_is_met_from_the_case_file_with_and_without_script(cast: Cast, sign_in: SignIn, sheet: Reconciliation) -> None:
    client = sign_in("clerk")
    ask: dict[str, Any] = {"actor": cast.actor("clerk"), "sheet_id": sheet.pk, "kind": "other", "text": "核对账目"}
    task = actions.decide(**ask, finding_id=cast.finding.pk)
    stale = client.post(url("met", task.pk), {"version": 9}, headers=HTMX)
    assert (stale.status_code, 'id="reconcile-panel"' in stale.content.decode()) == (409, True)
    fresh = client.post(url("met", task.pk), {"version": 1}, headers=HTMX)
    assert (fresh.status_code, fresh["HX-Trigger"]) == (200, "finding-changed")
    other = actions.decide(**ask, finding_id=make_line(cast, sheet))
    plain = client.post(url("met", other.pk), {"version": 1})
    assert (plain.status_code, plain["Location"]) == (303, reverse("desk:finding", args=[other.finding_id]))


def make_line(cast: Cast, sheet: Reconciliation) -> int:
    return int(sheet.lines.exclude(finding=cast.finding).values_list("finding_id", flat=True)[0])


def test_the_panel_is_a_piece_for_htmx_and_a_page_for_a_link(cast: Cast, sign_in: SignIn, sheet: Reconciliation) -> None:
    piece = sign_in("head").get(url("panel", cast.finding.pk), headers=HTMX).content.decode()
    page = sign_in("head").get(url("panel", cast.finding.pk)).content.decode()
    assert piece.strip().startswith("<section") or 'id="reconcile-panel"' in piece
    assert "<html" not in piece
    assert "<html" in page
    assert sheet.title in piece
    assert sign_in("outsider").get(url("panel", cast.finding.pk)).status_code == 404
