"""Writing by key: the same actions as the pages, refused for the same reasons, and never on an unseen version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from jiandi.base import clock
from jiandi.loop.execute import actions as execute
from jiandi.loop.plan import actions as plans
from jiandi.loop.verify import actions as verify
from jiandi.record.ledger import lifecycle, write
from jiandi.record.ledger.models import Claim, Closing, Finding, Measure, PlanVersion
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_cause, make_measure
from tests.cast import Cast
from tests.interfaces.api.program import Program, key_of, program

YES = {"to_the_bottom": True, "thorough": True, "in_place": True}


@dataclass
class Way:
    """One finding with one measure, moved on by the product's own actions as far as a test needs."""

    cast: Cast
    measure: Measure

    @property
    def finding(self) -> Finding:
        return Finding.objects.get(pk=self.cast.finding.pk)

    def again(self) -> Measure:
        self.measure.refresh_from_db()
        return self.measure

    def prove(self) -> Measure:
        proof = {"title": "凭证", "kind": "act", "chunks": [b"%PDF-1.7\n"], "file_name": "凭证.pdf"}
        execute.add_evidence(actor=self.cast.actor("liaison"), measure_id=self.measure.pk, **proof)  # type: ignore[arg-type]
        return self.again()

    def claim(self) -> Claim:
        version = self.prove().version
        return execute.claim_done(actor=self.cast.actor("liaison"), measure_id=self.measure.pk, text="已拨付", version=version)

    def accept(self) -> Finding:
        claim = self.claim()
        verdict = {"verdict": "met", "method": "seen", "text": "属实", "version": claim.version}
        verify.accept_claim(actor=self.cast.actor("verifier"), claim_id=claim.pk, **verdict)  # type: ignore[arg-type]
        return self.finding

    def apply(self) -> Closing:
        """Signed by the head; the leader in charge signs next."""
        execute.submit_finding(actor=self.cast.actor("head"), finding_id=self.finding.pk, version=self.accept().version)
        return Closing.objects.get(finding=self.finding)

    def submit(self) -> Finding:
        closing = self.apply()
        verify.sign_closing(actor=self.cast.actor("leader"), closing_id=closing.pk, opinion="同意", version=closing.version)
        return self.finding


@pytest.fixture
def way(cast: Cast) -> Way:
    measure = make_measure(cast.finding)
    lifecycle.move(measure, "approve", actor=SYSTEM)
    write.change(cast.finding, {"state": "planned"}, actor=SYSTEM, verb="plan")
    return Way(cast, measure)


def by(way: Way, who: str) -> Program:
    return program(way.cast.people[who])


def handed_in(way: Way) -> PlanVersion:
    """The bureau's plan, complete and under review, with its finding registered again."""
    write.change(way.cast.finding, {"state": "registered"}, actor=SYSTEM, verb="edit")
    complete(way)
    return plans.submit_plan(actor=way.cast.actor("head"), round_id=way.cast.round.pk, unit_id=way.cast.bureau.pk)


def complete(way: Way) -> None:
    make_cause(way.cast.finding)
    make_measure(way.cast.finding, text="修订拨付办法", kind="prevent", horizon="lasting", rule_verb="revise", method="read")


@dataclass(frozen=True)
class Step:
    """One endpoint: how to bring the record there, who may, who may see but not do, what to send, and what stands then."""

    name: str
    ready: Callable[[Way], tuple[str, int | None]]
    who: str
    not_who: str
    body: dict[str, Any]
    state: str = ""
    status: int = 200


def _note(way: Way) -> tuple[str, int | None]:
    return f"/measures/{way.measure.pk}/notes", None


def _claim(way: Way) -> tuple[str, int | None]:
    return f"/measures/{way.measure.pk}/claims", way.prove().version


def _submit(way: Way) -> tuple[str, int | None]:
    return f"/findings/{way.finding.pk}/submit", way.accept().version


def _on_claim(verb: str) -> Callable[[Way], tuple[str, int | None]]:
    def ready(way: Way) -> tuple[str, int | None]:
        claim = way.claim()
        return f"/claims/{claim.pk}/{verb}", claim.version

    return ready


def _on_application(verb: str) -> Callable[[Way], tuple[str, int | None]]:
    def ready(way: Way) -> tuple[str, int | None]:
        closing = way.apply()
        return f"/closings/{closing.pk}/{verb}", closing.version

    return ready


def _on_finding(verb: str) -> Callable[[Way], tuple[str, int | None]]:
    def ready(way: Way) -> tuple[str, int | None]:
        return f"/findings/{way.finding.pk}/{verb}", way.submit().version

    return ready


def _plan(way: Way) -> tuple[str, int | None]:
    write.change(way.cast.finding, {"state": "registered"}, actor=SYSTEM, verb="edit")
    complete(way)
    return "/plans", None


def _on_plan(verb: str) -> Callable[[Way], tuple[str, int | None]]:
    def ready(way: Way) -> tuple[str, int | None]:
        plan = handed_in(way)
        return f"/plans/{plan.pk}/{verb}", plan.version

    return ready


def _turn(way: Way) -> tuple[str, int | None]:
    write.change(way.cast.finding, {"state": "in_progress"}, actor=SYSTEM, verb="edit")
    return f"/findings/{way.finding.pk}/turns/call_basically_done", way.finding.version


SEEN: dict[str, Any] = {"method": "seen", "text": "现场核对属实"}
STEPS = (
    Step("note", _note, "liaison", "clerk", {"text": "已核对账目"}, status=201),
    Step("claim", _claim, "liaison", "verifier", {"kind": "done", "text": "已拨付"}, "raised", 201),
    Step("submit", _submit, "head", "liaison", {}, "in_progress"),
    Step("sign", _on_application("sign"), "leader", "head", {"opinion": "同意"}, "finished"),
    Step("refuse", _on_application("refuse"), "leader", "clerk", {"reason": "缺一份凭证"}, "stopped"),
    Step("accept claim", _on_claim("accept"), "verifier", "head", {"verdict": "met", **SEEN}, "accepted"),
    Step("return claim", _on_claim("return"), "verifier", "clerk", {"reason": "incomplete"}, "returned"),
    Step(
        "accept finding", _on_finding("accept"), "department", "verifier", {"verdicts": {"1": "met"}, "questions": YES, **SEEN}, "verified"
    ),
    Step("return finding", _on_finding("return"), "verifier", "head", {"reason": "no_effect", "measures": [1]}, "in_progress"),
    Step("hand in plan", _plan, "head", "liaison", {}, "submitted", 201),
    Step("approve plan", _on_plan("approve"), "clerk", "head", {"opinion": "同意"}, "approved"),
    Step("return plan", _on_plan("return"), "clerk", "head", {"opinion": "请补充"}, "returned"),
    Step("turn", _turn, "clerk", "head", {"stage_goal": "首批到账", "next_review": "2030-01-01", "reason": "分期"}, "basically_done"),
)
GUARDED = [s for s in STEPS if s.name not in ("note", "hand in plan")]
every = pytest.mark.parametrize("step", STEPS, ids=lambda s: s.name.replace(" ", "_"))
guarded = pytest.mark.parametrize("step", GUARDED, ids=lambda s: s.name.replace(" ", "_"))


def ready(way: Way, step: Step) -> tuple[str, int | None, dict[str, Any]]:
    path, version = step.ready(way)
    body = {"round_id": way.cast.round.pk, "unit_id": way.cast.bureau.pk} if path == "/plans" else step.body
    return path, version, body


@every
def test_whose_duty_it_is_may(way: Way, step: Step) -> None:
    path, version, body = ready(way, step)
    answer = by(way, step.who).post(path, body, version)
    assert answer.status_code == step.status, answer.content.decode()
    if step.state:
        given = answer.json()
        assert given["state"] == step.state
        assert answer["ETag"] == f'"{given["version"]}"'


@every
def test_who_sees_it_without_the_duty_is_refused(way: Way, step: Step) -> None:
    path, version, body = ready(way, step)
    answer = by(way, step.not_who).post(path, body, version)
    assert (answer.status_code, set(answer.json()) >= {"code", "message"}) == (403, True)


@every
def test_what_one_may_not_see_does_not_exist(way: Way, step: Step) -> None:
    path, version, body = ready(way, step)
    for who in ("outsider", "auditor"):
        assert by(way, who).post(path, body, version).status_code == 404


@every
def test_a_key_that_only_reads_writes_nothing(way: Way, step: Step) -> None:
    path, version, body = ready(way, step)
    answer = Program(key_of(way.cast.people[step.who], "read")).post(path, body, version)
    assert (answer.status_code, answer.json()["code"]) == (403, "api.read_only")


@guarded
def test_a_write_says_which_version_it_was_decided_on(way: Way, step: Step) -> None:
    path, _version, body = ready(way, step)
    answer = by(way, step.who).post(path, body)
    assert (answer.status_code, answer.json()["code"]) == (428, "api.version_missing")
    assert "If-Match" in answer.json()["message"]


@guarded
def test_a_stale_version_loses_and_both_are_told(way: Way, step: Step) -> None:
    path, version, body = ready(way, step)
    assert version
    answer = by(way, step.who).post(path, body, version + 7)
    told = answer.json()
    assert (answer.status_code, told["mine"]) == (409, {"version": version + 7})
    assert told["theirs"]["version"] == version


def test_a_program_reads_whose_signature_is_next(way: Way) -> None:
    closing = way.apply()
    listed = by(way, "leader").get(f"/findings/{way.finding.pk}/closings").json()
    one = by(way, "leader").get(f"/closings/{closing.pk}")
    assert listed == [one.json()]
    assert one["ETag"] == f'"{closing.version}"'
    assert [(s["role"], bool(s["signed_at"])) for s in one.json()["steps"]] == [("head", True), ("leader", False)]
    assert by(way, "outsider").get(f"/closings/{closing.pk}").status_code == 404


def test_a_refusal_lists_everything_unmet(way: Way) -> None:
    answer = by(way, "head").post(f"/findings/{way.finding.pk}/submit", {}, way.finding.version)
    assert (answer.status_code, answer.json()["code"]) == (422, "finding.submit")
    write.change(way.cast.finding, {"state": "in_progress"}, actor=SYSTEM, verb="edit")
    answer = by(way, "head").post(f"/findings/{way.finding.pk}/submit", {}, way.finding.version)
    assert answer.json()["unmet"] == ["Measure 1 is not accepted as done. Finish it and have it checked."]


def test_said_needs_no_evidence_of_an_act_and_nobody_accepts_it(way: Way) -> None:
    proof = {"title": "通知", "kind": "talk", "chunks": [b"%PDF-1.7\n"], "file_name": "通知.pdf"}
    execute.add_evidence(actor=way.cast.actor("liaison"), measure_id=way.measure.pk, **proof)  # type: ignore[arg-type]
    version = way.again().version
    answer = by(way, "liaison").post(f"/measures/{way.measure.pk}/claims", {"kind": "said"}, version)
    assert (answer.status_code, answer.json()["state"]) == (201, "stated")
    refused = by(way, "verifier").post(f"/claims/{answer.json()['id']}/accept", {"verdict": "met", **SEEN}, 1)
    assert refused.status_code == 422


def test_the_claimant_with_a_verifiers_duty_does_not_judge(way: Way) -> None:
    claim = way.claim()
    answer = by(way, "verifier2").post(f"/claims/{claim.pk}/accept", {"verdict": "met", **SEEN}, claim.version)
    assert answer.status_code == 200
    finding = way.submit if way.finding.state == "submitted" else None
    assert finding is None
    body = {"verdict": "met", **SEEN}
    again = by(way, "verifier").post(f"/claims/{claim.pk}/accept", body, claim.version + 1)
    assert (again.status_code, again.json()["code"]) == (422, "measure.accept")


def test_claims_and_plans_are_read_with_the_version_to_send_back(way: Way) -> None:
    claim = way.claim()
    one = by(way, "verifier").get(f"/claims/{claim.pk}")
    listed = by(way, "verifier").get(f"/measures/{way.measure.pk}/claims").json()
    assert (one["ETag"], [c["id"] for c in listed]) == (f'"{claim.version}"', [claim.pk])
    assert by(way, "outsider").get(f"/claims/{claim.pk}").status_code == 404
    plan = PlanVersion.objects.create(
        round=way.cast.round, unit=way.cast.bureau, number=1, body="{}", algorithm="sha256", digest="0" * 64, submitted_at=clock.now()
    )
    assert by(way, "clerk").get(f"/plans/{plan.pk}")["ETag"] == '"1"'
    assert by(way, "outsider").get(f"/plans/{plan.pk}").status_code == 404


def test_an_unknown_turn_does_not_exist(way: Way) -> None:
    assert by(way, "clerk").post(f"/findings/{way.finding.pk}/turns/close", {}, 1).status_code == 404


class TestKeys:
    def test_without_a_key_nothing_is_told(self, way: Way) -> None:
        for key in ("", "jd_unknown"):
            answer = Program(key).get(f"/findings/{way.finding.pk}")
            assert (answer.status_code, answer.json()["code"]) == (401, "api.no_key")

    def test_an_expired_key_is_no_key(self, way: Way) -> None:
        key = key_of(way.cast.people["clerk"], days=1)
        with clock.at(clock.now() + timedelta(days=2)):
            assert Program(key).get("/findings").status_code == 401

    def test_the_key_of_a_locked_person_is_no_key(self, way: Way) -> None:
        user = way.cast.people["clerk"]
        caller = program(user)
        assert caller.get("/findings").status_code == 200
        write.change(user, {"is_active": False}, actor=SYSTEM, verb="lock_user")
        assert caller.get("/findings").status_code == 401

    def test_a_key_does_no_more_than_its_person_may_today(self, way: Way) -> None:
        user = way.cast.people["clerk"]
        caller = program(user)
        duty = user.duties.get()
        write.change(duty, {"until": clock.today() - timedelta(days=1)}, actor=SYSTEM, verb="end_duty")
        assert caller.get(f"/findings/{way.finding.pk}").status_code == 404


@pytest.mark.parametrize("body", ["{", "[]", '"x"', "\\", '{"text": "\\u0000"}', '{"text": "\\ud800"}', '{"on": "gestern", "text": "a"}'])
def test_a_body_that_does_not_fit_is_a_fault_not_a_crash(way: Way, body: str) -> None:
    answer = by(way, "liaison").post(f"/measures/{way.measure.pk}/notes", body)
    assert (answer.status_code, set(answer.json()) >= {"code", "message"}) == (422, True)


@pytest.mark.parametrize("number", ["0", "99999999999999999999999", "-1", "1.5", "x"])
def test_a_number_out_of_range_is_a_miss_not_a_crash(way: Way, number: str) -> None:
    for path in ("/findings/{}", "/claims/{}", "/plans/{}", "/measures/{}"):
        assert by(way, "clerk").get(path.format(number)).status_code in (404, 422)


@pytest.mark.parametrize("sent", ['"x"', "*", '"-1"', '"1", "2"', '"9999999999999999999999"'])
def test_an_if_match_without_one_version_counts_as_none(way: Way, sent: str) -> None:
    etag = sent.strip('"')
    assert by(way, "head").post(f"/findings/{way.finding.pk}/submit", {}, etag).status_code == 428
