"""Rates as they are printed: cut, not rounded up; never all unless it is all; no percentage of a handful.

Found in the field: 1,691 of 1,786 is printed as 94 % and 513 of 817 as 62 % (national audit report).
"""

from __future__ import annotations

from dataclasses import dataclass

from jiandi.record.regimes.parts import Rounding

LEAST = 5
ALL = 100


@dataclass(frozen=True)
class Rate:
    """``text`` is what is shown beside "k of n": ``94%``, or ``3/4`` where n is too small for a percentage."""

    text: str
    k: int
    n: int

    @property
    def has_percent(self) -> bool:
        """Whether n was large enough for a percentage; without one there is no rank either."""
        return self.text.endswith("%")


def rate(k: int, n: int, rounding: Rounding = "truncate", decimals: int = 0, *, least: int = LEAST) -> Rate:
    """How k of n is written. Whole numbers throughout, so that no binary fraction tips a digit."""
    if not 0 <= k <= n:
        raise ValueError((k, n))
    if n < max(least, LEAST):
        return Rate(f"{k}/{n}", k, n)
    whole = ALL * 10**decimals
    parts = (2 * k * whole + n) // (2 * n) if rounding == "half_up" else k * whole // n
    if k < n:
        parts = min(parts, whole - 1)
    return Rate(_percent(parts, decimals), k, n)


def _percent(parts: int, decimals: int) -> str:
    if not decimals:
        return f"{parts}%"
    before, after = divmod(parts, 10**decimals)
    return f"{before}.{after:0{decimals}}%"
