"""Causes, campaigns and answers: who may write them, and when they are refused."""

from __future__ import annotations

from typing import Any

import pytest

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.diagnose import actions
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Cause, Finding, PlanVersion
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_cause, make_finding, make_unit
from tests.cast import Cast


def add(cast: Cast, name: str = "liaison", **fields: Any) -> Cause:
    finding = Finding.objects.get(pk=fields.pop("finding_id", cast.finding.pk))
    given = {"dimension": "mechanism", "leaf": "no_control", "text": "拨付没有时限", "version": finding.version, **fields}
    return actions.add_cause(actor=cast.actor(name), finding_id=finding.pk, **given)


def test_a_cause_belongs_to_the_lead_unless_somebody_else_is_named(cast: Cast) -> None:
    assert add(cast).unit_id == cast.bureau.pk
    assert add(cast, unit_id=cast.helper.pk).unit_id == cast.helper.pk


def test_a_cause_is_not_put_on_a_unit_without_a_part(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="foreign_unit"):
        add(cast, unit_id=cast.stranger.pk)


def test_a_cause_of_a_unit_below_the_lead_is_accepted(cast: Cast) -> None:
    below = make_unit("工程科", cast.bureau)
    assert add(cast, unit_id=below.pk).unit_id == below.pk


@pytest.mark.parametrize("name", ["helper", "clerk", "verifier", "supervisor"])
def test_only_the_lead_unit_writes_causes(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        add(cast, name)


def test_a_stranger_sees_no_finding(cast: Cast) -> None:
    with pytest.raises(NotFound):
        add(cast, "outsider")


@pytest.mark.parametrize(("dimension", "leaf"), [("mechanism", "nonsense"), ("attitude", "no_control"), ("nowhere", "no_control")])
def test_a_kind_outside_the_list_is_refused(cast: Cast, dimension: str, leaf: str) -> None:
    with pytest.raises(BadInput):
        add(cast, dimension=dimension, leaf=leaf)


def test_a_cause_without_text_is_refused(cast: Cast) -> None:
    with pytest.raises(BadInput):
        add(cast, text="  ")


def test_a_cause_is_decided_on_the_version_one_saw(cast: Cast) -> None:
    with pytest.raises(Conflict):
        add(cast, version=9)


def test_a_why_hangs_below_a_cause_of_the_same_finding_only(cast: Cast) -> None:
    top = add(cast)
    assert add(cast, parent_id=top.pk, question="为什么没有时限？").parent_id == top.pk
    other = make_cause(make_finding(cast.round, cast.bureau))
    with pytest.raises(NotFound):
        add(cast, parent_id=other.pk)


@pytest.mark.parametrize("state", ["submitted", "verified", "withdrawn"])
def test_causes_are_not_written_while_somebody_verifies_or_after_the_end(cast: Cast, state: str) -> None:
    write.change(cast.finding, {"state": state}, actor=SYSTEM, verb="move")
    with pytest.raises(RuleBroken, match=r"cause\.state"):
        add(cast)


def test_causes_rest_while_the_plan_is_under_review(cast: Cast) -> None:
    plan = PlanVersion(round=cast.round, unit=cast.bureau, number=1, body="{}", algorithm="sha256", digest="", submitted_at=clock.now())
    write.create(plan, actor=SYSTEM, verb="submit")
    with pytest.raises(RuleBroken, match="under_review"):
        add(cast)


def test_a_cause_is_said_better_and_a_stale_hand_loses(cast: Cast) -> None:
    cause = add(cast)
    given: dict[str, Any] = {"cause_id": cause.pk, "dimension": "means", "leaf": "no_people", "text": "财务科仅一人", "version": 1}
    changed = actions.change_cause(actor=cast.actor("head"), **given)
    assert (changed.leaf, changed.version) == ("no_people", 2)
    with pytest.raises(Conflict):
        actions.change_cause(actor=cast.actor("head"), **given)
    with pytest.raises(NotAllowed):
        actions.change_cause(actor=cast.actor("helper"), **{**given, "version": 2})


def test_a_cause_is_dropped_with_a_reason_and_with_the_whys_below_it(cast: Cast) -> None:
    top = add(cast)
    below = add(cast, parent_id=top.pk)
    beside = add(cast)
    head = cast.actor("head")
    with pytest.raises(RuleBroken, match="no_reason"):
        actions.drop_cause(actor=head, cause_id=top.pk, reason="", version=1)
    with pytest.raises(Conflict):
        actions.drop_cause(actor=head, cause_id=top.pk, reason="重复", version=9)
    assert {c.pk for c in actions.drop_cause(actor=head, cause_id=top.pk, reason="重复", version=1)} == {top.pk, below.pk}
    assert [c.pk for c in Cause.objects.filter(is_dropped=False)] == [beside.pk]
    with pytest.raises(NotFound):
        actions.drop_cause(actor=head, cause_id=below.pk, reason="重复", version=2)


def test_a_planned_finding_keeps_one_cause(cast: Cast) -> None:
    cause = add(cast)
    write.change(cast.finding, {"state": "planned"}, actor=SYSTEM, verb="plan")
    with pytest.raises(RuleBroken, match="last"):
        actions.drop_cause(actor=cast.actor("head"), cause_id=cause.pk, reason="重复", version=1)
