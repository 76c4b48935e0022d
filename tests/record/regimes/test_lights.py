"""A light is a word about days; a claim does not put it out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jiandi.record.regimes import lights, schema

TODAY = date(2026, 11, 22)
PROFILES = {code: schema.parse_profile(text) for code, text in schema.seed_texts().items()}


def shown(regime: str, left: int | None, state: str = "in_progress") -> str | None:
    due = None if left is None else TODAY + timedelta(days=left)
    light = lights.light_of(PROFILES[regime].lights, due=due, today=TODAY, state=state)
    return light.code if light else None


@pytest.mark.parametrize(
    ("left", "code"),
    [(21, "smooth"), (20, "near"), (11, "near"), (10, "nearer"), (3, "last_days"), (0, "last_days"), (-1, "overdue"), (-300, "overdue")],
)
def test_thresholds_of_an_inspection(left: int, code: str) -> None:
    assert shown("inspection", left) == code


def test_long_overdue_is_a_light_of_its_own_where_the_regime_says_so() -> None:
    assert [shown("safety", left) for left in (-1, -6, -7)] == ["overdue", "overdue", "long_overdue"]


@pytest.mark.parametrize("state", ["verified", "closed", "standing", "handed_over", "withdrawn"])
def test_nothing_runs_in_a_settled_state(state: str) -> None:
    assert shown("inspection", -5, state) == "settled"


@pytest.mark.parametrize("state", ["submitted", "basically_done", "long_term", "reopened"])
def test_said_is_not_done_so_the_light_stays(state: str) -> None:
    assert shown("inspection", -5, state) == "overdue"


def test_without_a_due_day_there_is_no_light() -> None:
    assert shown("inspection", None) is None


@pytest.mark.parametrize("regime", sorted(PROFILES))
def test_colour_is_never_the_only_carrier(regime: str) -> None:
    found = PROFILES[regime].lights
    assert len({one.word for one in found}) == len({one.code for one in found}) == len(found)
    assert len({one.icon for one in found}) == len(found)
