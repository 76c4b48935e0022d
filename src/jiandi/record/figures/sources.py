"""The register by source: the same totals for each feed, and beside them what came over from other letters."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from jiandi.record.figures import queries, rates
from jiandi.record.figures.rates import StateCount, Totals
from jiandi.record.ledger import listing, load
from jiandi.record.ledger.models import Finding
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor


@dataclass(frozen=True)
class SourceTotals:
    """The totals of one source."""

    source: str
    word: str
    totals: Totals


@dataclass(frozen=True)
class Register:
    """``own`` is what the round's figures count, source by source; ``carried`` stays counted in its own letter; ``whole`` is both."""

    rows: tuple[SourceTotals, ...]
    own: Totals
    carried: Totals
    whole: Totals

    @property
    def has_carried(self) -> bool:
        return self.carried.total > 0


def register_of(actor: Actor, round_id: int, unit_id: int | None = None) -> Register:
    """What the actor may see of a round's register (or of what a unit and those below it lead in it)."""
    profile = regimes.profile_of(load.round_(actor, round_id).regime)
    by_source: dict[str, list[StateCount]] = defaultdict(list)
    for row in queries.tallied(queries.in_round(actor, round_id, unit_id), "source", "state"):
        by_source[row["source"]].append(queries.state_count(row))
    over = listing.carried(actor, round_id).filter(queries.led_by(unit_id))
    carried = [queries.state_count(row) for row in queries.tallied(over, "state")]
    own = [row for counts in by_source.values() for row in counts]
    return Register(
        rows=tuple(
            SourceTotals(code, str(word), rates.make(by_source[code], profile)) for code, word in Finding.SOURCES if by_source[code]
        ),
        own=rates.make(own, profile),
        carried=rates.make(carried, profile),
        whole=rates.make([*own, *carried], profile),
    )
