"""A duty bound to one round opens and allows nothing in another."""

from __future__ import annotations

from jiandi.base import clock
from jiandi.record.ledger import write
from jiandi.record.ledger.models import PlanVersion, Round
from jiandi.record.ledger.scope import visible_by_unit
from jiandi.record.policy import decide, roles
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import SYSTEM, Actor, DutyHeld
from tests.builders import give, make_round, make_user
from tests.cast import Cast


def _plan(cast: Cast, round_: Round) -> PlanVersion:
    row = PlanVersion(round=round_, unit=cast.bureau, number=1, body="{}", algorithm="sha256", digest="0" * 64, submitted_at=clock.now())
    return write.create(row, actor=SYSTEM, verb="submit")


def test_a_bound_head_sees_the_plan_of_that_round_alone(cast: Cast) -> None:
    other = make_round(cast.city)
    mine, _foreign = _plan(cast, cast.round), _plan(cast, other)
    cast.people["bound"] = make_user("bound")
    give(cast.people["bound"], cast.bureau, roles.HEAD, cast.round)
    assert list(PlanVersion.objects.filter(visible_by_unit(cast.actor("bound")))) == [mine]


def test_a_bound_leader_urges_in_that_round_alone() -> None:
    leader = Actor(1, "x", (DutyHeld(roles.LEADER, post_id=7, unit_id=1, unit_path="0001", round_id=3),))
    assert decide.may(leader, "finding.urge", Target(3, leader_post_id=7))
    assert not decide.may(leader, "finding.urge", Target(4, leader_post_id=7))
