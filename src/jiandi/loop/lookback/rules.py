"""The draw that anybody can recompute (methods.md §3): commitments, root, seed, picks, and what the result supports.

All of it is a pure function of the frozen list, the opened secrets and the two numbers of the plan.
"""

from __future__ import annotations

import json
import secrets as randomness
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, comb

from jiandi.base import digests
from jiandi.record.trail import merkle

SECRET_BYTES = 32
BLOCK_BYTES = 64  # of SHA-256 and SM3 alike
CONFIDENCE = 95

# Points of methods.md §3.2, as far as the record holds what they look at.
POINTS = {
    "no_evidence": 3,
    "effect_not_moving": 3,
    "paper_only": 2,
    "last_week": 1,
    "nobody_outside": 1,
    "reused_evidence": 1,
}


@dataclass(frozen=True)
class Item:
    """One finding of the list that is drawn from."""

    finding_id: int
    number: str
    weight: int


@dataclass(frozen=True)
class Pick:
    """A drawn finding; ``key`` is the HMAC that decided its place."""

    place: int
    finding_id: int
    number: str
    weight: int
    is_random: bool
    key: str


@dataclass(frozen=True)
class Drawn:
    """What a list, the secrets and the numbers of the plan give."""

    root: str
    seed: str
    picks: tuple[Pick, ...]


def new_secret() -> str:
    """256 random bits for a party; keep it sealed until the list is frozen."""
    return randomness.token_hex(SECRET_BYTES)


def commitment(party: str, secret: str, algorithm: str = digests.DEFAULT) -> str:
    """H("commit" ‖ party ‖ secret), each on a line of its own: what a party hands in before the list is frozen."""
    return digests.digest(algorithm, f"commit\n{party}\n{secret}".encode())


def items_of(population: Iterable[Sequence[object]]) -> list[Item]:
    """The kept list ``[[id, number, weight], …]`` as items, in the order of the ids."""
    rows = [Item(int(str(pk)), str(number), int(str(weight))) for pk, number, weight in population]
    return sorted(rows, key=lambda item: item.finding_id)


def canonical(item: Item) -> bytes:
    return json.dumps([item.finding_id, item.number, item.weight], ensure_ascii=False, separators=(",", ":")).encode()


def root_of(items: Iterable[Item], algorithm: str) -> str:
    """Merkle root over the digests of the items, in the order of their ids (RFC 6962 form, as in the trail)."""
    frontier: list[str] = []
    for size, item in enumerate(sorted(items, key=lambda one: one.finding_id)):
        leaf = merkle.leaf_hash(algorithm, digests.digest(algorithm, canonical(item)))
        frontier = merkle.append(algorithm, frontier, size, leaf)
    return merkle.root_of(algorithm, frontier)


def seed_of(root: str, secrets: Iterable[tuple[str, str]], algorithm: str) -> str:
    """H("seed" ‖ root ‖ party ‖ secret ‖ …), each on a line of its own, parties in the order of their names."""
    lines = ["seed", root, *(line for party, secret in sorted(secrets) for line in (party, secret))]
    return digests.digest(algorithm, "\n".join(lines).encode())


def keyed(seed: str, text: str, algorithm: str) -> str:
    """HMAC (RFC 2104) of a text under the seed, for either algorithm."""
    key = bytes.fromhex(seed).ljust(BLOCK_BYTES, b"\0")
    inner = digests.digest_bytes(algorithm, bytes(b ^ 0x36 for b in key), text.encode())
    return digests.digest(algorithm, bytes(b ^ 0x5C for b in key), inner)


def recompute(
    population: Iterable[Sequence[object]],
    secrets: Iterable[tuple[str, str]],
    by_risk: int,
    at_random: int,
    algorithm: str = digests.DEFAULT,
) -> Drawn:
    """Root, seed and picks. The order of the list and of the parties does not matter.

    Risk half: the heaviest first, ties by HMAC(seed, "risk:" ‖ id). Random half: from the rest, the smallest −ln U with
    U from HMAC(seed, "random:" ‖ id) read as a fraction; that is the largest HMAC first, so no logarithm is needed.
    """
    items = items_of(population)
    root = root_of(items, algorithm)
    seed = seed_of(root, secrets, algorithm)
    risk = {item.finding_id: keyed(seed, f"risk:{item.finding_id}", algorithm) for item in items}
    heavy = sorted(items, key=lambda item: (-item.weight, risk[item.finding_id]))[:by_risk]
    taken = {item.finding_id for item in heavy}
    rest = [(keyed(seed, f"random:{item.finding_id}", algorithm), item) for item in items if item.finding_id not in taken]
    rest.sort(key=lambda pair: pair[0], reverse=True)
    chosen = [(risk[item.finding_id], item, False) for item in heavy]
    chosen += [(key, item, True) for key, item in rest[:at_random]]
    picks = tuple(
        Pick(place, item.finding_id, item.number, item.weight, is_random, key)
        for place, (key, item, is_random) in enumerate(chosen, start=1)
    )
    return Drawn(root, seed, picks)


def weight_of(signs: Iterable[str]) -> int:
    """The risk points of a finding."""
    return sum(POINTS[sign] for sign in signs)


def upper_limit(population: int, drawn: int, failed: int) -> int:
    """The largest number of failures among ``population`` that ``failed`` of ``drawn`` at random do not contradict at 95 %."""
    low, high = failed, population - (drawn - failed)
    while low < high:
        middle = (low + high + 1) // 2
        if _likely(population, middle, drawn, failed):
            low = middle
        else:
            high = middle - 1
    return low


def _likely(population: int, bad: int, drawn: int, failed: int) -> bool:
    """Whether at most ``failed`` failures in the draw have a chance above 5 %."""
    ways = sum(comb(bad, k) * comb(population - bad, drawn - k) for k in range(failed + 1))
    return ways * 100 > comb(population, drawn) * (100 - CONFIDENCE)


def size_for(population: int, tolerable_percent: int) -> int:
    """How many to draw at random so that, with none failing, at most this share of the list can fail (95 %)."""
    bad = ceil(population * tolerable_percent / 100)
    if bad < 1:
        return population
    low, high = 1, population
    while low < high:
        middle = (low + high) // 2
        if _likely(population, bad, middle, 0):
            low = middle + 1
        else:
            high = middle
    return low


@dataclass(frozen=True)
class Outcome:
    """What the random half supports, and what the other half is: counts only, no claim beyond them."""

    rest: int
    random_seen: int
    random_failed: int
    risk_seen: int
    risk_failed: int
    at_most: int | None

    @property
    def percent(self) -> str:
        """Upper limit in per cent of the rest, rounded up to one decimal."""
        if self.at_most is None or not self.rest:
            return ""
        tenths = -(-self.at_most * 1000 // self.rest)
        return f"{tenths // 10}.{tenths % 10}%"


def result(population: int, looked: Sequence[tuple[bool, str]], by_risk: int) -> Outcome:
    """``looked`` are (is random, state) of every drawn finding. Until all of the random half is seen there is no limit."""
    at_random = [state for is_random, state in looked if is_random]
    risky = [state for is_random, state in looked if not is_random]
    failed = at_random.count("failed")
    complete = bool(at_random) and "drawn" not in at_random
    rest = population - by_risk
    return Outcome(
        rest=rest,
        random_seen=len(at_random) - at_random.count("drawn"),
        random_failed=failed,
        risk_seen=len(risky) - risky.count("drawn"),
        risk_failed=risky.count("failed"),
        at_most=upper_limit(rest, len(at_random), failed) if complete else None,
    )
