"""Pages of the rules register and of the proofs of use, with and without htmx, and what waits because of them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiandi.base import clock, files, heavy
from jiandi.base.jobs import worker
from jiandi.interfaces.desk import waiting
from jiandi.loop.execute import actions
from jiandi.loop.execute.actions import NewRule
from jiandi.loop.report import actions as report
from jiandi.record.ledger.models import Institution, ProofOfUse, Report
from tests.cast import Cast
from tests.interfaces.api.program import program

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
HTMX = {"headers": {"HX-Request": "true"}}
OLD = clock.today() - timedelta(days=200)


@pytest.fixture
def rule(cast: Cast) -> Institution:
    new = NewRule("资金拨付办法", number="云水发〔2025〕3号", issued_on=OLD, review_on=clock.today() + timedelta(days=9))
    return actions.add_rule(actor=cast.actor("liaison"), unit_id=cast.bureau.pk, new=new, is_in_force=True)


def test_a_like_rule_is_asked_about_and_then_registered(cast: Cast, rule: Institution, sign_in: SignIn) -> None:
    client, url = sign_in("liaison"), reverse("execute:register_new")
    typed = {"unit": cast.bureau.pk, "title": "资金拨付管理办法", "level": "own"}
    asked = client.post(url, typed)
    assert asked.status_code == 422
    assert "资金拨付办法" in asked.content.decode()
    assert client.post(url, {**typed, "is_another": "on"}).status_code in (302, 303)
    assert client.post(url, {"title": "x"}).status_code == 422
    assert client.get(reverse("execute:register")).content.decode().count("资金拨付管理办法") == 1


def test_steps_of_a_rule_are_taken_on_its_page(cast: Cast, rule: Institution, sign_in: SignIn) -> None:
    client = sign_in("liaison")
    paper = io.BytesIO("办法全文".encode())
    paper.name = "办法.txt"
    url = reverse("execute:register_turn", args=[rule.pk, "text"])
    assert client.post(url, {"version": rule.version, "paper": paper}).status_code in (302, 303)
    rule.refresh_from_db()
    assert b"".join(client.get(reverse("execute:register_text", args=[rule.pk])).streaming_content) == "办法全文".encode()  # type: ignore[attr-defined]
    stale = client.post(reverse("execute:register_turn", args=[rule.pk, "change"]), {"version": 1, "issuer": "x"})
    assert stale.status_code == 409
    assert client.post(reverse("execute:register_turn", args=[rule.pk, "eat"]), {}).status_code == 404
    wrong = client.post(reverse("execute:register_turn", args=[rule.pk, "abolish"]), {"version": rule.version})
    assert wrong.status_code == 422


def test_a_proof_is_drawn_and_recorded_on_its_page(cast: Cast, rule: Institution, sign_in: SignIn) -> None:
    client, proof = sign_in("supervisor"), ProofOfUse.objects.get(number=1)
    url = reverse("verify:proof_turn", args=[proof.pk, "draw"])
    assert client.post(url, {"version": 1, "case_list": "", "cases": 3}).status_code == 422
    assert client.post(url, {"version": 1, "case_list": "拨付申请", "cases": 3}).status_code in (302, 303)
    page = client.get(reverse("verify:proof", args=[proof.pk])).content.decode()
    assert "1、2、3" in page
    url = reverse("verify:proof_turn", args=[proof.pk, "record"])
    typed = {"version": 2, "found": 1, "method": "read", "text": "仅一件"}
    assert client.post(url, typed, **HTMX).status_code == 204 or client.post(url, typed).status_code in (302, 303, 409)  # type: ignore[arg-type]
    rule.refresh_from_db()
    assert rule.state == "on_paper_only"
    assert "仅停留在纸面" in sign_in("clerk").get(reverse("execute:register_rule", args=[rule.pk])).content.decode()


def test_reviews_wait_for_the_unit_and_missed_proofs_for_the_office(cast: Cast, rule: Institution) -> None:
    def stages(who: str) -> set[tuple[str, str]]:
        return {(w.stage, w.title) for w in waiting.for_actor(cast.actor(who), cast.round.pk) if w.title == rule.title}

    assert stages("liaison") == {("execute", rule.title)}
    assert stages("clerk") == {("verify", rule.title)}
    assert stages("outsider") == stages("helper") == set()


def test_the_register_costs_the_same_queries_for_more_rules(cast: Cast, rule: Institution, sign_in: SignIn) -> None:
    client, url = sign_in("clerk"), reverse("execute:register")
    client.get(url)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    few = cost()
    for n in range(60):
        new = NewRule(f"第{n}项规定", number=f"云水发〔2025〕{n}号", issued_on=OLD)
        actions.add_rule(actor=cast.actor("clerk"), unit_id=cast.bureau.pk, new=new, is_in_force=True, is_another=True)
    assert cost() == few <= 15


def test_the_register_goes_out_as_a_workbook_that_comes_back_in(cast: Cast, rule: Institution) -> None:
    report.ask_report(actor=cast.actor("clerk"), round_id=cast.round.pk, kind="rules")
    worker.run_pending()
    made = Report.objects.get()
    assert made.state == "ready", made.fault
    sheet = heavy.openpyxl().load_workbook(io.BytesIO(files.path_of(made.digest).read_bytes())).worksheets[0]
    assert [cell.value for cell in sheet[3]][1:5] == ["单位", "制度名称", "文号", "层级"]
    assert [cell.value for cell in sheet[4]][:5] == ["1", "市水务局", "资金拨付办法", "云水发〔2025〕3号", "本级"]


def test_a_table_is_handed_in_and_its_wrong_rows_are_named(cast: Cast, sign_in: SignIn) -> None:
    client, url = sign_in("clerk"), reverse("execute:register_import")
    table = io.BytesIO("制度名称,单位\n值班制度,没有的局\n".encode())
    table.name = "制度.csv"
    sent = client.post(url, {"sheet": table})
    assert sent.status_code in (302, 303)
    assert client.get(sent["Location"]).status_code == 200
    worker.run_pending()
    page = client.get(sent["Location"])
    assert page.status_code == 422
    assert "第2行" in page.content.decode()


def test_programs_read_the_register(cast: Cast, rule: Institution) -> None:
    liaison = program(cast.people["liaison"])
    found = liaison.get("/rules").json()
    assert [one["title"] for one in found["items"]] == [rule.title]
    whole = liaison.get(f"/rules/{rule.pk}").json()
    assert [proof["state"] for proof in whole["proofs"]] == ["planned", "planned"]
    assert program(cast.people["outsider"]).get(f"/rules/{rule.pk}").status_code == 404
