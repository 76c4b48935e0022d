"""Three claims need three people, none of the checkers from the lead unit; a single clerk's posts count as persons."""

from __future__ import annotations

import itertools

import pytest

from jiandi.record.policy import roles
from jiandi.record.policy.independence import DOING, DONE, WELL, second_person, serves_unit, unmet_parts
from jiandi.record.trail.actor import Actor, DutyHeld

LEAD = "00010002"
PARTS = (DOING, DONE, WELL)


def person(user_id: int = 1, path: str = "00010005") -> Actor:
    return Actor(user_id, "某人", (DutyHeld(roles.VERIFIER, 1, 1, path),))


def codes(actor: Actor, wanted: str, *taken: tuple[str, str]) -> list[str]:
    return [u.code for u in unmet_parts(actor, wanted, taken, LEAD)]


@pytest.mark.parametrize(("had", "wanted"), list(itertools.permutations(PARTS, 2)))
def test_one_person_takes_no_second_part(had: str, wanted: str) -> None:
    assert codes(person(), wanted, ("user:1", had)) == ["independence.part"]
    assert codes(person(2), wanted, ("user:1", had)) == []


@pytest.mark.parametrize("part", PARTS)
def test_the_same_part_again_is_no_second_part(part: str) -> None:
    assert codes(person(), part, ("user:1", part), ("user:1", part)) == []


@pytest.mark.parametrize("path", [LEAD, LEAD + "0001"])
def test_a_checker_holds_no_duty_in_or_below_the_lead(path: str) -> None:
    for part in (DONE, WELL):
        assert codes(person(path=path), part) == ["independence.unit"]
    assert codes(person(path=path), DOING) == []


def test_a_parent_of_the_lead_may_check_when_nobody_else_qualifies() -> None:
    assert codes(person(path=LEAD[:4]), DONE) == []


def test_all_reasons_are_told() -> None:
    taken = (("user:1", DOING), ("user:1", WELL))
    assert codes(person(path=LEAD), DONE, *taken) == ["independence.part", "independence.part", "independence.unit"]
    for unmet in unmet_parts(person(path=LEAD), DONE, taken, LEAD):
        assert "{" not in unmet.sentence()


class TestSingleClerk:
    """One person records all steps; independence is tested between the posts."""

    DUTIES = (DutyHeld(roles.HEAD, 10, 2, LEAD), DutyHeld(roles.VERIFIER, 20, 5, "00010005"))

    def stands_for(self, post: int) -> Actor:
        return Actor(1, "文书", self.DUTIES, stands_for=post)

    def test_another_post_is_another_person(self) -> None:
        assert self.stands_for(20).holder == "post:20"
        assert codes(self.stands_for(20), DONE, ("post:10", DOING)) == []

    def test_the_same_post_is_the_same_person(self) -> None:
        assert codes(self.stands_for(20), WELL, ("post:20", DONE)) == ["independence.part"]

    def test_only_the_post_stood_for_counts_as_serving_the_lead(self) -> None:
        assert serves_unit(self.stands_for(10), LEAD)
        assert not serves_unit(self.stands_for(20), LEAD)
        assert serves_unit(Actor(1, "文书", self.DUTIES), LEAD)


def test_without_a_lead_nobody_serves_it() -> None:
    assert not serves_unit(person(), "")


def test_undoing_needs_a_second_person() -> None:
    assert second_person().code == "independence.second_person"
