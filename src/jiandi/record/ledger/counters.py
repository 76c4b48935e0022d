"""Kept counts of findings; shifted in the same transaction that moves a finding, rebuilt from rows on request."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Count, Q

from jiandi.record.ledger.models import Counter, Finding
from jiandi.record.ledger.models.finding import UNCHECKED

Key = tuple[int, int | None, str]
Counts = tuple[int, int, int, int, int]
NAMES = ("total", "said", "done", "well", "unchecked")
NONE: Counts = (0, 0, 0, 0, 0)
FEW = 20


def add(findings: Iterable[Finding]) -> None:
    """Count new findings."""
    _apply((_key(f), _counts(f), 1) for f in findings)


def shift(before: Finding, after: Finding) -> None:
    """Move one finding between counts, if its key or a claim changed."""
    if _key(before) != _key(after) or _counts(before) != _counts(after):
        _apply([(_key(before), _counts(before), -1), (_key(after), _counts(after), 1)])


def _key(finding: Finding) -> Key:
    return (finding.round_id, finding.lead_id, finding.state)


def _counts(finding: Finding) -> Counts:
    return (1, int(finding.is_said), int(finding.is_done), int(finding.is_well), int(finding.is_unchecked))


def _apply(steps: Iterable[tuple[Key, Counts, int]]) -> None:
    """Add the differences key by key, always in the same order, so that two writers cannot lock each other."""
    sums: dict[Key, Tally[str]] = {}
    for key, counts, sign in steps:
        tally = sums.setdefault(key, Tally())
        for name, n in zip(NAMES, counts, strict=True):
            tally[name] += sign * n
    moved = [key for key in sorted(sums, key=_place) if any(sums[key].values())]
    more = [[sums[key][name] for name in NAMES] for key in moved]
    if len(moved) > FEW:
        _add_all(moved, more)
        return
    with connection.cursor() as cursor:
        for key, shifts in zip(moved, more, strict=True):
            _add_to(cursor, key, shifts)


def _place(key: Key) -> tuple[bool, int, int, str]:
    round_id, lead_id, state = key
    return (lead_id is not None, round_id, lead_id or 0, state)


def _add_all(keys: Sequence[Key], more: Sequence[list[int]]) -> None:
    """Many counters, as when a ledger is taken over: those that are missing are made first, then all are shifted."""
    kept = Counter.objects.filter(round_id__in={key[0] for key in keys}).values_list("round_id", "lead_id", "state")
    missing = [Counter(round_id=key[0], lead_id=key[1], state=key[2]) for key in sorted(set(keys).difference(kept), key=_place)]
    Counter.objects.bulk_create(missing, ignore_conflicts=True)
    given = [_given(key, shifts) for key, shifts in zip(keys, more, strict=True)]
    without = sum(lead_id is None for _round_id, lead_id, _state in keys)
    with connection.cursor() as cursor:
        cursor.executemany(_shifting(is_led=False), given[:without])
        cursor.executemany(_shifting(is_led=True), given[without:])


def _given(key: Key, shifts: list[int]) -> list[Any]:
    round_id, lead_id, state = key
    return [*shifts, round_id, state, *([] if lead_id is None else [lead_id])]


def _add_to(cursor: CursorWrapper, key: Key, more: list[int]) -> None:
    """One short statement, as every change of state comes here twice; a counter is made when it is first needed."""
    round_id, lead_id, state = key
    given = _given(key, more)
    statement = _shifting(is_led=lead_id is not None)
    cursor.execute(statement, given)
    if not cursor.rowcount:
        Counter.objects.get_or_create(round_id=round_id, lead_id=lead_id, state=state)
        cursor.execute(statement, given)


def _shifting(*, is_led: bool) -> str:
    quoted = connection.ops.quote_name
    shifts = ", ".join(f"{quoted(name)} = {quoted(name)} + %s" for name in NAMES)
    lead = f"{quoted('lead_id')} = %s" if is_led else f"{quoted('lead_id')} IS NULL"
    table = quoted(Counter._meta.db_table)
    return f"UPDATE {table} SET {shifts} WHERE {quoted('round_id')} = %s AND {quoted('state')} = %s AND {lead}"  # noqa: S608  # nosec B608


def rebuild() -> int:
    """Count everything again; returns how many counters differed (0 unless something is wrong)."""
    true: dict[Key, Counts] = {
        (r["round_id"], r["lead_id"], r["state"]): (r["n"], r["n_said"], r["n_done"], r["n_well"], r["n_unchecked"])
        for r in Finding.objects.values("round_id", "lead_id", "state").annotate(
            n=Count("pk"),
            n_said=Count("pk", filter=Q(is_said=True)),
            n_done=Count("pk", filter=Q(is_done=True)),
            n_well=Count("pk", filter=Q(is_well=True)),
            n_unchecked=Count("pk", filter=UNCHECKED),
        )
    }
    kept: dict[Key, Counts] = {
        (c.round_id, c.lead_id, c.state): (c.total, c.said, c.done, c.well, c.unchecked) for c in Counter.objects.all()
    }
    wrong = {k for k in {*true, *kept} if true.get(k, NONE) != kept.get(k, NONE)}
    for round_id, lead_id, state in wrong:
        Counter.objects.update_or_create(
            round_id=round_id,
            lead_id=lead_id,
            state=state,
            defaults=dict(zip(NAMES, true.get((round_id, lead_id, state), NONE), strict=True)),
        )
    return len(wrong)
