"""Yearly reviews of a long-term finding, and what becomes standing by them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.verify import actions, rules
from jiandi.record.ledger import counters, reviews, turns, write
from jiandi.record.ledger.models import Check, Closing, Finding, MeasurePart
from jiandi.record.policy import roles
from jiandi.record.trail.actor import SYSTEM
from tests.builders import give
from tests.cast import Cast
from tests.loop.verify.way import Case, begin

YEAR = timedelta(days=366)


@pytest.fixture
def case(cast: Cast) -> Case:
    """Long term since today; the first review is due in ten days."""
    case = begin(cast)
    fields = {"state": "long_term", "next_review": clock.today() + timedelta(days=10), "stage_goal": "首批到账"}
    write.change(case.finding, fields, actor=SYSTEM, verb="make_long_term")
    return case


def review(case: Case, who: str = "verifier", *, passed: bool = True, **more: Any) -> Check:
    given = {
        "method": "seen",
        "text": "抽查五笔，均按期到账",
        "version": case.finding.version,
        "reason": "" if passed else "relapsed",
        **more,
    }
    return actions.record_review(actor=case.cast.actor(who), finding_id=case.finding.pk, passed=passed, **given)


def stand(case: Case, who: str = "member") -> Finding:
    found = case.finding
    turn = turns.Turn(reason="连续两年保持", next_review=clock.today() + YEAR)
    return turns.take(actor=case.cast.actor(who), finding_id=found.pk, verb="make_standing", turn=turn, version=found.version)


def test_a_review_is_a_check_of_its_own_kind_and_the_next_is_due_a_year_on(case: Case) -> None:
    due = case.finding.next_review
    check = review(case)
    assert due is not None
    assert (check.kind, check.verdict, check.on, check.unit_id) == ("review", "passed", clock.today(), case.cast.audit.pk)
    assert case.finding.next_review == due.replace(year=due.year + 1)
    assert (case.finding.state, reviews.passed_in_a_row(case.finding)) == ("long_term", 1)
    assert not MeasurePart.objects.filter(measure=case.measure, part__in=["done", "well"]).exists()


def test_two_reviews_lie_a_year_apart(case: Case) -> None:
    review(case)
    with pytest.raises(BadInput, match="early"):
        review(case, "verifier2")
    with clock.at(clock.now() + YEAR):
        review(case, "verifier2")
        assert reviews.passed_in_a_row(case.finding) == 2


def test_a_review_is_held_at_most_a_month_early_and_not_in_the_future(case: Case) -> None:
    today = clock.today()
    with pytest.raises(BadInput, match="future"):
        review(case, on=today + timedelta(days=1))
    with pytest.raises(BadInput, match="early"):
        review(case, on=today - timedelta(days=1))
    write.change(case.finding, {"next_review": today + timedelta(days=31)}, actor=SYSTEM, verb="edit")
    with pytest.raises(BadInput, match="early"):
        review(case)


def test_after_two_passed_reviews_the_leading_group_makes_it_standing(case: Case) -> None:
    review(case)
    with clock.at(clock.now() + YEAR):
        with pytest.raises(RuleBroken) as refused:
            stand(case)
        assert [u.params for u in refused.value.unmet] == [{"wanted": 2, "n": 1}]
        review(case)
        with pytest.raises(NotAllowed):
            stand(case, "clerk")
        found = stand(case)
    assert (found.state, found.closed_on, found.is_done) == ("standing", None, False)
    assert counters.rebuild() == 0


def test_a_failed_review_gives_a_reason_and_the_count_begins_again(case: Case) -> None:
    review(case)
    with clock.at(clock.now() + YEAR):
        with pytest.raises(BadInput, match="reason"):
            review(case, passed=False, reason="half-hearted")
        failed = review(case, passed=False)
        assert (failed.verdict, failed.reason) == ("failed", "relapsed")
        assert (case.finding.state, reviews.passed_in_a_row(case.finding)) == ("long_term", 0)
        with pytest.raises(RuleBroken):
            stand(case)
    with clock.at(clock.now() + 2 * YEAR):
        review(case)
        assert reviews.passed_in_a_row(case.finding) == 1


def test_reviews_of_an_earlier_long_term_do_not_count(case: Case) -> None:
    review(case)
    with clock.at(clock.now() + YEAR):
        write.change(case.finding, {"state": "in_progress"}, actor=SYSTEM, verb="return")
        assert reviews.passed_in_a_row(case.finding) == 0
        write.change(case.finding, {"state": "long_term"}, actor=SYSTEM, verb="make_long_term")
        assert reviews.passed_in_a_row(case.finding) == 0


@pytest.mark.parametrize(
    ("who", "error"),
    [("head", NotAllowed), ("clerk", NotAllowed), ("member", NotAllowed), ("supervisor", NotAllowed), ("outsider", NotFound)],
)
def test_only_who_checks_reviews(case: Case, who: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        review(case, who)


def test_who_did_the_work_or_serves_the_lead_unit_does_not_review(case: Case) -> None:
    give(case.cast.people["liaison"], case.cast.audit, roles.VERIFIER)
    write.attach([MeasurePart(measure=case.measure, holder=case.cast.actor("liaison").holder, part="doing")])
    with pytest.raises(RuleBroken) as refused:
        review(case, "liaison")
    assert {u.code for u in refused.value.unmet} == {"independence.part", "independence.unit"}


def test_only_a_long_term_finding_is_reviewed_with_words_on_the_version_seen(case: Case) -> None:
    with pytest.raises(Conflict):
        review(case, version=1)
    with pytest.raises(BadInput):
        review(case, text=" ")
    with pytest.raises(BadInput):
        review(case, method="felt")
    write.change(case.finding, {"state": "basically_done"}, actor=SYSTEM, verb="edit")
    with pytest.raises(RuleBroken, match="state"):
        review(case)


def test_becoming_standing_stops_what_waits_for_a_signature(case: Case) -> None:
    review(case)
    application = write.create(Closing(finding=case.finding, verb="submit", chain=[]), actor=SYSTEM, verb="begin")
    with clock.at(clock.now() + YEAR):
        review(case)
        stand(case)
    application.refresh_from_db()
    assert application.state == "stopped"


@pytest.mark.parametrize(
    ("held", "due", "following"),
    [
        (date(2026, 3, 1), date(2026, 3, 20), date(2027, 3, 20)),
        (date(2026, 5, 2), date(2026, 3, 20), date(2027, 5, 2)),
        (date(2028, 2, 29), date(2028, 2, 29), date(2029, 2, 28)),
        (date(2026, 3, 1), None, date(2027, 3, 1)),
    ],
)
def test_the_next_review_is_never_less_than_a_year_after_this_one_was_due(held: date, due: date | None, following: date) -> None:
    assert rules.next_review(held, due) == following
