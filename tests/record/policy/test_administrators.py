"""No person holds two administrators' roles, and none beside business; a single clerk may hold one of them."""

from __future__ import annotations

import itertools

import pytest

from jiandi.record.policy import roles
from jiandi.record.policy.administrators import clash

PAIRS = list(itertools.permutations(sorted(roles.ADMINISTRATORS), 2))


@pytest.mark.parametrize(("held", "wanted"), PAIRS)
@pytest.mark.parametrize("single", [False, True])
def test_two_administrators_roles_clash_always(held: str, wanted: str, single: bool) -> None:
    assert clash(frozenset({held}), wanted, is_single_clerk=single) == held


@pytest.mark.parametrize("admin", sorted(roles.ADMINISTRATORS))
@pytest.mark.parametrize("business", sorted(roles.BUSINESS))
def test_an_administrator_does_no_business_except_as_the_single_clerk(admin: str, business: str) -> None:
    assert clash(frozenset({admin}), business) == admin
    assert clash(frozenset({business}), admin) == business
    assert clash(frozenset({admin}), business, is_single_clerk=True) is None
    assert clash(frozenset({business}), admin, is_single_clerk=True) is None


@pytest.mark.parametrize("role", roles.ALL)
def test_a_first_duty_and_the_same_duty_again_clash_with_nothing(role: str) -> None:
    assert clash(frozenset(), role) is None
    assert clash(frozenset({role}), role) is None


def test_business_duties_stand_side_by_side() -> None:
    for one, two in itertools.permutations(sorted(roles.BUSINESS), 2):
        assert clash(frozenset({one}), two) is None


def test_a_third_administrators_role_is_seen_behind_business() -> None:
    held = frozenset({roles.CLERK, roles.SYSTEM_ADMIN})
    assert clash(held, roles.AUDIT_ADMIN, is_single_clerk=True) == roles.SYSTEM_ADMIN
