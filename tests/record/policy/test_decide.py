"""Who may do what: every verb for every role, in the right place and in the wrong one; no database."""

from __future__ import annotations

from typing import Any

import pytest

from jiandi.base.errors import NotAllowed
from jiandi.record.policy import administrators, checkers, decide, leadership, office, roles, unit
from jiandi.record.policy.relations import ANYWHERE
from jiandi.record.policy.targets import NOWHERE, Target
from jiandi.record.trail.actor import SYSTEM, Actor, DutyHeld

HERE, ELSEWHERE, ROUND, ROUND_WIDE = "00010002", "00010009", 7, "round"
PARTS = ("lead", "passer", "support", "share", "verifier", "asked", "delegate")
TARGET = Target(ROUND, tuple((part, HERE) for part in PARTS), unit_path=HERE, leader_post_id=3)
FILES = (office, unit, checkers, leadership, administrators)


def holding(role: str, *, path: str = HERE, round_id: int | None = None, post: int = 3) -> Actor:
    return Actor(1, role, (DutyHeld(role, post, 1, path, round_id),))


def named(verb: str) -> set[str]:
    return {role for rule in decide.TABLE[verb] for role in rule.roles}


def by_relation(verb: str, *relations: str) -> set[str]:
    return {role for rule in decide.TABLE[verb] if rule.relation in relations for role in rule.roles}


def who_may(verb: str, **standing: Any) -> set[str]:
    return {role for role in roles.ALL if decide.may(holding(role, **standing), verb, TARGET)}


@pytest.mark.parametrize("verb", sorted(decide.TABLE))
def test_exactly_the_named_roles_may_in_their_place(verb: str) -> None:
    assert who_may(verb) == named(verb)


@pytest.mark.parametrize("verb", sorted(decide.TABLE))
def test_nobody_may_in_a_round_that_is_not_theirs(verb: str) -> None:
    assert who_may(verb, round_id=ROUND + 1) == by_relation(verb, ANYWHERE)


@pytest.mark.parametrize("verb", sorted(decide.TABLE))
def test_a_duty_of_another_unit_and_post_reaches_no_unit_verb(verb: str) -> None:
    assert who_may(verb, path=ELSEWHERE, post=99) == by_relation(verb, ANYWHERE, ROUND_WIDE)


@pytest.mark.parametrize("verb", sorted(decide.TABLE))
def test_a_person_without_duties_may_nothing_and_is_told_who_may(verb: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        decide.require(Actor(1, "nobody"), verb, TARGET)
    assert refused.value.params["roles"] == [roles.TITLES[role] for role in sorted(named(verb))]
    assert decide.may(SYSTEM, verb, TARGET)


# rules.md §6 in the author's words: verb -> who may, and nobody else.
SAID = {
    "finding.register": {"clerk", "director"},
    "finding.submit": {"head"},
    "claim.make": {"liaison", "head"},
    "claim.accept": {"verifier", "department"},
    "claim.strike": {"clerk", "director"},
    "finding.accept": {"verifier", "department"},
    "finding.return": {"verifier", "department", "clerk", "director"},
    "effect.pass": {"verifier", "department"},
    "finding.review": {"verifier", "department"},
    "finding.restore": {"director"},
    "letter_item.drop": {"director"},
    "finding.make_standing": {"group_member"},
    "accounts.give_duty": {"security_admin"},
    "accounts.add_user": {"system_admin"},
    "trail.read_masked": {"audit_admin"},
    "finding.urge": {"leader"},
}


@pytest.mark.parametrize("verb", SAID)
def test_the_verbs_that_keep_said_done_and_well_apart_are_as_written(verb: str) -> None:
    assert named(verb) == SAID[verb]


class TestApart:
    def test_who_claims_never_accepts(self) -> None:
        for verb in ("claim.accept", "finding.accept", "effect.pass"):
            assert not named(verb) & named("claim.make")

    def test_a_supervisor_never_accepts(self) -> None:
        accepting = {v for v in decide.TABLE if v.endswith((".accept", ".pass", ".approve"))}
        assert not [v for v in accepting if roles.SUPERVISOR in named(v)]

    def test_administrators_have_no_business_verb_and_business_no_administration(self) -> None:
        for verb in decide.TABLE:
            is_technical = verb in administrators.RULES
            held = named(verb)
            assert held <= (roles.ADMINISTRATORS if is_technical else roles.BUSINESS), verb

    def test_each_administrator_has_verbs_no_other_has(self) -> None:
        for role in roles.ADMINISTRATORS:
            mine = {v for v in decide.TABLE if role in named(v)}
            assert mine
            assert all(named(v) == {role} for v in mine)

    def test_every_verb_of_every_file_is_in_the_table(self) -> None:
        assert {verb for group in FILES for verb in group.RULES} == set(decide.TABLE)

    def test_every_role_has_something_to_do(self) -> None:
        assert {role for verb in decide.TABLE for role in named(verb)} == set(roles.ALL)


class TestParts:
    @pytest.mark.parametrize("part", PARTS)
    def test_progress_is_written_by_lead_supports_and_shares(self, part: str) -> None:
        target = Target(ROUND, ((part, HERE),))
        assert decide.may(holding("liaison"), "progress.write", target) == (part in ("lead", "delegate", "support", "share"))
        assert decide.may(holding("liaison"), "claim.make", target) == (part in ("lead", "delegate"))
        assert decide.may(holding("verifier"), "claim.accept", target) == (part == "verifier")

    def test_a_duty_above_reaches_the_units_below_but_not_the_other_way(self) -> None:
        target = Target(ROUND, (("lead", HERE),))
        assert decide.may(holding("head", path=HERE[:4]), "finding.submit", target)
        assert not decide.may(holding("head", path=HERE + "0001"), "finding.submit", target)

    def test_a_plan_belongs_to_one_unit(self) -> None:
        assert decide.may(holding("head"), "plan.submit", Target(ROUND, unit_path=HERE))
        assert not decide.may(holding("head", path=ELSEWHERE), "plan.submit", Target(ROUND, unit_path=HERE))
        assert not decide.may(holding("head"), "plan.submit", NOWHERE)


class TestHolds:
    """Roles that steps of a closing chain ask for."""

    @pytest.mark.parametrize("role", roles.ALL)
    def test_a_role_counts_for_the_record_it_stands_to(self, role: str) -> None:
        assert decide.holds(holding(role), role, TARGET)
        decide.require_role(holding(role), role, TARGET)

    @pytest.mark.parametrize("role", [roles.LIAISON, roles.HEAD, roles.VERIFIER, roles.DEPARTMENT, roles.LEADER])
    def test_the_same_role_elsewhere_does_not_count(self, role: str) -> None:
        with pytest.raises(NotAllowed):
            decide.require_role(holding(role, path=ELSEWHERE, post=99), role, TARGET)

    def test_another_role_in_the_right_place_does_not_count(self) -> None:
        with pytest.raises(NotAllowed):
            decide.require_role(holding(roles.CLERK), roles.DIRECTOR, TARGET)
