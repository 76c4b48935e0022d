"""How deep a tree of whys must go: one function, asked by the plan's guard and by the page."""

from __future__ import annotations

import pytest

from jiandi.record.ledger import whys
from jiandi.record.ledger.models import Cause
from jiandi.record.ledger.whys import Why


def why(pk: int, parent: int | None = None, leaf: str = "no_control", *, is_raised: bool = False) -> Why:
    return Why(pk, parent, whys.KIND_BY_CODE[leaf].dimension, leaf, is_raised)


def test_every_kind_stands_under_a_dimension_of_the_model() -> None:
    assert list(whys.DIMENSIONS) == [code for code, _word in Cause.DIMENSIONS]
    assert {kind.dimension for kind in whys.KINDS} == set(whys.DIMENSIONS)
    assert len(whys.KIND_BY_CODE) == len(whys.KINDS) == 22


def test_attitude_never_ends_a_chain() -> None:
    assert not any(kind.is_end for kind in whys.KINDS if kind.dimension == whys.ATTITUDE)


@pytest.mark.parametrize(
    ("found", "depth", "bare", "loose"),
    [
        ([], 0, (), ()),
        ([why(1)], 1, (), ()),
        ([why(1), why(2, 1)], 2, (), ()),
        ([why(2, 1), why(1)], 2, (), ()),  # whatever order they come in
        ([why(1, leaf="get_by")], 1, (1,), ()),
        ([why(1, leaf="get_by"), why(2, 1)], 2, (), ()),
        ([why(1), why(2, 1, "misjudged")], 2, (2,), ()),
        ([why(1), why(2, 1, "external")], 2, (), (2,)),
        ([why(1), why(2, 1, "external", is_raised=True)], 2, (), ()),
        ([why(1), why(2, 1, "legacy"), why(3, 2)], 3, (), ()),
        ([why(1), why(2, 1), why(3, leaf="get_by")], 2, (3,), ()),  # each branch on its own
        ([why(1, leaf="get_by", is_raised=True)], 1, (1,), ()),  # attitude is never somebody else's
    ],
)
def test_where_a_chain_stops_too_early(found: list[Why], depth: int, bare: tuple[int, ...], loose: tuple[int, ...]) -> None:
    known = whys.depth_of(found)
    assert (known.count, known.depth, known.bare_attitudes, known.loose_ends) == (len(found), depth, bare, loose)
    assert known.is_deep_enough == (depth >= 2 and not bare and not loose)


def test_a_why_below_one_that_was_taken_out_counts_from_there() -> None:
    assert whys.depth_of([why(5, 4)]).depth == 1


def test_a_chain_that_bites_its_tail_ends() -> None:
    assert whys.depth_of([why(1, 2), why(2, 1)]).depth == 2


def test_a_kind_of_an_older_list_is_nobodys_fault() -> None:
    assert whys.depth_of([Why(1, None, "means", "gone")]).loose_ends == ()
