"""Kinds of cause and the tree of whys."""

from __future__ import annotations

import pytest

from jiandi.base.errors import BadInput
from jiandi.loop.diagnose import rules
from jiandi.loop.diagnose.rules import Node
from jiandi.record.ledger.models import Cause


def node(pk: int, parent: int | None = None, dimension: str = "mechanism", leaf: str = "no_rule") -> Node:
    return Node(pk, parent, dimension, leaf, f"原因{pk}")


def codes(nodes: list[Node], *, is_flagged: bool) -> list[str]:
    return [u.code for u in rules.still_asked(rules.tree(nodes, is_flagged=is_flagged), is_flagged=is_flagged)]


def test_the_taxonomy_has_twenty_two_kinds_in_four_dimensions() -> None:
    assert len(rules.KINDS) == len(rules.KIND_BY_CODE) == 22
    counts = {d: sum(k.dimension == d for k in rules.KINDS) for d in rules.DIMENSIONS}
    assert counts == {"attitude": 5, "leadership": 5, "mechanism": 7, "means": 5}
    assert list(rules.DIMENSIONS) == [code for code, _word in Cause.DIMENSIONS]
    assert max(len(k.code) for k in rules.KINDS) <= 30


@pytest.mark.parametrize(("dimension", "leaf"), [("mechanism", "unknown"), ("attitude", "no_rule")])
def test_a_kind_belongs_to_one_dimension(dimension: str, leaf: str) -> None:
    with pytest.raises(BadInput):
        rules.check_kind(dimension, leaf)
    rules.check_kind("mechanism", "no_rule")


def test_the_tree_keeps_order_and_levels() -> None:
    roots = rules.tree([node(1), node(2, 1), node(3), node(4, 2)], is_flagged=False)
    assert [(n.pk, n.level) for n in rules.flat(roots)] == [(1, 1), (2, 2), (4, 3), (3, 1)]


def test_a_node_whose_parent_was_dropped_stands_at_the_top() -> None:
    assert [n.pk for n in rules.tree([node(5, 99)], is_flagged=False)] == [5]


def test_one_coded_line_is_enough_for_an_ordinary_finding() -> None:
    assert codes([], is_flagged=False) == ["cause"]
    assert codes([node(1, dimension="attitude", leaf="get_by")], is_flagged=False) == []


def test_a_flagged_finding_needs_two_levels() -> None:
    assert codes([node(1)], is_flagged=True) == ["depth"]
    assert codes([node(1), node(2, 1)], is_flagged=True) == []


def test_attitude_is_not_the_last_word_of_a_flagged_finding() -> None:
    lax = node(2, 1, "attitude", "misjudged")
    assert codes([node(1), lax], is_flagged=True) == ["attitude"]
    assert codes([node(1), lax, node(3, 2)], is_flagged=True) == []
