"""How sure a share is: Wilson's interval, which holds for small numbers and never leaves 0 to 100."""

from __future__ import annotations

from math import ceil, floor, sqrt
from typing import Final

Z_95: Final = 1.959963984540054
ALL: Final = 100


def wilson(k: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """The 95 % interval of k of n as two shares of one (Wilson 1927)."""
    if not 0 <= k <= n or n == 0:
        raise ValueError((k, n))
    middle = (k + z * z / 2) / (n + z * z)
    half = z * sqrt(k * (n - k) / n + z * z / 4) / (n + z * z)
    return max(0.0, middle - half), min(1.0, middle + half)


def whole_percents(k: int, n: int) -> tuple[int, int]:
    """The same in whole per cent, the lower end cut and the upper one raised, so that it never looks surer than it is."""
    low, high = wilson(k, n)
    return (floor(low * ALL) if k else 0), (ceil(high * ALL) if k < n else ALL)
