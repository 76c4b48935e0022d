"""An open round keeps its version; it moves by its own act, and never where something approved would break."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from jiandi.base.errors import BadInput, Conflict, NotAllowed, RuleBroken
from jiandi.record.ledger import regime_moves, write
from jiandi.record.ledger.regime_moves import RoundFacts
from jiandi.record.regimes import actions, queries, schema
from jiandi.record.regimes.models import Regime
from jiandi.record.regimes.parts import Profile
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import TrailEntry
from tests.builders import make_finding
from tests.cast import Cast

OLD = schema.parse_profile(schema.seed_texts()["inspection"])
WHOLE = RoundFacts(by_class={"time_limited": 3}, lacks_lasting={"time_limited": 2}, lacks_prevent={"time_limited": 1}, closed_unseen=4)


def without(code: str) -> Profile:
    return replace(OLD, classes=tuple(one for one in OLD.classes if one.code != code))


def lax() -> Profile:
    return replace(OLD, classes=tuple(replace(one, needs_lasting=False, needs_prevent=False) for one in OLD.classes))


@pytest.mark.parametrize(
    ("old", "new", "facts", "codes"),
    [
        (OLD, OLD, WHOLE, []),
        (OLD, without("time_limited"), WHOLE, ["class_gone"]),
        (OLD, without("fix_now"), WHOLE, []),
        (lax(), OLD, WHOLE, ["lasting", "prevent"]),
        (OLD, lax(), WHOLE, []),
        (OLD, replace(OLD, close_on="effect"), WHOLE, ["closed_unseen"]),
        (OLD, OLD, RoundFacts(due_after_end=1, new_end=date(2026, 6, 1)), ["due_after_end"]),
        (OLD, replace(OLD, phases=OLD.phases[:1]), RoundFacts(phase="continuing"), ["phase_gone"]),
    ],
)
def test_what_would_break_is_said(old: Profile, new: Profile, facts: RoundFacts, codes: list[str]) -> None:
    assert [unmet.code for unmet in regime_moves.stands_in_the_way(old, new, facts)] == codes


def frozen(find: str, put: str) -> Regime:
    text = queries.current("inspection").body
    assert find in text
    return actions.add_version(actor=SYSTEM, text=text.replace(find, put), follows=queries.current("inspection").number, reason="试行")


def move(cast: Cast, regime: Regime, who: str = "director", reason: str = "统一口径", version: int | None = None) -> None:
    cast.round.refresh_from_db()
    known = cast.round.version if version is None else version
    regime_moves.move_round(actor=cast.actor(who), round_id=cast.round.pk, regime_id=regime.pk, reason=reason, version=known)


def end_as_counted(cast: Cast) -> None:
    ends = regime_moves.ends(queries.profile_of(cast.round.regime), cast.round.feedback_on, queries.work_calendar())
    write.change(cast.round, {"ends_on": ends}, actor=SYSTEM, verb="edit")


@pytest.mark.django_db
def test_a_moved_round_ends_as_the_new_version_counts_and_its_trail_says_why(cast: Cast) -> None:
    end_as_counted(cast)
    before = cast.round.ends_on
    move(cast, frozen("length = 6", "length = 7"))
    cast.round.refresh_from_db()
    assert cast.round.regime.number == 2
    assert before is not None
    assert cast.round.ends_on is not None
    assert cast.round.ends_on > before
    assert TrailEntry.objects.filter(thing="round", verb="move_regime").count() == 1


@pytest.mark.django_db
def test_an_end_that_people_set_stays(cast: Cast) -> None:
    by_hand = cast.round.feedback_on + timedelta(days=77)
    write.change(cast.round, {"ends_on": by_hand}, actor=SYSTEM, verb="edit")
    move(cast, frozen("length = 6", "length = 7"))
    cast.round.refresh_from_db()
    assert cast.round.ends_on == by_hand


@pytest.mark.django_db
def test_approved_due_dates_beyond_the_new_end_hold_the_round_back(cast: Cast) -> None:
    end_as_counted(cast)
    end = cast.round.ends_on
    assert end is not None
    write.change(make_finding(cast.round, cast.bureau), {"state": "planned", "due": end}, actor=SYSTEM, verb="plan")
    with pytest.raises(RuleBroken) as caught:
        move(cast, frozen("length = 6", "length = 3"))
    assert [unmet.code for unmet in caught.value.unmet] == ["due_after_end"]
    cast.round.refresh_from_db()
    assert cast.round.regime.number == 1


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["clerk", "head", "member"])
def test_only_the_director_moves_a_round(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        move(cast, frozen("length = 6", "length = 7"), who)


@pytest.mark.django_db
def test_a_reason_a_newer_version_and_the_version_seen_are_asked_for(cast: Cast) -> None:
    with pytest.raises(RuleBroken):
        move(cast, cast.round.regime)
    new = frozen("length = 6", "length = 7")
    with pytest.raises(BadInput):
        move(cast, new, reason=" ")
    with pytest.raises(Conflict):
        move(cast, new, version=99)
