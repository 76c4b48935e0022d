"""How far each finding of the sample city has come, and how honest its unit is."""

from __future__ import annotations

import random
from dataclasses import dataclass

# How many of 120 findings end where. The order is the order of the way.
ENDS: tuple[tuple[str, int], ...] = (
    ("registered", 6),
    ("planned", 8),
    ("working", 20),
    ("claiming", 10),
    ("returned", 6),
    ("basically_done", 3),
    ("long_term", 4),
    ("submitted", 8),
    ("verified", 7),
    ("closed", 20),
    ("well", 18),
    ("reopened", 6),
    ("handed_over", 2),
    ("withdrawn", 2),
)
CARELESS = 4


@dataclass(frozen=True)
class Path:
    """Where a finding ends, and after how many days it takes each step."""

    end: str
    plan_after: int
    work_after: int
    done_after: int
    careless: bool

    def reaches(self, *ends: str) -> bool:
        return self.end in ends


class Deck:
    """All ends, shuffled once and dealt to both rounds, so that every state comes up."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._ends = [name for name, count in ENDS for _ in range(count)]
        rng.shuffle(self._ends)

    def deal(self, leads: list[int]) -> list[Path]:
        """One path per finding; every fourth lead unit is careless (talk first, same words, late, in a rush)."""
        careless = {lead for lead in leads if lead % CARELESS == 0}
        return [_path(self._rng, self._next(), careless=lead in careless) for lead in leads]

    def _next(self) -> str:
        return self._ends.pop() if self._ends else "working"


def _path(rng: random.Random, end: str, *, careless: bool) -> Path:
    plan = rng.randint(14, 28) + (6 if careless else 0)
    work = plan + rng.randint(6, 20)
    done = 96 + rng.randint(0, 6) if careless else work + rng.randint(20, 45)
    return Path(end, plan, work, done, careless)
