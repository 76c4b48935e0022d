"""Rules of one unit with a like title."""

from __future__ import annotations

from dataclasses import dataclass

from jiandi.base.text import similar
from jiandi.record.ledger.models import Institution
from jiandi.record.ledger.models.institution import LIVING

LEAST = 70


@dataclass(frozen=True)
class Alike:
    """A rule whose title is much like the one typed."""

    pk: int
    title: str
    number: str
    percent: int


def like(unit_id: int, title: str) -> list[Alike]:
    """The unit's living rules with a title of at least ``LEAST`` per cent likeness, the nearest first."""
    rows = Institution.objects.filter(unit=unit_id, state__in=LIVING).order_by("pk").values_list("pk", "title", "number")
    found = {pk: (words, number) for pk, words, number in rows}
    near = similar.Likeness({pk: words for pk, (words, _number) in found.items()}).nearest(title, least=LEAST)
    return [Alike(one.key, *found[one.key], one.percent) for one in near]
