"""Reads of the trail: a thing's history, the head of a date, what held as of a head, and verification."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from jiandi.base import clock
from jiandi.record.trail import guards, merkle, writing
from jiandi.record.trail.models import Head, Leaf, Recorded, StateSpan, TrailEntry, Unsealed

STALE_SECONDS = 600


@dataclass(frozen=True)
class Event:
    """One entry for people: moment, actor id, verb, reason and changed fields (name -> [before, after])."""

    at: datetime
    actor_id: int | None
    verb: str
    reason: str
    changes: dict[str, list[Any]]
    number: int
    digest: str


def history(thing: str, thing_id: int) -> list[Event]:
    """All entries of a thing, oldest first."""
    return [_event(e) for e in TrailEntry.objects.filter(thing=thing, thing_id=thing_id).order_by("number")]


def _event(entry: TrailEntry) -> Event:
    body = json.loads(entry.body)
    return Event(entry.at, entry.actor_id, entry.verb, str(body["reason"]), body["changes"], entry.number, entry.digest)


def head_before(day: date) -> Head | None:
    """The last seal before the end of a local day: what "as of that day" means."""
    return Head.objects.filter(at__lt=clock.end_of(day)).order_by("-size").first()


def spans_at(head: Head, thing: str, facet: str) -> QuerySet[StateSpan]:
    """The spans of a facet that held when ``head`` was sealed."""
    return StateSpan.objects.filter(
        Q(closed_by__isnull=True) | Q(closed_by__leaf__isnull=True) | Q(closed_by__leaf__place__gte=head.size),
        thing=thing,
        facet=facet,
        opened_by__leaf__place__lt=head.size,
    )


@dataclass(frozen=True)
class Fault:
    """Something verification found: which entry or head, and what is wrong with it."""

    where: str
    what: str


def verify() -> Iterator[Fault]:
    """Check streams and their ends, leaves, heads, stale unsealed entries and the guards."""
    for table in guards.missing_guards(connection):
        yield Fault(table, "the guard that refuses changes is missing")
    yield from _verify_streams()
    yield from _verify_ends()
    yield from _verify_tree()
    limit = clock.now() - timedelta(seconds=STALE_SECONDS)
    for waiting in Unsealed.objects.filter(entry__at__lt=limit).select_related("entry")[:20]:
        yield Fault(f"entry {waiting.entry_id}", "unsealed for longer than ten minutes")


def _verify_streams() -> Iterator[Fault]:
    """Each entry's digest follows from its body and its predecessor; fields beside the body agree with it."""
    last: tuple[str, int] | None = None
    number, digest = 0, ""
    for entry in TrailEntry.objects.order_by("thing", "thing_id", "number").iterator(chunk_size=2000):
        if last != (entry.thing, entry.thing_id):
            last, number, digest = (entry.thing, entry.thing_id), 0, ""
        name = f"entry {entry.pk} ({entry.thing} {entry.thing_id} #{entry.number})"
        if entry.number != number + 1:
            yield Fault(name, f"entry number {number + 1} of the stream is missing")
        if entry.previous != digest:
            yield Fault(name, "does not follow its predecessor")
        if writing.chain(entry.algorithm, entry.previous, entry.body) != entry.digest:
            yield Fault(name, "its bytes do not give its digest")
        elif not _columns_agree(entry):
            yield Fault(name, "its columns differ from its body")
        number, digest = entry.number, entry.digest


def _verify_ends() -> Iterator[Fault]:
    """Each record keeps the end of its own stream; entries cut off at the end are missed there."""
    for model in (m for m in apps.get_models() if issubclass(m, Recorded)):
        thing = str(model._meta.model_name)
        ends = TrailEntry.objects.filter(thing=thing, thing_id=OuterRef("pk")).order_by("-number")
        rows = model._default_manager.annotate(last=Subquery(ends.values("digest")[:1])).exclude(trail_digest=F("last"), last__isnull=False)
        for pk, kept in rows.order_by("pk").values_list("pk", "trail_number").iterator(chunk_size=2000):
            yield Fault(f"{thing} {pk}", f"its stream does not end with entry number {kept} as the record says")


def _columns_agree(entry: TrailEntry) -> bool:
    body = json.loads(entry.body)
    said = (body["thing"], body["id"], body["number"], body["actor"], body["verb"])
    same_moment = datetime.fromisoformat(body["at"]) == entry.at
    return said == (entry.thing, entry.thing_id, entry.number, entry.actor_id, entry.verb) and same_moment


def _verify_tree() -> Iterator[Fault]:
    """Rebuild the tree leaf by leaf and compare every head on the way."""
    heads = {head.size: head for head in Head.objects.all()}
    algorithm = next(iter(heads.values())).algorithm if heads else "sha256"
    frontier: list[str] = []
    size = 0
    rows = Leaf.objects.order_by("place").values_list("place", "entry__digest", "entry_id")
    for place, digest, entry_id in rows.iterator(chunk_size=2000):
        if place != size:
            yield Fault(f"leaf {size}", "is missing")
            size = place
        frontier = merkle.append(algorithm, frontier, size, merkle.leaf_hash(algorithm, digest))
        size += 1
        head = heads.pop(size, None)
        if head and head.root != merkle.root_of(algorithm, frontier):
            yield Fault(f"head {head.size}", f"its root does not follow from the leaves up to entry {entry_id}")
        elif head and head.frontier.split() != frontier:
            yield Fault(f"head {head.size}", f"its frontier does not follow from the leaves up to entry {entry_id}")
    for left in sorted(heads):
        yield Fault(f"head {left}", "covers leaves that are not there")
    missing = TrailEntry.objects.filter(leaf__isnull=True, unsealed__isnull=True)
    for entry in missing[:20]:
        yield Fault(f"entry {entry.pk}", "is neither sealed nor waiting to be sealed")
