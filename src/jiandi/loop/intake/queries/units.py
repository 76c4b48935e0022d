"""Units as documents name them."""

from __future__ import annotations

from django.db.models import QuerySet

from jiandi.base.text import normalise
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit, UnitAlias


def living_units() -> QuerySet[Unit]:
    return accounts.living_units()


def unit_table() -> dict[str, tuple[int, ...]]:
    """Every name, short name and alias of living units, and the units each means (one, if it is clear)."""
    found: dict[str, set[int]] = {}
    for pk, name, short in living_units().values_list("pk", "name", "short_name"):
        for words in filter(None, (name, short)):
            found.setdefault(normalise.plain(words), set()).add(pk)
    for pk, name in UnitAlias.objects.filter(unit__ended_on__isnull=True).values_list("unit_id", "name"):
        found.setdefault(normalise.plain(name), set()).add(pk)
    return {name: tuple(sorted(ids)) for name, ids in found.items()}
