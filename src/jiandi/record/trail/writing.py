"""The only way a recorded row is written: version, spans and trail entry together, inside the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.db import connection, models

from jiandi.base import clock, digests
from jiandi.base.errors import Conflict
from jiandi.base.text.words import N_
from jiandi.record.trail import many
from jiandi.record.trail.actor import Actor
from jiandi.record.trail.models import Recorded, StateSpan, TrailEntry, Unsealed, plain, thing_of

BODY_LIMIT_BYTES = 8192
_LONG_TEXT = 400
_BATCH = 500
_SPAN = ("thing", "thing_id", "facet", "value", "since", "opened_by")
_STILL_OPEN_AS_ANOTHER = '"until" IS NULL AND "value" <> %s'
_LOST = N_("Somebody else changed this in the meantime. Look at both values, then decide and save again.")
SECRET_FIELDS = frozenset({"password", "secret_digest", "last_login"})

R = TypeVar("R", bound=Recorded)


def create(record: R, *, actor: Actor, verb: str, reason: str = "", spans: Mapping[str, str] | None = None) -> R:
    """Insert a row with the first entry of its stream and the spans it opens (facet -> value)."""
    return create_many([record], actor=actor, verb=verb, reason=reason, spans=[spans or {}])[0]


def create_many(
    records: Sequence[R],
    *,
    actor: Actor,
    verb: str,
    reason: str = "",
    spans: Sequence[Mapping[str, str]] | None = None,
) -> list[R]:
    """Insert many rows of one kind, each with its entry, in a handful of statements."""
    if not records:
        return []
    told = _Told(actor, verb, reason, clock.now())
    keys = _create(records, told)
    since = many.ready(StateSpan, "since", told.at)
    opened = zip(records, keys, spans or [{}] * len(records), strict=True)
    thing = thing_of(records[0])
    many.insert(
        StateSpan,
        _SPAN,
        [(thing, record.pk, facet, value, since, key) for record, key, facets in opened for facet, value in facets.items()],
    )
    return list(records)


def _create(records: Sequence[R], told: _Told) -> Sequence[int]:
    """All keys are drawn first, so that every row is written once, with the end of its stream; the keys of the entries."""
    columns = many.columns_of(records)
    changes = many.first_changes(columns, len(records))
    own = many.draw_keys(type(records[0]), len(records))
    for record, pk in zip(records, own, strict=True):
        record.pk = pk
    lines = _first_lines(records, told, changes)
    for record, line in zip(records, lines, strict=True):
        record.trail_number, record.trail_digest = line.number, line.digest
    ends: dict[str, Sequence[Any]] = {"trail_number": [line.number for line in lines], "trail_digest": [line.digest for line in lines]}
    many.insert_records(records, columns, own, **ends)
    keys = many.draw_keys(TrailEntry, len(lines))
    many.insert(TrailEntry, ("id", *_Line._fields), [(key, *line) for key, line in zip(keys, lines, strict=True)])
    many.insert(Unsealed, ("entry",), [(key,) for key in keys])
    return keys


def change(
    record: Recorded,
    fields: Mapping[str, Any],
    *,
    actor: Actor,
    verb: str,
    reason: str = "",
    spans: Mapping[str, str] | None = None,
) -> TrailEntry:
    """Compare-and-set ``fields`` on a row of a known version, with entry and spans; a lost race is a Conflict."""
    before = {name: getattr(record, name) for name in fields}
    changes = {
        name: [plain(before[name]), plain(value)] for name, value in fields.items() if before[name] != value and name not in SECRET_FIELDS
    }
    entry = _entry(record, actor=actor, verb=verb, reason=reason, changes=changes, at=clock.now())
    ends = {"version": record.version + 1, "trail_number": entry.number, "trail_digest": entry.digest}
    known = {"id": record.pk, "version": record.version, "trail_digest": record.trail_digest}  # a note moves the stream, not the version
    if _update(type(record), {**fields, **ends}, known) != 1:
        raise conflict(record, fields)
    for name, value in fields.items():
        setattr(record, name, value)
    record.version += 1
    record.trail_number, record.trail_digest = entry.number, entry.digest
    _write_entry(entry)
    for facet, value in (spans or {}).items():
        _turn_span(record, facet, value, entry)
    return entry


def note(record: Recorded, *, actor: Actor, verb: str, reason: str = "", **facts: Any) -> TrailEntry:
    """An entry in a row's stream about something beside its own fields (a file attached, a link made)."""
    return _note(record, actor, verb, reason, {name: [None, plain(value)] for name, value in facts.items()})


def _note(record: Recorded, actor: Actor, verb: str, reason: str, changes: dict[str, list[Any]]) -> TrailEntry:
    entry = _entry(record, actor=actor, verb=verb, reason=reason, changes=changes, at=clock.now())
    ends = {"trail_number": entry.number, "trail_digest": entry.digest}
    if _update(type(record), ends, {"id": record.pk, "trail_digest": record.trail_digest}) != 1:
        raise conflict(record, {})
    record.trail_number, record.trail_digest = entry.number, entry.digest
    _write_entry(entry)
    return entry


def conflict(record: Recorded, fields: Mapping[str, Any]) -> Conflict:
    """The error of a lost race, with what the caller wanted and what stands now."""
    now = type(record)._default_manager.filter(pk=record.pk).values(*fields).first() if fields else {}
    return Conflict(
        "trail.conflict",
        _LOST,
        mine={name: plain(value) for name, value in fields.items()},
        theirs={name: plain(value) for name, value in (now or {}).items()},
    )


def expect_version(record: Recorded, version: int) -> None:
    """Refuse an action that was decided on another version than the row's; both versions are told, and the state now."""
    if record.version == version:
        return
    now = {name: plain(getattr(record, name)) for name in ("version", "state") if hasattr(record, name)}
    raise Conflict("trail.conflict", _LOST, mine={"version": version}, theirs=now)


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(body: Mapping[str, Any]) -> str:
    """The one JSON text of a body: sorted keys, no spaces, UTF-8 kept."""
    return _CANONICAL.encode(body)


@dataclass(frozen=True)
class _Told:
    """What all entries of one write share."""

    actor: Actor
    verb: str
    reason: str
    at: datetime

    @cached_property
    def head(self) -> dict[str, Any]:
        """Their part of the body."""
        return {
            "at": self.at.isoformat(timespec="microseconds"),
            "actor": self.actor.user_id,
            "duties": sorted({f"{d.role}@{d.post_id}" for d in self.actor.duties})[:20],
            "stands_for": self.actor.stands_for,
            "verb": self.verb,
            "zone": self.actor.zone,
        }


class _Line(NamedTuple):
    """An entry before it is a row; the order is that of its columns."""

    thing: str
    thing_id: int
    number: int
    at: datetime
    actor_id: int | None
    verb: str
    algorithm: str
    body: str
    previous: str
    digest: str


def _line(record: Recorded, told: _Told, changes: Mapping[str, list[Any]]) -> _Line:
    number, thing = record.trail_number + 1, thing_of(record)
    head = {**told.head, "thing": thing, "id": record.pk, "number": number}
    body = canonical({**head, "reason": told.reason, "changes": changes})
    if len(body) > BODY_LIMIT_BYTES // 4 and len(body.encode()) > BODY_LIMIT_BYTES:
        body = canonical({**head, "reason": _shorten(told.reason), "changes": _shorten_all(changes)})
    algorithm, previous = settings.JIANDI_ALGORITHM, record.trail_digest
    digest = chain(algorithm, previous, body)
    return _Line(thing, record.pk, number, told.at, told.actor.user_id, told.verb, algorithm, body, previous, digest)


def _first_lines(records: Sequence[Recorded], told: _Told, changes: Iterable[str]) -> list[_Line]:
    """First entries of many new streams, each with its changes as canonical JSON. Their bodies differ in key and changes alone."""
    thing, algorithm, at = thing_of(records[0]), settings.JIANDI_ALGORITHM, many.ready(TrailEntry, "at", told.at)
    same = {**told.head, "thing": thing, "number": 1, "reason": told.reason}
    first, second, third = (
        canonical({name: value for name, value in same.items() if after < name < before})[1:-1]
        for after, before in (("", "changes"), ("changes", "id"), ("id", "~"))
    )
    lines = []
    for record, changed in zip(records, changes, strict=True):
        body = f'{{{first},"changes":{changed},{second},"id":{record.pk},{third}}}'
        if len(body) > BODY_LIMIT_BYTES // 4 and len(body.encode()) > BODY_LIMIT_BYTES:
            lines.append(_line(record, told, json.loads(changed))._replace(at=at))
        else:
            lines.append(_Line(thing, record.pk, 1, at, told.actor.user_id, told.verb, algorithm, body, "", chain(algorithm, "", body)))
    return lines


def _entry(record: Recorded, *, actor: Actor, verb: str, reason: str, changes: Mapping[str, list[Any]], at: datetime) -> TrailEntry:
    return TrailEntry(**_line(record, _Told(actor, verb, reason, at), changes)._asdict())


def chain(algorithm: str, previous: str, body: str) -> str:
    """Digest of an entry: over the algorithm's name, the previous digest of the stream, and the body."""
    return digests.digest(algorithm, f"{algorithm}\n{previous}\n{body}".encode())


def _shorten(value: Any) -> Any:
    """Long text goes into the entry as its digest."""
    if isinstance(value, str) and len(value.encode()) > _LONG_TEXT:
        return {"digest": digests.digest("sha256", value.encode()), "length": len(value)}
    return value


def _shorten_all(changes: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: [_shorten(v) for v in pair] for name, pair in changes.items()}


def _write_entry(entry: TrailEntry) -> None:
    line = _Line(**{name: getattr(entry, name) for name in _Line._fields})._replace(at=many.ready(TrailEntry, "at", entry.at))
    (entry.pk,) = many.insert(TrailEntry, _Line._fields, [line], returning="id")
    many.insert(Unsealed, ("entry",), [(entry.pk,)])


def _turn_span(record: Recorded, facet: str, value: str, entry: TrailEntry) -> None:
    """Close the open span of a facet and open the next, unless the value stays. An empty value has no span."""
    of = {"thing": entry.thing, "thing_id": record.pk, "facet": facet}
    ends = {"until": entry.at, "closed_by": entry.pk}
    closed = _update(StateSpan, ends, of, _STILL_OPEN_AS_ANOTHER, value)
    if value and (closed or not StateSpan.objects.filter(**of, until__isnull=True).exists()):
        many.insert(StateSpan, _SPAN, [(*of.values(), value, many.ready(StateSpan, "since", entry.at), entry.pk)])


def _update(model: type[models.Model], fields: Mapping[str, Any], where: Mapping[str, Any], also: str = "", *given: Any) -> int:
    """Set fields of the rows that have all of ``where`` and for which ``also`` holds; how many they were."""
    quoted = connection.ops.quote_name
    named = {many.field_of(model, name): value for name, value in fields.items()}
    sets = ", ".join(f"{quoted(f.column)} = %s" for f in named)
    asked = " AND ".join([*(f"{quoted(many.field_of(model, name).column)} = %s" for name in where), *([also] if also else [])])
    values = [*(f.get_db_prep_save(value, connection) for f, value in named.items()), *where.values(), *given]
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {quoted(model._meta.db_table)} SET {sets} WHERE {asked}", values)  # noqa: S608  # nosec B608
        return int(cursor.rowcount)


def attach(rows: Iterable[models.Model]) -> None:
    """Insert subordinate rows whose facts stand in the entry of the row they belong to."""
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    for model, some in by_model.items():
        model._default_manager.bulk_create(some, batch_size=_BATCH)


def attach_many(model: type[models.Model], fields: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """The same for many rows of one kind, given as plain values of ``fields``, whose keys nobody asks for."""
    many.insert(model, fields, rows)
