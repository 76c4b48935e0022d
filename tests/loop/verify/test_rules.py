"""The check sheet, the order of the work list, and how long a notice stays up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jiandi.base.errors import BadInput
from jiandi.loop.verify import rules

TODAY = date(2026, 6, 1)


def circumstances(**more: object) -> rules.Circumstances:
    return rules.Circumstances(**{"due": TODAY + timedelta(days=60), "since": TODAY, "proofs": 3, **more})  # type: ignore[arg-type]


def test_an_ordinary_claim_has_no_reason_to_come_first() -> None:
    assert rules.risk_of(circumstances(), TODAY) == rules.Risk(0, ())


@pytest.mark.parametrize(
    "more",
    [
        {"was_returned": True},
        {"is_recurring": True},
        {"is_long_standing": True},
        {"difficulty": 3},
        {"proofs": 1},
        {"due": TODAY - timedelta(days=1)},
        {"due": TODAY + timedelta(days=3)},
    ],
)
def test_each_reason_raises_it_and_is_named(more: dict[str, object]) -> None:
    risk = rules.risk_of(circumstances(**more), TODAY)
    assert risk.score > 0
    assert len(risk.reasons) == 1


def test_the_riskier_comes_first_then_who_waits_longer() -> None:
    risky, plain = rules.Risk(30, ()), rules.Risk(0, ())
    waiting = [(plain, TODAY), (risky, TODAY), (plain, TODAY - timedelta(days=9))]
    ordered = sorted(waiting, key=lambda w: rules.order(*w))
    assert ordered == [(risky, TODAY), (plain, TODAY - timedelta(days=9)), (plain, TODAY)]


def test_a_sheet_is_judged_whole_or_refused() -> None:
    assert rules.judged([1, 2], {"1": "met", "2": "not_met"}) == {1: "met", 2: "not_met"}
    for given in ({"1": "met"}, {"1": "met", "2": "perhaps"}):
        with pytest.raises(BadInput):
            rules.judged([1, 2], given)


def test_each_question_is_answered_yes_or_no() -> None:
    assert rules.answered({"to_the_bottom": "yes", "thorough": "no", "in_place": "yes"})["thorough"] is False
    with pytest.raises(BadInput):
        rules.answered({"to_the_bottom": "yes", "thorough": "yes"})


def test_only_the_last_notice_keeps_the_next_step_waiting() -> None:
    chain = [{"kind": "notice", "days": 7}, {"kind": "archive", "days": 0}]
    assert rules.ready_on(chain, {}) is None
    assert rules.ready_on(chain, {0: TODAY}) == TODAY + timedelta(days=7)
    assert rules.ready_on(chain, {0: TODAY, 1: TODAY}) is None
