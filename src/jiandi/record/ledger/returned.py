"""Cells of a ledger that came back: how they stand, and what was chosen for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from jiandi.record.ledger import write
from jiandi.record.ledger.models import ReturnedCell, ReturnedLedger
from jiandi.record.trail.actor import Actor

_TOGETHER = 500
OPEN_KINDS = ("change", "conflict")


@dataclass(frozen=True)
class Moved:
    """A cell whose value in the record changed after the comparison, and who changed it."""

    cell: ReturnedCell
    now: str
    kind: str
    by_id: int | None = None
    at: datetime | None = None


def choose(returned: ReturnedLedger, choices: Mapping[int, str], *, actor: Actor) -> int:
    """Keep choices, by cell; how many cells took one."""
    kept = 0
    for choice in sorted(set(choices.values())):
        keys = [key for key, chosen in choices.items() if chosen == choice]
        for first in range(0, len(keys), _TOGETHER):
            some = returned.cells.filter(kind__in=OPEN_KINDS, pk__in=keys[first : first + _TOGETHER])
            kept += some.update(choice=choice)
    _chosen(returned, actor, kept)
    return kept


def choose_all(returned: ReturnedLedger, kind: str, choice: str, *, actor: Actor) -> int:
    """One choice for all cells of a kind."""
    kept = returned.cells.filter(kind=kind).update(choice=choice)
    _chosen(returned, actor, kept)
    return kept


def _chosen(returned: ReturnedLedger, actor: Actor, kept: int) -> None:
    """Whoever looked at other choices has to look again."""
    write.change(returned, {}, actor=actor, verb="choose", reason=f"{kept}")


def renew(moved: Iterable[Moved]) -> None:
    """What stands in the record now; a conflict is chosen anew."""
    for one in moved:
        cell = one.cell
        ReturnedCell.objects.filter(pk=cell.pk).update(
            now=one.now,
            kind=one.kind,
            changed_by_id=one.by_id,
            changed_at=one.at,
            choice={"change": "take", "conflict": ""}.get(one.kind, "leave"),
        )
