"""Opinions of several parties and the chain of signatures: who speaks, who signs, and what approval waits for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.interfaces.desk import waiting
from jiandi.loop.plan import actions, queries
from jiandi.loop.plan.actions import Point
from jiandi.record.ledger.models import PlanPart, PlanRemark, PlanReview, PlanVersion
from tests.builders import make_unit, put_under
from tests.cast import Cast
from tests.loop.plan.plan_makers import approve, approved, submit, whole


@pytest.fixture
def plan(cast: Cast) -> PlanVersion:
    whole(cast)
    return submit(cast)


def send(cast: Cast, plan: PlanVersion, *units: int, name: str = "clerk", days: int = 3, version: int | None = None) -> list[PlanReview]:
    plan.refresh_from_db()
    parties = [("审核方", unit) for unit in units or (cast.audit.pk, cast.stranger.pk)]
    day = clock.today() + timedelta(days=days)
    at = plan.version if version is None else version
    return actions.send_for_review(actor=cast.actor(name), plan_id=plan.pk, parties=parties, due=day, version=at)


def give(cast: Cast, review: PlanReview, name: str, word: str = "amend", **more: Any) -> PlanReview:
    points = more.pop("points", [Point("请明确完成时限", cast.finding.pk)] if word != "agree" else [])
    return actions.give_opinion(actor=cast.actor(name), review_id=review.pk, word=word, points=points, version=review.version, **more)


def unmet(refused: pytest.ExceptionInfo[RuleBroken]) -> set[str]:
    return {u.code for u in refused.value.unmet}


def test_parties_are_asked_at_once_and_each_speaks_once(cast: Cast, plan: PlanVersion) -> None:
    first, second = send(cast, plan)
    give(cast, second, "outsider", "agree")
    give(cast, first, "verifier")
    assert [r.state for r in PlanReview.objects.all()] == ["answered", "answered"]
    with pytest.raises(Conflict):
        give(cast, PlanReview(pk=first.pk, version=1), "verifier2")
    first.refresh_from_db()
    with pytest.raises(RuleBroken):
        give(cast, first, "verifier2")


def test_the_unit_of_the_plan_and_those_below_it_are_never_asked(cast: Cast, plan: PlanVersion) -> None:
    below = make_unit("市水务局规划科", cast.bureau)
    for unit in (cast.bureau, below):
        with pytest.raises(RuleBroken, match="own"):
            send(cast, plan, unit.pk)


@pytest.mark.parametrize("name", ["head", "supervisor", "member", "verifier"])
def test_only_the_office_sends(cast: Cast, plan: PlanVersion, name: str) -> None:
    with pytest.raises((NotAllowed, NotFound)):
        send(cast, plan, name=name)


def test_a_party_is_asked_once_and_of_a_unit_that_exists(cast: Cast, plan: PlanVersion) -> None:
    send(cast, plan, cast.audit.pk)
    with pytest.raises(RuleBroken, match="asked"):
        send(cast, plan, cast.audit.pk)
    for units in [(cast.stranger.pk, cast.stranger.pk), (99999,)]:
        with pytest.raises(BadInput):
            send(cast, plan, *units)
    with pytest.raises(BadInput, match="due"):
        send(cast, plan, cast.stranger.pk, days=-1)
    with pytest.raises(Conflict):
        send(cast, plan, cast.stranger.pk, version=plan.version + 7)


def test_who_is_not_of_the_party_does_not_speak_for_it(cast: Cast, plan: PlanVersion) -> None:
    first, _second = send(cast, plan)
    with pytest.raises(NotAllowed):
        give(cast, first, "head")
    with pytest.raises(NotFound):
        give(cast, first, "helper")
    with pytest.raises(RuleBroken, match="party"):
        give(cast, first, "member")  # a unit above it is not it


def test_who_wrote_or_handed_in_gives_no_opinion_even_with_another_duty(cast: Cast, plan: PlanVersion) -> None:
    (review,) = send(cast, plan, cast.audit.pk)
    PlanPart.objects.create(plan=plan, holder=f"user:{cast.people['verifier'].pk}", part="made", at=clock.now())
    with pytest.raises(RuleBroken, match="person"):
        give(cast, review, "verifier")


def test_the_writers_and_the_head_have_a_part_in_what_they_handed_in(cast: Cast, plan: PlanVersion) -> None:
    made = {f"user:{cast.people[name].pk}" for name in ("liaison", "head")}
    assert set(PlanPart.objects.filter(plan=plan, part="made").values_list("holder", flat=True)) == made


@pytest.mark.parametrize(
    ("word", "points"),
    [
        ("", []),
        ("maybe", [Point("x")]),
        ("amend", []),
        ("object", [Point("  ")]),
        ("amend", [Point("x", 999_999)]),
        ("amend", [Point("x" * 2001)]),
    ],
)
def test_an_opinion_needs_a_word_and_points_about_this_plan(cast: Cast, plan: PlanVersion, word: str, points: list[Point]) -> None:
    (review,) = send(cast, plan, cast.audit.pk)
    with pytest.raises(BadInput):
        give(cast, review, "verifier", word, points=points)


def test_after_the_day_silence_stays_silence(cast: Cast, plan: PlanVersion) -> None:
    (review,) = send(cast, plan, cast.audit.pk, days=1)
    with clock.at(clock.now() + timedelta(days=3)):
        with pytest.raises(RuleBroken, match="over"):
            give(cast, review, "verifier")
        approve(cast, plan)
    review.refresh_from_db()
    assert (review.state, review.word) == ("silent", "")  # nobody wrote anything into its mouth
    assert queries.opinions(cast.actor("clerk"), plan).silent == 1


def test_approval_waits_for_parties_that_may_still_speak_and_for_every_answer(cast: Cast, plan: PlanVersion) -> None:
    first, second = send(cast, plan)
    with pytest.raises(RuleBroken) as refused:
        approve(cast, plan)
    assert unmet(refused) == {"still_asked"}
    give(cast, first, "verifier")
    give(cast, second, "outsider", "agree")
    with pytest.raises(RuleBroken) as refused:
        approve(cast, plan)
    assert unmet(refused) == {"open_remarks"}
    remark = PlanRemark.objects.get()
    with pytest.raises(RuleBroken):
        answer(cast, remark, is_taken=False, reply=" ")
    answer(cast, remark, is_taken=False, reply="时限已在标准中写明")
    assert approve(cast, plan).state == "approved"


def answer(cast: Cast, remark: PlanRemark, name: str = "clerk", **said: Any) -> PlanRemark:
    return actions.answer_remark(
        actor=cast.actor(name), remark_id=remark.pk, version=remark.version, **{"is_taken": True, "reply": "", **said}
    )


def test_points_are_answered_by_the_office_until_the_plan_is_decided(cast: Cast, plan: PlanVersion) -> None:
    (review,) = send(cast, plan, cast.audit.pk)
    give(cast, review, "verifier")
    remark = PlanRemark.objects.get()
    with pytest.raises(NotAllowed):
        answer(cast, remark, "verifier")
    with pytest.raises(NotFound):
        answer(cast, remark, "helper")
    with pytest.raises(Conflict):
        answer(cast, PlanRemark(pk=remark.pk, version=9))
    answer(cast, remark)
    approve(cast, plan)
    remark.refresh_from_db()
    with pytest.raises(RuleBroken):
        answer(cast, remark, is_taken=False, reply="改主意")


def test_a_party_sees_the_plan_it_was_asked_about_and_finds_it_at_home(cast: Cast, plan: PlanVersion) -> None:
    with pytest.raises(NotFound):
        queries.plan(cast.actor("outsider"), plan.pk)
    send(cast, plan)
    assert queries.plan(cast.actor("outsider"), plan.pk) == plan
    asked = [w.url for w in waiting.for_actor(cast.actor("outsider"), cast.round.pk)]
    assert any("review" in url for url in asked)


def test_a_returned_version_closes_its_reviews(cast: Cast, plan: PlanVersion) -> None:
    (review,) = send(cast, plan, cast.audit.pk)
    plan.refresh_from_db()
    actions.return_plan(actor=cast.actor("clerk"), plan_id=plan.pk, opinion="补充标准", version=plan.version)
    review.refresh_from_db()
    assert review.state == "silent"


class TestChain:
    @pytest.fixture
    def plan(self, cast: Cast) -> PlanVersion:
        put_under(cast.round, "local_inspection")
        whole(cast)
        return submit(cast)

    def test_steps_are_signed_in_order_and_the_last_approves(self, cast: Cast, plan: PlanVersion) -> None:
        with pytest.raises(NotAllowed):
            approve(cast, plan, "member")
        assert approve(cast, plan, "director").state == "submitted"
        with pytest.raises(NotAllowed):
            approve(cast, plan, "director")
        assert approve(cast, plan, "member").state == "approved"
        cast.finding.refresh_from_db()
        assert cast.finding.state == "planned"

    def test_who_made_it_never_signs(self, cast: Cast, plan: PlanVersion) -> None:
        PlanPart.objects.create(plan=plan, holder=f"user:{cast.people['director'].pk}", part="made", at=clock.now())
        with pytest.raises(RuleBroken, match="person"):
            approve(cast, plan, "director")

    def test_who_gave_an_opinion_never_signs(self, cast: Cast, plan: PlanVersion) -> None:
        (review,) = send(cast, plan, cast.office.pk)
        give(cast, review, "director", "agree")
        with pytest.raises(RuleBroken, match="person"):
            approve(cast, plan, "director")

    def test_whose_turn_it_is_may_return_it(self, cast: Cast, plan: PlanVersion) -> None:
        approve(cast, plan, "director")
        plan.refresh_from_db()
        with pytest.raises(NotAllowed):
            actions.return_plan(actor=cast.actor("clerk"), plan_id=plan.pk, opinion="补充", version=plan.version)
        back = actions.return_plan(actor=cast.actor("member"), plan_id=plan.pk, opinion="补充", version=plan.version)
        assert back.state == "returned"

    def test_the_next_signer_finds_it_at_home(self, cast: Cast, plan: PlanVersion) -> None:
        def asked(name: str) -> bool:
            return any(w.icon == "pen" for w in waiting.for_actor(cast.actor(name), cast.round.pk))

        assert (asked("director"), asked("member")) == (True, False)
        approve(cast, plan, "director")
        assert (asked("director"), asked("member")) == (False, True)


def test_nobody_approves_what_they_made_even_in_one_step(cast: Cast, plan: PlanVersion) -> None:
    PlanPart.objects.create(plan=plan, holder=f"user:{cast.people['clerk'].pk}", part="made", at=clock.now())
    with pytest.raises(RuleBroken, match="person"):
        approve(cast, plan)


def test_an_approved_plan_is_not_sent_any_more(cast: Cast) -> None:
    approved(cast)
    plan = PlanVersion.objects.get()
    with pytest.raises(RuleBroken):
        send(cast, plan, cast.audit.pk)
