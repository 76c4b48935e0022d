"""How ledgers are mapped: what is remembered for an issuer, and which units there are to map names to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jiandi.base.text import normalise
from jiandi.loop.intake import rules
from jiandi.loop.intake.queries.units import living_units, unit_table
from jiandi.record.ledger.models import RememberedMapping, Round

FORMS = 50


def issuer_of(round_: Round) -> str:
    """The issuer as one writes it, whatever the spaces and brackets."""
    return normalise.plain(round_.issuer)[:120]


def remembered_forms(round_: Round) -> list[rules.Remembered]:
    """What was chosen for ledgers of this issuer, newest first."""
    rows = RememberedMapping.objects.filter(issuer=issuer_of(round_)).order_by("-pk")[:FORMS]
    return [rules.Remembered(frozenset(one.headings), one.columns, one.states, one.units) for one in rows]


def known_units() -> rules.Known:
    return rules.Known(unit_table(), dict(living_units().values_list("pk", "name")))


def unknown_units(rows: Iterable[rules.CheckedRow], choices: Mapping[str, str]) -> list[str]:
    """Names of units that nobody knows yet and that are not mapped to another, in order."""
    named = [(*row.leads, *row.supports, *(n for m in row.measures for n in (*m.leads, *m.supports))) for row in rows]
    names = dict.fromkeys(name for some in named for name in some)
    resolved = rules.resolve_units((name for name in names if choices.get(name, rules.NEW) == rules.NEW), unit_table())
    return [found.name for found in resolved if found.unit_id is None and found.doubt != rules.MANY_MEANT]
