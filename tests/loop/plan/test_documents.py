"""Papers beside a plan: the signed pledge, meetings without names, days on the way to a due date, two versions compared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.plan import actions, queries
from jiandi.record.accounts.models import Post
from jiandi.record.ledger import schedules
from jiandi.record.ledger.models import Measure, MeetingRecord, PlanRemark, PlanReview, PlanVersion, Pledge
from jiandi.record.regimes import milestones
from jiandi.record.regimes.calendar import WorkCalendar
from jiandi.record.regimes.parts import Milestone, Name
from tests.builders import make_measure
from tests.cast import Cast
from tests.loop.plan.plan_makers import approve, approved, submit, whole

SignIn = Callable[[str], Client]
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def url(name: str, *args: int) -> str:
    return reverse(f"plan:{name}", args=args)


@pytest.fixture
def plan(cast: Cast) -> PlanVersion:
    whole(cast)
    return submit(cast)


def pledge(cast: Cast, plan: PlanVersion, name: str = "head", **fields: Any) -> Pledge:
    plan.refresh_from_db()
    given = {"chunks": [PDF], "file_name": "签字页.pdf", "signed_on": clock.today(), "version": plan.version, **fields}
    return actions.add_pledge(actor=cast.actor(name), plan_id=plan.pk, **given)


class TestPledge:
    def test_a_later_scan_replaces_the_earlier_which_stays(self, cast: Cast, plan: PlanVersion) -> None:
        first = pledge(cast, plan)
        second = pledge(cast, plan, chunks=[PDF + b"2"])
        first.refresh_from_db()
        assert (first.state, queries.pledge_of(plan)) == ("replaced", second)

    def test_only_the_head_of_the_unit_pledges(self, cast: Cast, plan: PlanVersion) -> None:
        for name in ("liaison", "clerk"):
            with pytest.raises(NotAllowed):
                pledge(cast, plan, name)
        with pytest.raises(NotFound):
            pledge(cast, plan, "outsider")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"chunks": None},
            {"chunks": [b""]},
            {"chunks": [b"<html>"]},
            {"file_name": "签字页.exe"},
            {"signed_on": date(2099, 1, 1)},
            {"signed_on": date(1999, 1, 1)},
        ],
    )
    def test_what_is_no_scan_or_no_day_is_refused(self, cast: Cast, plan: PlanVersion, wrong: dict[str, Any]) -> None:
        with pytest.raises(BadInput):
            pledge(cast, plan, **wrong)
        assert not Pledge.objects.exists()

    def test_a_returned_version_is_not_pledged(self, cast: Cast, plan: PlanVersion) -> None:
        actions.return_plan(actor=cast.actor("clerk"), plan_id=plan.pk, opinion="补充", version=plan.version)
        with pytest.raises(RuleBroken):
            pledge(cast, plan)
        with pytest.raises(Conflict):
            pledge(cast, plan, version=1)

    def test_a_version_without_a_pledge_is_marked(self, cast: Cast, plan: PlanVersion, sign_in: SignIn) -> None:
        client = sign_in("head")
        assert "未签字背书" in client.get(url("version", plan.pk)).content.decode()
        paper = SimpleUploadedFile("签字页.pdf", PDF)
        sent = client.post(url("pledge", plan.pk), {"version": plan.version, "signed_on": clock.today().isoformat(), "paper": paper})
        assert sent.status_code == 303
        assert "未签字背书" not in client.get(url("version", plan.pk)).content.decode()
        answer = client.get(url("pledge_file", plan.pk))
        assert answer.getvalue() == PDF
        assert answer["X-Content-Type-Options"] == "nosniff"


def keep(cast: Cast, name: str = "liaison", **fields: Any) -> MeetingRecord:
    day = cast.round.feedback_on + timedelta(days=12)
    given = {"unit_id": cast.bureau.pk, "kind": "life", "held_on": day, "expected": 9, "present": 8, "minutes": "纪要〔2026〕6号"}
    return actions.keep_meeting(actor=cast.actor(name), round_id=cast.round.pk, **{**given, **fields})


class TestMeetings:
    def test_a_meeting_is_a_day_counts_and_numbers(self, cast: Cast) -> None:
        keep(cast)
        (row,) = queries.meetings(cast.actor("clerk"), cast.round, None).rows
        assert (row.days, row.is_late) == (12, False)

    def test_there_is_no_room_for_a_name_or_a_speech(self) -> None:
        texts = {f.name for f in MeetingRecord._meta.get_fields() if f.get_internal_type() in {"CharField", "TextField"}}
        assert texts == {"trail_digest", "file_name", "media_type", "digest", "algorithm", "kind", "minutes", "state"}

    def test_later_than_asked_is_shown(self, cast: Cast) -> None:
        keep(cast, kind="study", held_on=cast.round.feedback_on + timedelta(days=16))
        assert [row.is_late for row in queries.meetings(cast.actor("clerk"), cast.round, None).rows] == [True]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"kind": "party"}, {"present": 10}, {"present": -1}, {"expected": 0, "present": 0}, {"expected": 999}, {"minutes": " "},
            {"held_on": date(2001, 1, 1)}, {"held_on": date(2099, 1, 1)}, {"sat_in": -1}, {"chair_id": 999_999}, {"chunks": [b"<html>"], "file_name": "x.pdf"},
        ],
    )  # fmt: skip
    def test_counts_days_and_posts_that_cannot_be_are_refused(self, cast: Cast, wrong: dict[str, Any]) -> None:
        with pytest.raises(BadInput):
            keep(cast, **wrong)

    def test_the_chair_is_a_post_of_the_unit(self, cast: Cast) -> None:
        assert keep(cast, chair_id=Post.objects.get(title="head岗").pk).chair is not None
        with pytest.raises(BadInput):
            keep(cast, chair_id=Post.objects.get(title="clerk岗").pk, kind="study")

    def test_the_unit_and_the_office_record_and_nobody_else(self, cast: Cast) -> None:
        keep(cast, "clerk")
        for name in ("verifier", "member", "outsider"):
            with pytest.raises((NotAllowed, NotFound)):
                keep(cast, name, kind="study")

    def test_one_record_a_day_and_a_wrong_one_is_struck_out_with_a_reason(self, cast: Cast) -> None:
        first = keep(cast)
        with pytest.raises(RuleBroken, match="twice"):
            keep(cast)
        with pytest.raises(RuleBroken):
            actions.strike_meeting(actor=cast.actor("liaison"), meeting_id=first.pk, reason=" ", version=first.version)
        with pytest.raises(Conflict):
            actions.strike_meeting(actor=cast.actor("liaison"), meeting_id=first.pk, reason="误记", version=9)
        with pytest.raises(NotFound):
            actions.strike_meeting(actor=cast.actor("outsider"), meeting_id=first.pk, reason="误记", version=first.version)
        actions.strike_meeting(actor=cast.actor("liaison"), meeting_id=first.pk, reason="误记", version=first.version)
        keep(cast)

    def test_the_page_records_one_and_shows_faults_in_the_form(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in("liaison")
        typed = {"unit": cast.bureau.pk, "kind": "life", "held_on": clock.today().isoformat(), "expected": 9, "present": 9, "sat_in": 1}
        assert client.post(url("meetings"), typed).status_code == 422
        assert client.post(url("meetings"), {**typed, "minutes": "6号", "present": 12}).status_code == 422
        assert client.post(url("meetings"), {**typed, "minutes": "6号"}).status_code == 303
        assert MeetingRecord.objects.get().sat_in == 1


def named(code: str, **fields: int) -> Milestone:
    return Milestone(code, Name(code, code), **fields)


WEEKDAYS = WorkCalendar()


class TestMilestones:
    def test_days_are_working_days_back_from_the_due_date(self) -> None:
        marks = milestones.back_from(date(2026, 3, 31), date(2026, 1, 1), [named("check", days_before=5)], WEEKDAYS, {})
        assert marks == [milestones.Mark("check", date(2026, 3, 24))]

    def test_holidays_are_not_worked(self) -> None:
        calendar = WorkCalendar(overrides={date(2026, 3, 30): False, date(2026, 3, 27): False})
        (mark,) = milestones.back_from(date(2026, 3, 31), date(2026, 1, 1), [named("check", days_before=1)], calendar, {})
        assert mark.on == date(2026, 3, 26)

    def test_per_cent_count_from_the_start(self) -> None:
        half, whole_ = date(2026, 1, 15), date(2026, 1, 29)
        (mark,) = milestones.back_from(whole_, date(2026, 1, 1), [named("half", percent=50)], WEEKDAYS, {})
        assert mark.on == half

    def test_they_never_lie_before_the_start_nor_after_the_due_date(self) -> None:
        wanted = [named("a", days_before=200), named("b", percent=95), named("c", days_before=0)]
        for start, due in [
            (date(2026, 3, 1), date(2026, 3, 10)),
            (date(2026, 3, 10), date(2026, 3, 10)),
            (date(2026, 4, 1), date(2026, 3, 10)),
        ]:
            for mark in milestones.back_from(due, start, wanted, WEEKDAYS, {}):
                assert min(start, due) <= mark.on <= due

    def test_own_days_win(self) -> None:
        own = {"check": date(2026, 3, 2)}
        (mark,) = milestones.back_from(date(2026, 3, 31), date(2026, 1, 1), [named("check", days_before=5)], WEEKDAYS, own)
        assert (mark.on, mark.is_own) == (date(2026, 3, 2), True)

    @pytest.mark.parametrize("days", [0, 6, 7, 100, 400, 3000])
    def test_periods_cover_the_time_without_gap_in_few_columns(self, days: int) -> None:
        first = date(2026, 5, 6)
        found = milestones.periods(first, first + timedelta(days=days))
        assert len(found) <= milestones.MOST_PERIODS
        assert found[0].first <= first <= found[0].last
        assert found[-1].holds(first + timedelta(days=days))
        assert all(b.first - a.last == timedelta(days=1) for a, b in pairwise(found))

    def test_the_lead_sets_a_day_and_goes_back(self, cast: Cast) -> None:
        first, _second = approved(cast)
        day = first.due - timedelta(days=3)
        self.set(cast, first, on=day)
        (line, _other) = self.lines(cast)
        assert [m.on for m in line.marks if m.is_own] == [day]
        self.set(cast, first, on=None)
        assert not [m for line in self.lines(cast) for m in line.marks if m.is_own]

    def lines(self, cast: Cast) -> list[schedules.Line]:
        found = schedules.measures_of(cast.actor("liaison"), cast.round, cast.bureau.pk)
        return schedules.of_measures(cast.round, found).lines

    def set(self, cast: Cast, measure: Measure, name: str = "liaison", **fields: Any) -> None:
        measure.refresh_from_db()
        given = {"code": "check", "on": measure.due, "version": measure.version, **fields}
        actions.set_milestone(actor=cast.actor(name), measure_id=measure.pk, **given)

    def test_days_outside_other_people_and_unknown_milestones_are_refused(self, cast: Cast) -> None:
        first, _second = approved(cast)
        for wrong in ({"on": first.due + timedelta(days=1)}, {"on": date(2001, 1, 1)}, {"code": "nothing"}):
            with pytest.raises(BadInput):
                self.set(cast, first, **wrong)
        with pytest.raises(NotAllowed):
            self.set(cast, first, "clerk")
        with pytest.raises(NotFound):
            self.set(cast, first, "outsider")
        with pytest.raises(Conflict):
            self.set(cast, first, version=99)

    def test_the_schedule_costs_the_same_for_many_measures(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in("liaison")

        def reads() -> int:
            client.get(url("schedule"))
            with CaptureQueriesContext(connection) as found:
                assert client.get(url("schedule")).status_code == 200
            return len(found)

        make_measure(cast.finding)
        few = reads()
        for _n in range(6):
            make_measure(cast.finding)
        assert reads() == few


class TestPages:
    def test_two_versions_stand_side_by_side(self, cast: Cast, sign_in: SignIn) -> None:
        first, _second = approved(cast)
        actions.ask_change(
            actor=cast.actor("liaison"), measure_id=first.pk, version=first.version, reason="核减", text="推进126个项目账目核对"
        )
        plan = submit(cast)
        page = sign_in("head").get(url("compare", plan.pk)).content.decode()
        assert "完成126个项目账目核对" in page
        assert "推进126个项目账目核对" in page
        assert "弱化1项" in page
        assert sign_in("outsider").get(url("compare", plan.pk)).status_code == 404

    @pytest.mark.parametrize("with_", ["x", "-1", "9" * 30, "999999"])
    def test_a_version_that_is_not_there_is_not_found_or_the_same(self, cast: Cast, plan: PlanVersion, sign_in: SignIn, with_: str) -> None:
        assert sign_in("head").get(url("compare", plan.pk), {"with": with_}).status_code in {200, 404}

    def test_the_office_sends_the_party_answers_and_the_office_merges(self, cast: Cast, plan: PlanVersion, sign_in: SignIn) -> None:
        clerk, day = sign_in("clerk"), (clock.today() + timedelta(days=2)).isoformat()
        sent = clerk.post(url("send", plan.pk), {"version": plan.version, "due": day, "unit_0": cast.stranger.pk, "name_0": "纪检监察机关"})
        assert sent.status_code == 303
        review = PlanReview.objects.get()
        outsider = sign_in("outsider")
        assert "提出意见" in outsider.get(url("review", review.pk)).content.decode()
        about = f"{cast.finding.pk}-{Measure.objects.order_by('pk')[0].pk}"
        typed = {"version": review.version, "word": "object", "about_0": about, "text_0": "缺少时限<script>"}
        assert outsider.post(url("review", review.pk), {**typed, "word": ""}).status_code == 422
        assert outsider.post(url("review", review.pk), {**typed, "text_0": ""}).status_code == 422
        assert outsider.post(url("review", review.pk), typed).status_code == 303
        page = sign_in("clerk").get(url("version", plan.pk)).content.decode()
        assert "缺少时限&lt;script&gt;" in page
        remark = PlanRemark.objects.get()
        answer = sign_in("director").post(url("answer_remark", remark.pk), {"version": remark.version, "taken": "0", "reply": "已写明"})
        assert answer.status_code == 303
        remark.refresh_from_db()
        assert (remark.state, remark.reply) == ("not_taken", "已写明")

    def test_the_version_page_costs_the_same_for_many_points(self, cast: Cast, plan: PlanVersion, sign_in: SignIn) -> None:
        client = sign_in("clerk")
        given = {"due": clock.today(), "word": "amend", "remarks_count": 1, "state": "answered", "answered_at": clock.now()}
        units = [cast.audit, cast.stranger, cast.office, cast.helper]

        def reads(count: int) -> int:
            for unit in units[:count]:
                review, _new = PlanReview.objects.get_or_create(
                    plan=plan, unit=unit, defaults={"of": cast.bureau, "name": unit.name, **given}
                )
                for n in range(1, 4):
                    PlanRemark.objects.get_or_create(review=review, number=n, defaults={"finding": cast.finding, "text": "请补充"})
            client.get(url("version", plan.pk))
            with CaptureQueriesContext(connection) as found:
                client.get(url("version", plan.pk))
            return len(found)

        assert reads(1) == reads(4)

    def test_a_change_is_asked_on_its_page(self, cast: Cast, sign_in: SignIn) -> None:
        first, _second = approved(cast)
        client, there = sign_in("liaison"), url("ask_change", cast.finding.pk, first.pk)
        assert first.text in client.get(there).content.decode()
        typed = {"version": first.version, "text": "推进", "lead": cast.bureau.pk, "due_text": first.due_text, "standard": first.standard}
        assert client.post(there, typed).status_code == 422
        assert client.post(there, {**typed, "reason": "核减", "due_text": "尽快"}).status_code == 422
        assert client.post(there, {**typed, "reason": "核减"}).status_code == 303
        assert client.get(url("ask_change", cast.finding.pk, first.pk)).status_code == 200
        panel = client.get(url("panel", cast.finding.pk)).content.decode()
        assert "已申请调整" in panel

    def test_what_was_weakened_has_an_empty_page_first(self, cast: Cast, sign_in: SignIn) -> None:
        assert "没有措施被取消或弱化" in sign_in("member").get(url("weakened")).content.decode()
        first, _second = approved(cast)
        actions.ask_change(
            actor=cast.actor("liaison"), measure_id=first.pk, version=first.version, reason="核减", text="推进126个项目账目核对"
        )
        approve(cast, submit(cast))
        assert "推进126个项目账目核对" in sign_in("member").get(url("weakened")).content.decode()
        assert "推进126个项目账目核对" not in sign_in("helper").get(url("weakened")).content.decode()
