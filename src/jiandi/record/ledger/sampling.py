"""Which cases of a numbered list are looked at: places anybody can recompute from the seed. No Django here."""

from __future__ import annotations

from jiandi.base import digests


def seed_of(head: str, thing: str, pk: int, cases: int, algorithm: str) -> str:
    """H("cases" ‖ head of the trail ‖ thing ‖ key ‖ number of cases), each on a line of its own: nobody knows it before the draw."""
    return digests.digest(algorithm, f"cases\n{head}\n{thing}\n{pk}\n{cases}".encode())


def places(seed: str, cases: int, drawn: int, algorithm: str) -> list[int]:
    """``drawn`` of the places 1 … ``cases``, in ascending order: those with the smallest H(seed ‖ place)."""
    order = sorted(range(1, cases + 1), key=lambda place: digests.digest(algorithm, f"{seed}\n{place}".encode()))
    return sorted(order[:drawn])
