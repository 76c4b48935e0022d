"""The entries of some things, to be carried out of the house and checked there without the database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q

from jiandi.record.trail import writing
from jiandi.record.trail.models import Head, TrailEntry

Thing = tuple[str, int]


def lines(things: Iterable[Thing]) -> Iterator[dict[str, Any]]:
    """All entries of these things, stream by stream, as plain lines."""
    wanted: dict[str, list[int]] = {}
    for thing, pk in things:
        wanted.setdefault(thing, []).append(pk)
    for thing, pks in sorted(wanted.items()):
        rows = TrailEntry.objects.filter(Q(thing=thing, thing_id__in=pks)).select_related("leaf").order_by("thing_id", "number")
        for entry in rows.iterator(chunk_size=1000):
            yield {
                "thing": entry.thing,
                "id": entry.thing_id,
                "number": entry.number,
                "algorithm": entry.algorithm,
                "body": entry.body,
                "previous": entry.previous,
                "digest": entry.digest,
                "leaf": entry.leaf.place if hasattr(entry, "leaf") else None,
            }


def head() -> dict[str, Any]:
    """The last seal: size and root of the tree that the leaves stand in."""
    found = Head.objects.order_by("-size").first()
    return {"size": found.size, "algorithm": found.algorithm, "root": found.root, "at": found.at.isoformat()} if found else {}


def faults(found: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Where a stream does not follow from itself; needs no database."""
    last: tuple[Any, ...] = ()
    number, digest = 0, ""
    for line in found:
        stream = (line["thing"], line["id"])
        if stream != last:
            last, number, digest = stream, 0, ""
        where = f"{line['thing']} {line['id']} #{line['number']}"
        if line["number"] != number + 1 or line["previous"] != digest:
            yield where, "does not follow its predecessor"
        if writing.chain(line["algorithm"], line["previous"], line["body"]) != line["digest"]:
            yield where, "its bytes do not give its digest"
        elif not _agrees(line):
            yield where, "its fields differ from its body"
        number, digest = line["number"], line["digest"]


def _agrees(line: dict[str, Any]) -> bool:
    body = json.loads(line["body"])
    return (body["thing"], body["id"], body["number"]) == (line["thing"], line["id"], line["number"])
