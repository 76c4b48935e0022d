"""Pages of verification: the work list, the sheets, the panel and what they refuse."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiandi.base import clock
from jiandi.loop.execute import actions as execute
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Check, Claim
from jiandi.record.trail.actor import SYSTEM
from tests.cast import Cast
from tests.loop.verify.way import Case, begin

SignIn = Callable[[str], Client]
HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}
PRESELECTED = re.compile(r"<input[^>]*\schecked")


@pytest.fixture
def case(cast: Cast) -> Case:
    return begin(cast)


def address(case: Case, tail: str = "") -> str:
    return f"/verify/panel/{case.finding.pk}/{tail}"


def post(client: Client, url: str, typed: dict[str, Any]) -> Any:
    return client.post(url, typed, **HTMX)


def own(seen: CaptureQueriesContext) -> list[str]:
    """Queries of the page itself: session, user and duties are everybody's."""
    common = ("django_session", "accounts_user", "accounts_duty", "accounts_installation")
    return [q["sql"] for q in seen.captured_queries if not any(f'FROM "{name}"' in q["sql"] for name in common)]


def test_the_work_list_shows_each_kind_in_few_queries(case: Case, sign_in: SignIn) -> None:
    client = sign_in("verifier")
    assert client.get("/verify/").status_code == 200
    case.claim()
    with CaptureQueriesContext(connection) as seen:
        page = client.get("/verify/").content.decode()
    assert "/verify/claim/" in page
    assert len(own(seen)) <= 10
    for kind in ("finding", "closing", "effect", "nonsense"):
        assert client.get(f"/verify/?kind={kind}").status_code == 200


def test_each_kind_lists_what_waits(case: Case, sign_in: SignIn) -> None:
    case.submit()
    assert "/open/" in sign_in("department").get("/verify/?kind=finding").content.decode()
    assert "/open/" not in sign_in("verifier").get("/verify/?kind=finding").content.decode()
    case.accept()
    assert case.finding.number in sign_in("director").get("/verify/?kind=closing").content.decode()
    case.schedule()
    assert case.finding.number in sign_in("verifier2").get("/verify/?kind=effect").content.decode()


def test_a_claim_is_judged_on_its_sheet_with_nothing_preselected(case: Case, sign_in: SignIn) -> None:
    claim = case.claim()
    client, url = sign_in("verifier"), f"/verify/claim/{claim.pk}/"
    assert not PRESELECTED.search(client.get(url).content.decode())
    assert client.post(url, {"version": claim.version, "verdict": "met", "text": "属实"}).status_code == 422
    assert client.post(url, {"version": 9, "verdict": "met", "method": "seen", "text": "属实"}).status_code == 409
    assert client.post(url, {"version": claim.version, "verdict": "met", "method": "seen", "text": "属实"}).status_code == 303
    assert client.get(url).status_code == 422


def test_a_claim_not_met_goes_back_with_a_reason(case: Case, sign_in: SignIn) -> None:
    claim = case.claim()
    client, url = sign_in("verifier"), f"/verify/claim/{claim.pk}/"
    typed = {"version": claim.version, "verdict": "not_met", "method": "seen", "text": "缺回单"}
    assert client.post(url, typed).status_code == 422
    assert client.post(url, {**typed, "reason": "incomplete"}).status_code == 303
    assert Claim.objects.get(kind="done").state == "returned"


def test_only_who_may_judge_opens_a_sheet(case: Case, sign_in: SignIn) -> None:
    claim = case.claim()
    assert sign_in("head").get(f"/verify/claim/{claim.pk}/").status_code == 403
    assert sign_in("outsider").get(f"/verify/claim/{claim.pk}/").status_code == 404


def test_the_check_sheet_needs_every_verdict_and_answer(case: Case, sign_in: SignIn) -> None:
    case.submit()
    client, url = sign_in("department"), f"/verify/sheet/{case.finding.pk}/"
    assert client.post(f"{url}open/").status_code == 302
    assert not PRESELECTED.search(client.get(url).content.decode())
    number = case.measure.number
    typed = {"version": case.finding.version, "method": "seen", "text": "属实", "go": "accept"}
    assert client.post(url, typed).status_code == 422
    typed |= {f"verdict-{number}": "met", f"note-{number}": "三笔均到账"}
    missing = client.post(url, typed)
    assert missing.status_code == 422
    assert "三笔均到账" in missing.content.decode()
    typed |= {"question-to_the_bottom": "yes", "question-thorough": "yes", "question-in_place": "yes"}
    assert client.post(url, typed).status_code == 303
    assert Check.objects.get(kind="accept").answers["notes"] == {str(number): "三笔均到账"}


def test_a_standard_not_met_returns_the_finding(case: Case, sign_in: SignIn) -> None:
    case.submit()
    url = f"/verify/sheet/{case.finding.pk}/"
    typed = {"version": case.finding.version, "method": "seen", "text": "缺一笔", f"verdict-{case.measure.number}": "not_met"}
    assert sign_in("department").post(url, {**typed, "go": "return", "reason": "below_standard"}).status_code == 303
    assert case.finding.state == "in_progress"


def test_evidence_after_the_claim_is_marked(case: Case, sign_in: SignIn) -> None:
    claim = case.claim()

    actor = case.cast.actor("liaison")
    execute.add_evidence(actor=actor, measure_id=case.measure.pk, title="补交", kind="act", chunks=[b"%PDF-1.7 2"], file_name="补.pdf")
    page = sign_in("verifier").get(f"/verify/claim/{claim.pk}/").content.decode()
    assert page.count("bi-clock-history") == 1


def test_the_panel_walks_the_chain(case: Case, sign_in: SignIn) -> None:
    closing = case.verify()
    clerk, director, member = sign_in("clerk"), sign_in("director"), sign_in("member")
    due = clock.today() + timedelta(days=90)
    scheduled = post(clerk, address(case, "schedule/"), {"version": case.finding.version, "measure": "sample", "due": due})
    assert (scheduled.status_code, scheduled["HX-Trigger"]) == (200, "finding-changed")
    url = address(case, f"sign/{closing.pk}/")
    assert url in director.get(address(case), **HTMX).content.decode()
    assert url not in member.get(address(case), **HTMX).content.decode()
    assert post(member, url, {"version": closing.version, "opinion": "同意"}).status_code == 403
    assert post(director, url, {"version": closing.version, "opinion": "同意"}).status_code == 200
    late = post(member, url, {"version": closing.version, "opinion": "同意已定"})
    assert late.status_code == 409
    assert "同意已定" in late.content.decode()
    version = case.closing.version
    without_script = member.post(url, {"version": version, "opinion": "同意"})
    assert (without_script.status_code, without_script["Location"]) == (303, f"/finding/{case.finding.pk}/")
    assert case.finding.state == "closed"
    typed = {"version": case.finding.version, "passed": "yes", "method": "seen", "text": "抽查三笔均按时"}
    assert post(sign_in("verifier2"), address(case, "effect/"), typed).status_code == 200
    assert case.finding.is_well


def test_the_panel_returns_a_finding_by_measures_ticked(case: Case, sign_in: SignIn) -> None:
    case.verify()
    typed = {"version": case.finding.version, "reason": "incomplete", "text": ""}
    client = sign_in("director")
    assert post(client, address(case, "return/"), typed).status_code == 422
    assert post(client, address(case, "return/"), {**typed, "measures": [case.measure.number]}).status_code == 200
    assert case.finding.state == "in_progress"


def test_a_closing_of_another_finding_is_not_reached(case: Case, sign_in: SignIn) -> None:
    closing = case.verify()
    url = f"/verify/panel/{case.finding.pk + 99}/sign/{closing.pk}/"
    assert post(sign_in("director"), url, {"version": closing.version}).status_code == 404


def test_an_outsider_sees_nothing(case: Case, sign_in: SignIn) -> None:
    client = sign_in("outsider")
    assert client.get(address(case)).status_code == 404
    assert client.get("/verify/").status_code == 404


def test_the_panel_opened_directly_is_a_page(case: Case, sign_in: SignIn) -> None:
    assert "<html" in sign_in("verifier").get(address(case)).content.decode()
    assert "<html" not in sign_in("verifier").get(address(case), **HTMX).content.decode()


def test_the_panel_shows_who_signed_before_submission_and_whose_turn_it_is(case: Case, sign_in: SignIn) -> None:
    closing = case.apply()
    url = address(case, f"sign/{closing.pk}/")
    page = sign_in("leader").get(address(case), **HTMX).content.decode()
    assert (url in page, "分管领导审核" in page, page.count("step-claimed"), page.count("step-yes")) == (True, True, 1, 1)
    assert url not in sign_in("head").get(address(case), **HTMX).content.decode()
    assert post(sign_in("leader"), url, {"version": closing.version, "opinion": "同意提交"}).status_code == 200
    assert case.finding.state == "submitted"
    assert "同意提交" in sign_in("helper").get(address(case), **HTMX).content.decode()


def test_both_chains_stay_in_view_once_the_finding_is_verified(case: Case, sign_in: SignIn) -> None:
    case.verify()
    page = sign_in("director").get(address(case), **HTMX).content.decode()
    assert page.count('<ol class="stepper">') == 2
    assert case.finding.number in sign_in("director").get("/verify/?kind=closing").content.decode()


def test_the_leader_sends_back_before_submission_with_a_reason(case: Case, sign_in: SignIn) -> None:
    closing = case.apply()
    url = address(case, f"refuse/{closing.pk}/")
    assert url not in sign_in("clerk").get(address(case), **HTMX).content.decode()
    client = sign_in("leader")
    assert post(client, url, {"version": closing.version, "reason": ""}).status_code == 422
    assert post(client, url, {"version": closing.version, "reason": "缺一份回单"}).status_code == 200
    closing.refresh_from_db()
    assert (closing.state, case.finding.state) == ("stopped", "in_progress")


def test_the_office_names_the_leader_in_charge_on_the_panel(case: Case, sign_in: SignIn) -> None:
    post_id = case.finding.leader_post_id
    url = address(case, "leader/")
    assert url not in sign_in("head").get(address(case), **HTMX).content.decode()
    client = sign_in("clerk")
    assert url in client.get(address(case), **HTMX).content.decode()
    assert post(client, url, {"version": case.finding.version, "post_id": ""}).status_code == 422
    assert post(client, url, {"version": case.finding.version, "post_id": post_id}).status_code == 200


def test_a_yearly_review_is_recorded_on_the_panel_and_counted_there(case: Case, sign_in: SignIn) -> None:
    fields = {"state": "long_term", "next_review": clock.today() + timedelta(days=10)}
    write.change(case.finding, fields, actor=SYSTEM, verb="make_long_term")
    assert case.finding.number in sign_in("verifier").get("/verify/?kind=review").content.decode()
    url, client = address(case, "review/"), sign_in("verifier")
    assert url not in sign_in("clerk").get(address(case), **HTMX).content.decode()
    typed = {"version": case.finding.version, "on": clock.today(), "passed": "yes", "method": "seen"}
    wrong = post(client, url, {**typed, "passed": "no", "text": "又有反弹"})
    assert (wrong.status_code, "又有反弹" in wrong.content.decode()) == (422, True)
    page = post(client, url, {**typed, "text": "抽查五笔，均按期到账"}).content.decode()
    assert "连续通过 1 次（需 2 次）" in page
    assert "抽查五笔" in page


def test_the_leading_group_makes_it_standing_on_its_page(case: Case, sign_in: SignIn) -> None:
    fields = {"state": "long_term", "next_review": clock.today() + timedelta(days=400)}
    write.change(case.finding, fields, actor=SYSTEM, verb="make_long_term")
    client, url = sign_in("member"), f"/finding/{case.finding.pk}/turn/make_standing/"
    typed = {"version": case.finding.version, "next_review": clock.today() + timedelta(days=700), "reason": "两年未反弹"}
    assert client.post(url, typed).status_code == 422
    passed = {"kind": "review", "method": "seen", "verdict": "passed", "holder": "user:1", "on": clock.today()}
    write.create_many([Check(finding=case.finding, **passed) for _ in range(2)], actor=SYSTEM, verb="passed")
    assert client.post(url, typed).status_code == 302
    assert case.finding.state == "standing"
