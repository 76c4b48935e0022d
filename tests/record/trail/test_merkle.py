"""The tree is that of RFC 6962: compared with the recursive definition of the standard."""

from __future__ import annotations

import hashlib

import pytest

from jiandi.base import digests
from jiandi.record.trail import merkle


def whole(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, word for word, over SHA-256."""
    n = len(leaves)
    if n == 0:
        return hashlib.sha256(b"").digest()
    if n == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < n:
        k *= 2
    return hashlib.sha256(b"\x01" + whole(leaves[:k]) + whole(leaves[k:])).digest()


def entries(n: int) -> list[str]:
    return [hashlib.sha256(str(i).encode()).hexdigest() for i in range(n)]


@pytest.mark.parametrize("size", range(66))
def test_the_root_is_that_of_the_standard(size: int) -> None:
    frontier: list[str] = []
    for place, entry in enumerate(entries(size)):
        frontier = merkle.append("sha256", frontier, place, merkle.leaf_hash("sha256", entry))
    assert merkle.root_of("sha256", frontier) == whole([bytes.fromhex(e) for e in entries(size)]).hex()


def test_a_frontier_holds_one_root_for_each_bit_of_the_size() -> None:
    frontier: list[str] = []
    for place, entry in enumerate(entries(65)):
        frontier = merkle.append("sha256", frontier, place, merkle.leaf_hash("sha256", entry))
        assert len(frontier) == (place + 1).bit_count()


def test_appending_leaves_the_old_frontier_as_it_was() -> None:
    before = merkle.append("sha256", [], 0, merkle.leaf_hash("sha256", entries(1)[0]))
    kept = list(before)
    merkle.append("sha256", before, 1, merkle.leaf_hash("sha256", entries(2)[1]))
    assert before == kept


def test_the_order_of_leaves_matters() -> None:
    one, two = (merkle.leaf_hash("sha256", e) for e in entries(2))
    roots = {
        merkle.root_of("sha256", merkle.append("sha256", merkle.append("sha256", [], 0, a), 1, b)) for a, b in ((one, two), (two, one))
    }
    assert len(roots) == 2


def test_leaves_and_nodes_are_told_apart() -> None:
    one, two = entries(2)
    assert merkle.node_hash("sha256", one, two) != digests.digest("sha256", b"\x00", bytes.fromhex(one + two))


def test_sm3_gives_another_tree_of_the_same_form() -> None:
    roots = set()
    for algorithm in ("sha256", "sm3"):
        frontier: list[str] = []
        for place, entry in enumerate(entries(5)):
            frontier = merkle.append(algorithm, frontier, place, merkle.leaf_hash(algorithm, entry))
        roots.add(merkle.root_of(algorithm, frontier))
    assert len(roots) == 2
