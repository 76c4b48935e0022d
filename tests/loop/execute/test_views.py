"""Pages of execution: what each shows, what a refused form keeps, and how a file is handed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiandi.loop.execute import actions
from jiandi.record.ledger import lifecycle, write
from jiandi.record.ledger.models import Claim, Evidence, Institution, Measure, ProgressNote
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_finding, make_measure, put_under
from tests.cast import Cast

SignIn = Callable[[str], Client]
HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.fixture
def measure(cast: Cast) -> Measure:
    row = make_measure(cast.finding)
    lifecycle.move(row, "approve", actor=SYSTEM)
    write.change(cast.finding, {"state": "planned"}, actor=SYSTEM, verb="plan")
    return row


def address(cast: Cast, tail: str = "") -> str:
    return f"/execute/panel/{cast.finding.pk}/{tail}"


def at_measure(cast: Cast, measure: Measure, name: str) -> str:
    return address(cast, f"measure/{measure.pk}/{name}/")


def post(client: Client, url: str, typed: dict[str, Any] | None = None, **more: Any) -> Any:
    return client.post(url, typed or {}, **HTMX, **more)


def test_the_index_shows_my_measures_in_few_queries(cast: Cast, measure: Measure, sign_in: SignIn) -> None:
    for _ in range(30):
        lifecycle.move(make_measure(cast.finding), "approve", actor=SYSTEM)
    client = sign_in("liaison")
    client.get("/execute/")
    with CaptureQueriesContext(connection) as seen:
        page = client.get("/execute/")
    assert page.status_code == 200
    assert measure.text in page.content.decode()
    assert len(own(seen)) <= 10


def own(seen: CaptureQueriesContext) -> list[str]:
    """Queries of the page itself: session, user and duties are everybody's."""
    common = ("django_session", "accounts_user", "accounts_duty", "accounts_installation")
    return [q["sql"] for q in seen.captured_queries if not any(f'FROM "{name}"' in q["sql"] for name in common)]


def test_an_outsider_sees_no_round_and_no_panel(cast: Cast, measure: Measure, sign_in: SignIn) -> None:
    client = sign_in("outsider")
    assert client.get("/execute/").status_code == 404
    assert client.get(address(cast)).status_code == 404


@pytest.mark.parametrize("only", ["late", "note", "waiting", "nonsense"])
def test_filters_answer(cast: Cast, measure: Measure, sign_in: SignIn, only: str) -> None:
    assert sign_in("liaison").get(f"/execute/?only={only}").status_code == 200


def test_one_sitting_files_many_measures(cast: Cast, measure: Measure, sign_in: SignIn) -> None:
    other = make_measure(cast.finding)
    lifecycle.move(other, "approve", actor=SYSTEM)
    client = sign_in("liaison")
    assert f"text-{other.pk}" in client.get("/execute/filing/").content.decode()
    typed = {f"text-{measure.pk}": "已核对", f"unchanged-{other.pk}": "1", "text-999": "外来"}
    assert client.post("/execute/filing/", typed).status_code == 302
    assert set(ProgressNote.objects.values_list("measure", "is_unchanged")) == {(measure.pk, False), (other.pk, True)}
    assert "<textarea" not in client.get("/execute/filing/").content.decode()


def test_a_support_unit_files_what_it_supports(cast: Cast, measure: Measure, sign_in: SignIn) -> None:
    assert f"text-{measure.pk}" not in sign_in("helper").get("/execute/filing/").content.decode()
    assert f"text-{measure.pk}" not in sign_in("clerk").get("/execute/filing/").content.decode()


def test_the_panel_offers_what_policy_allows(cast: Cast, measure: Measure, sign_in: SignIn) -> None:
    liaison = sign_in("liaison").get(address(cast), **HTMX).content.decode()
    assert at_measure(cast, measure, "claim") in liaison
    assert "<html" not in liaison
    helper = sign_in("helper").get(address(cast), **HTMX).content.decode()
    assert at_measure(cast, measure, "note") in helper
    assert at_measure(cast, measure, "claim") not in helper
    assert "<form" not in sign_in("member").get(address(cast), **HTMX).content.decode()
    assert "<html" in sign_in("liaison").get(address(cast)).content.decode()


def test_every_upload_warns_of_secrets(cast: Cast, measure: Measure, sign_in: SignIn) -> None:
    page = sign_in("liaison").get(address(cast), **HTMX).content.decode()
    assert 'class="secrecy"' in page


def test_the_panel_asks_no_more_for_more_measures(cast: Cast, measure: Measure, sign_in: SignIn) -> None:
    client = sign_in("liaison")
    client.get(address(cast), **HTMX)
    with CaptureQueriesContext(connection) as few:
        client.get(address(cast), **HTMX)
    for _ in range(5):
        make_measure(cast.finding)
    with CaptureQueriesContext(connection) as many:
        client.get(address(cast), **HTMX)
    assert len(many) == len(few)


def test_a_note_by_htmx_answers_with_the_fresh_panel(cast: Cast, measure: Measure, sign_in: SignIn) -> None:
    answer = post(sign_in("liaison"), at_measure(cast, measure, "note"), {"text": "已核对两笔"})
    assert answer.status_code == 200
    assert answer["HX-Trigger"] == "finding-changed"
    assert "已核对两笔" in answer.content.decode()


def test_without_script_a_post_leads_to_the_case_file(cast: Cast, measure: Measure, sign_in: SignIn) -> None:
    answer = sign_in("liaison").post(at_measure(cast, measure, "note"), {"text": "已核对"})
    assert (answer.status_code, answer["Location"]) == (303, f"/finding/{cast.finding.pk}/")


def test_a_refused_form_keeps_what_was_typed(cast: Cast, measure: Measure, sign_in: SignIn) -> None:
    answer = post(sign_in("liaison"), at_measure(cast, measure, "claim"), {"text": "已全部拨付完毕", "version": measure.version})
    assert answer.status_code == 422
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#execute-panel", "outerHTML")
    assert "已全部拨付完毕" in answer.content.decode()


def test_who_may_not_and_who_comes_late_are_told(cast: Cast, measure: Measure, sign_in: SignIn) -> None:
    assert post(sign_in("member"), at_measure(cast, measure, "note"), {"text": "甲"}).status_code == 403
    assert post(sign_in("liaison"), at_measure(cast, measure, "claim"), {"text": "甲", "version": 9}).status_code == 409


def test_a_measure_of_another_finding_is_not_reached(cast: Cast, measure: Measure, sign_in: SignIn) -> None:
    foreign = make_measure(make_finding(cast.round, cast.bureau))
    for name in ("note", "evidence", "said", "claim", "rule"):
        assert post(sign_in("liaison"), at_measure(cast, foreign, name), {"text": "甲"}).status_code == 404


def test_several_files_at_once_and_a_claim(cast: Cast, measure: Measure, sign_in: SignIn) -> None:
    client = sign_in("liaison")
    sent = [SimpleUploadedFile("凭证一.pdf", b"%PDF-1.7 1"), SimpleUploadedFile("部署会议纪要.pdf", b"%PDF-1.7 2")]
    assert post(client, at_measure(cast, measure, "evidence"), {"papers": sent}).status_code == 200
    assert sorted(Evidence.objects.values_list("kind", flat=True)) == ["act", "talk"]
    assert post(client, at_measure(cast, measure, "said"), {"text": ""}).status_code == 200
    measure.refresh_from_db()
    assert post(client, at_measure(cast, measure, "claim"), {"text": "已拨付", "version": measure.version}).status_code == 200
    claim = Claim.objects.get(kind="done")
    assert post(client, address(cast, f"claim/{claim.pk}/take-back/"), {"version": claim.version}).status_code == 200
    said = Claim.objects.get(kind="said")
    struck = post(sign_in("clerk"), address(cast, f"claim/{said.pk}/strike/"), {"version": said.version, "reason": "无文号"})
    assert struck.status_code == 200


def test_an_empty_file_and_a_lying_one_are_refused(cast: Cast, measure: Measure, sign_in: SignIn) -> None:
    for name, content in (("空.pdf", b""), ("图.png", b"<svg>")):
        sent = {"papers": SimpleUploadedFile(name, content)}
        assert post(sign_in("liaison"), at_measure(cast, measure, "evidence"), sent).status_code == 422
    assert not Evidence.objects.exists()


def test_a_rule_is_registered_and_put_in_force(cast: Cast, measure: Measure, sign_in: SignIn) -> None:
    client = sign_in("liaison")
    assert post(client, at_measure(cast, measure, "rule"), {"title": "拨付规定", "state": "drafted"}).status_code == 200
    rule = Institution.objects.get()
    typed = {"version": rule.version, "number": "水发〔2026〕3号", "issued_on": "2026-01-05", "first_proof_on": "2026-04-05"}
    assert post(client, address(cast, f"rule/{rule.pk}/in-force/"), typed).status_code == 200
    rule.refresh_from_db()
    assert rule.state == "in_force"


def test_the_head_hands_in_and_takes_back(cast: Cast, measure: Measure, sign_in: SignIn) -> None:
    write.change(measure, {"state": "done", "done_on": cast.finding.registered_on}, actor=SYSTEM, verb="accept")
    write.change(cast.finding, {"state": "in_progress"}, actor=SYSTEM, verb="start")
    put_under(cast.round, "self_check")
    client = sign_in("head")
    assert address(cast, "submit/") in client.get(address(cast), **HTMX).content.decode()
    assert post(client, address(cast, "submit/"), {"version": cast.finding.version}).status_code == 200
    cast.finding.refresh_from_db()
    assert cast.finding.state == "submitted"
    assert post(client, address(cast, "take-back/"), {"version": cast.finding.version}).status_code == 200


def test_what_waits_for_a_signature_is_taken_back_and_not_handed_in_twice(cast: Cast, measure: Measure, sign_in: SignIn) -> None:
    write.change(measure, {"state": "done", "done_on": cast.finding.registered_on}, actor=SYSTEM, verb="accept")
    write.change(cast.finding, {"state": "in_progress"}, actor=SYSTEM, verb="start")
    client = sign_in("head")
    page = post(client, address(cast, "submit/"), {"version": cast.finding.version}).content.decode()
    cast.finding.refresh_from_db()
    assert cast.finding.state == "in_progress"
    assert "分管领导" in page
    assert address(cast, "submit/") not in page
    assert post(client, address(cast, "submit/"), {"version": cast.finding.version}).status_code == 422
    back = post(client, address(cast, "take-back/"), {"version": cast.finding.version}).content.decode()
    assert address(cast, "submit/") in back


class TestFiles:
    def keep(self, cast: Cast, measure: Measure, name: str, content: bytes) -> str:
        row = actions.add_evidence(
            actor=cast.actor("liaison"), measure_id=measure.pk, title="", kind="act", chunks=[content], file_name=name
        )
        return f"/execute/file/{row.pk}/"

    def test_a_file_is_handed_over_and_never_run(self, cast: Cast, measure: Measure, sign_in: SignIn) -> None:
        answer: Any = sign_in("verifier").get(self.keep(cast, measure, "凭证.pdf", b"%PDF-1.7") + "?show=1")
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert b"".join(answer.streaming_content) == b"%PDF-1.7"

    def test_no_kept_file_is_shown_in_the_page_as_it_is(self, cast: Cast, measure: Measure, sign_in: SignIn) -> None:
        url = self.keep(cast, measure, "现场.png", PNG)
        asked: Any = sign_in("verifier").get(f"{url}?show=1")
        assert asked["Content-Disposition"].startswith("attachment")
        assert b"".join(asked.streaming_content) == PNG
        handed: Any = sign_in("verifier").get(url)
        assert handed["Content-Disposition"].startswith("attachment")
        assert b"".join(handed.streaming_content) == PNG

    def test_who_does_not_see_the_measure_does_not_see_the_file(self, cast: Cast, measure: Measure, sign_in: SignIn) -> None:
        url = self.keep(cast, measure, "凭证.pdf", b"%PDF-1.7")
        assert sign_in("outsider").get(url).status_code == 404
        assert sign_in("system").get(url).status_code == 404
        assert Client().get(url).status_code == 302

    def test_a_paper_held_offline_has_no_file(self, cast: Cast, measure: Measure, sign_in: SignIn) -> None:
        row = actions.add_evidence(actor=cast.actor("liaison"), measure_id=measure.pk, title="卷宗", kind="act", held_offline="机要室")
        assert sign_in("liaison").get(f"/execute/file/{row.pk}/").status_code == 404
