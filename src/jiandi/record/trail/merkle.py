"""The tree over all entries, in the form of RFC 6962: leaf = H(0 ‖ digest), node = H(1 ‖ left ‖ right).

A frontier is the list of roots of the full subtrees, largest first; it grows without reading old leaves.
"""

from __future__ import annotations

from jiandi.base import digests


def leaf_hash(algorithm: str, entry_digest: str) -> str:
    return digests.digest(algorithm, b"\x00", bytes.fromhex(entry_digest))


def node_hash(algorithm: str, left: str, right: str) -> str:
    return digests.digest(algorithm, b"\x01", bytes.fromhex(left), bytes.fromhex(right))


def append(algorithm: str, frontier: list[str], size: int, leaf: str) -> list[str]:
    """The frontier after one more leaf on a tree of ``size`` leaves."""
    grown, carry = list(frontier), leaf
    while size & 1:
        carry = node_hash(algorithm, grown.pop(), carry)
        size >>= 1
    return [*grown, carry]


def root_of(algorithm: str, frontier: list[str]) -> str:
    """Root over all leaves of a frontier; the empty tree has the digest of nothing."""
    if not frontier:
        return digests.digest(algorithm)
    root = frontier[-1]
    for left in reversed(frontier[:-1]):
        root = node_hash(algorithm, left, root)
    return root
