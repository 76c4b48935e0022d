"""Findings by the dimension of their causes, for each lead unit and category: shares with intervals, never ranks.

n are findings with at least one cause, k those with a cause of the dimension; a finding may count under several.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db.models import Count, Exists, OuterRef, QuerySet

from jiandi.record.figures import intervals, rates
from jiandi.record.figures.queries import in_round
from jiandi.record.ledger import whys
from jiandi.record.ledger.models import Cause, Finding
from jiandi.record.ledger.models.finding import COUNTED_OUT
from jiandi.record.regimes.numbers import Rate
from jiandi.record.regimes.parts import Numbers
from jiandi.record.trail.actor import Actor

NO_UNIT = 0


@dataclass(frozen=True)
class Share:
    """k of n findings have a cause of this dimension; ``low`` and ``high`` in per cent where n is large enough to say so."""

    dimension: str
    rate: Rate
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Line:
    """A unit (by id, 0 without lead) or a category, with its n and a share for each dimension."""

    key: Any
    name: str
    n: int
    shares: tuple[Share, ...]

    @property
    def link(self) -> str:
        """The key as an address carries it; an empty one is a dash."""
        return quote(str(self.key)) or "-"


def share(dimension: str, k: int, n: int, how: Numbers) -> Share:
    rate = rates.rate(k, n, how)
    return Share(dimension, rate, *(intervals.whole_percents(k, n) if rate.has_percent else (None, None)))


def analysed(actor: Actor, round_id: int) -> QuerySet[Finding]:
    """What is counted: findings that the actor may see, not withdrawn, with at least one cause."""
    return in_round(actor, round_id).exclude(state__in=COUNTED_OUT).filter(Exists(_causes()))


def with_dimension(findings: QuerySet[Finding], dimension: str) -> QuerySet[Finding]:
    return findings.filter(Exists(_causes(dimension)))


def by_unit(actor: Actor, round_id: int, how: Numbers) -> list[Line]:
    """One line for each lead unit, in the order of the tree: who has most says nothing about who is worst."""
    rows = _counted(actor, round_id, "lead_id", "lead__path", "lead__name", "lead__short_name").order_by("lead__path")
    return [_line(row["lead_id"] or NO_UNIT, row["lead__short_name"] or row["lead__name"] or "", row, how) for row in rows]


def by_category(actor: Actor, round_id: int, how: Numbers) -> list[Line]:
    """One line for each category, in the order of its name."""
    return [_line(row["category"], row["category"], row, how) for row in _counted(actor, round_id, "category").order_by("category")]


def total(lines: Iterable[Line], how: Numbers) -> Line:
    """All lines together; each finding stands in one line, so they add up."""
    kept = list(lines)
    n = sum(line.n for line in kept)
    sums = {code: sum(s.rate.k for line in kept for s in line.shares if s.dimension == code) for code in whys.DIMENSIONS}
    return Line("", "", n, tuple(share(code, k, n, how) for code, k in sums.items()))


def _line(key: Any, name: str, row: Any, how: Numbers) -> Line:
    return Line(key, name, row["n"], tuple(share(code, row[f"n_{code}"], row["n"], how) for code in whys.DIMENSIONS))


def _counted(actor: Actor, round_id: int, *by: str) -> QuerySet[Finding, Any]:
    found: QuerySet[Finding, Any] = analysed(actor, round_id).values(*by)
    return found.annotate(n=Count("pk"), **{f"n_{code}": Count("pk", filter=Exists(_causes(code))) for code in whys.DIMENSIONS})


def _causes(dimension: str = "") -> QuerySet[Cause]:
    live = Cause.objects.filter(finding=OuterRef("pk"), is_dropped=False)
    return live.filter(dimension=dimension) if dimension else live
