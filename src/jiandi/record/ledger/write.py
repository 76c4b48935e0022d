"""Writing ledger rows: the trail's writing plus spans of every facet a sheet reads, and the kept counters."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from jiandi.record.ledger import counters
from jiandi.record.ledger.models import Finding
from jiandi.record.trail import writing
from jiandi.record.trail.actor import Actor
from jiandi.record.trail.models import Recorded, TrailEntry

R = TypeVar("R", bound=Recorded)

attach = writing.attach
attach_many = writing.attach_many
note = writing.note
expect_version = writing.expect_version


def create(record: R, *, actor: Actor, verb: str, reason: str = "") -> R:
    """Insert one row; see ``create_many``."""
    return create_many([record], actor=actor, verb=verb, reason=reason)[0]


def create_many(records: Sequence[R], *, actor: Actor, verb: str, reason: str = "") -> list[R]:
    """Insert rows of one kind with entries, spans and counters, in a handful of statements."""
    made = writing.create_many(records, actor=actor, verb=verb, reason=reason, spans=[facets_of(r) for r in records])
    counters.add([r for r in made if isinstance(r, Finding)])
    return made


def change(record: Recorded, fields: Mapping[str, Any], *, actor: Actor, verb: str, reason: str = "") -> TrailEntry:
    """Compare-and-set fields of a row (names as in the database, ``lead_id``) with entry, spans and counters."""
    before = copy.copy(record)
    after = copy.copy(record)
    for name, value in fields.items():
        setattr(after, name, value)
    old, new = facets_of(before), facets_of(after)
    turned = {facet: new.get(facet, "") for facet in {*old, *new} if old.get(facet, "") != new.get(facet, "")}
    entry = writing.change(record, fields, actor=actor, verb=verb, reason=reason, spans=turned)
    if isinstance(record, Finding) and isinstance(before, Finding):
        counters.shift(before, record)
    return entry


def facets_of(record: Recorded) -> dict[str, str]:
    """The values whose past a sheet may ask for; an empty value has no span."""
    if not isinstance(record, Finding):
        state = getattr(record, "state", "")
        return {"state": state} if state else {}
    facets = {
        "state": record.state,
        "lead": str(record.lead_id or ""),
        "due": record.due.isoformat() if record.due else "",
        "said": "1" if record.is_said else "",
        "done": "1" if record.is_done else "",
        "well": "1" if record.is_well else "",
    }
    return {facet: value for facet, value in facets.items() if value}
