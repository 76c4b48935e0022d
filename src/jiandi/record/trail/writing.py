"""The only way a recorded row is written: version, spans and trail entry together, inside the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property, partial
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.db import connection, models
from django.db.models import OuterRef, Subquery

from jiandi.base import clock, digests
from jiandi.base.errors import Conflict
from jiandi.base.text.words import N_
from jiandi.record.trail.actor import Actor
from jiandi.record.trail.models import Recorded, StateSpan, TrailEntry, Unsealed, plain, thing_of

BODY_LIMIT_BYTES = 8192
_LONG_TEXT = 400
_BATCH = 500
_MANY = 50
_PLAIN_FIELDS = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)
_PLAIN_TYPES = frozenset({str, int, bool, type(None)})
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
    columns = _columns(records)
    made = _insert_records(records, columns)
    lines = [_line(record, told, changes) for record, changes in zip(made, _first_values(columns), strict=True)]
    keys = _write_lines(lines)
    for record, line in zip(made, lines, strict=True):
        record.trail_number, record.trail_digest = line.number, line.digest
    _keep_ends(made)
    opened = zip(lines, keys, spans or [{}] * len(made), strict=True)
    since = ready(StateSpan, "since", told.at)
    _insert(
        StateSpan,
        _SPAN,
        [(line.thing, line.thing_id, facet, value, since, key) for line, key, facets in opened for facet, value in facets.items()],
    )
    return made


def _keep_ends(records: Sequence[Recorded]) -> None:
    """The end of each new stream on its row, taken over from its first entry."""
    first = TrailEntry.objects.filter(thing=thing_of(records[0]), thing_id=OuterRef("pk"), number=1)
    fresh = type(records[0])._default_manager.filter(pk__range=_range(r.pk for r in records), trail_number=0)
    fresh.update(trail_number=1, trail_digest=Subquery(first.values("digest")))


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
    if _update(type(record), {**fields, **ends}, {"id": record.pk, "version": record.version}) != 1:
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


def _first_values(columns: Sequence[_Column]) -> Iterator[dict[str, list[Any]]]:
    """For each new record, what its first entry tells: every field that holds something."""
    skipped = {"id", "version", "trail_number", "trail_digest"} | SECRET_FIELDS
    told = [column for column in columns if column.field.name not in skipped]
    names = [column.field.attname for column in told]
    for values in zip(*(column.told for column in told), strict=True):
        yield {name: [None, value] for name, value in zip(names, values, strict=True) if value not in (None, "")}


def _write_entry(entry: TrailEntry) -> None:
    line = _Line(**{name: getattr(entry, name) for name in _Line._fields})._replace(at=ready(TrailEntry, "at", entry.at))
    (entry.pk,) = _insert(TrailEntry, _Line._fields, [line], returning="id")
    _insert(Unsealed, ("entry",), [(entry.pk,)])


def _write_entries(entries: list[TrailEntry]) -> list[int]:
    keys = [made.pk for made in TrailEntry.objects.bulk_create(entries, batch_size=_BATCH)]
    _insert(Unsealed, ("entry",), [(key,) for key in keys])
    return keys


def _write_lines(lines: Sequence[_Line]) -> list[int]:
    """First entries of many new streams; their keys, in order."""
    if len(lines) < _MANY:
        return _write_entries([TrailEntry(**line._asdict()) for line in lines])
    at = ready(TrailEntry, "at", lines[0].at)
    _insert(TrailEntry, _Line._fields, [line._replace(at=at) for line in lines])
    entries = TrailEntry.objects.filter(thing=lines[0].thing, thing_id__range=_range(line.thing_id for line in lines), number=1)
    keys = dict(entries.values_list("thing_id", "pk"))
    _insert(Unsealed, ("entry",), [(keys[line.thing_id],) for line in lines])
    return [keys[line.thing_id] for line in lines]


def _range(keys: Iterable[int]) -> tuple[int, int]:
    """Rows of one write lie close together: one condition finds them, with few others."""
    kept = list(keys)
    return min(kept), max(kept)


def ready(model: type[models.Model], name: str, value: Any) -> Any:
    """A value as the database takes it."""
    return _field(model, name).get_db_prep_save(value, connection)


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def _insert(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]], returning: str = "") -> list[Any]:
    """Insert rows; the values are ready for the database. The keys come back if ``returning`` names them.

    Many rows go with one statement, or the driver repeats it for each where a statement holds few values (SQLite).
    """
    if not rows:
        return []
    fields = [_field(model, name) for name in names]
    if connection.vendor == "postgresql" and len(rows) >= _MANY:
        return _copy_in(model, [f.column for f in fields], rows, returning)
    quoted = connection.ops.quote_name
    columns, marks = ", ".join(quoted(f.column) for f in fields), f"({', '.join(['%s'] * len(fields))})"
    into = f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608  # nosec B608
    with connection.cursor() as cursor:
        if connection.features.max_query_params and not returning:
            cursor.executemany(into + marks, rows)
            return []
        back = f" RETURNING {quoted(returning)}" if returning else ""
        most = min(_BATCH, connection.ops.bulk_batch_size(fields, list(rows[:_BATCH])) or 1)
        keys: list[Any] = []
        for first in range(0, len(rows), most):
            some = rows[first : first + most]
            cursor.execute(into + ", ".join([marks] * len(some)) + back, [value for row in some for value in row])
            keys += [key for (key,) in cursor.fetchall()] if returning else []
    return keys


def _copy_in(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]], returning: str) -> list[Any]:
    """The same by PostgreSQL's COPY, which takes rows as they come; keys that are asked for are drawn first."""
    quoted = connection.ops.quote_name
    table, keys = quoted(model._meta.db_table), list[Any]()
    with connection.cursor() as cursor:
        if returning:
            asked = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(asked, [table, returning, len(rows)])
            keys = [key for (key,) in cursor.fetchall()]
            columns, rows = [returning, *columns], [(key, *row) for key, row in zip(keys, rows, strict=True)]
        with cursor.copy(f"COPY {table} ({', '.join(quoted(name) for name in columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    return keys


class _Column(NamedTuple):
    """One field of many records: as the records hold it, as the database takes it, as an entry tells it."""

    field: Any
    ready: Sequence[Any]
    told: Sequence[Any]


def _columns(records: Sequence[models.Model]) -> list[_Column]:
    """All fields but the key. Field by field, what is the same for all is decided once, and equal days are converted once."""
    return [_column(f, records) for f in records[0]._meta.concrete_fields if not isinstance(f, models.AutoField)]


def _column(field: Any, records: Sequence[models.Model]) -> _Column:
    values = list(map(attrgetter(field.attname), records))
    types = set(map(type, values))
    if types == {type(None)} or (isinstance(field, _PLAIN_FIELDS) and types <= _PLAIN_TYPES):
        return _Column(field, values, values)
    make_ready = partial(field.get_db_prep_save, connection=connection)
    if isinstance(field, models.DateField):
        return _Column(field, list(map(cache(make_ready), values)), list(map(cache(plain), values)))
    return _Column(field, list(map(make_ready, values)), list(map(plain, values)))


def _insert_records(records: Sequence[R], columns: Sequence[_Column]) -> list[R]:
    """What ``bulk_create`` does; for many rows without its work on every value."""
    model = type(records[0])
    if len(records) < _MANY or not connection.features.can_return_rows_from_bulk_insert:
        return list(model._default_manager.bulk_create(records, batch_size=_BATCH))
    rows = list(zip(*(column.ready for column in columns), strict=True))
    keys = _insert(model, [column.field.name for column in columns], rows, returning=str(model._meta.pk.column))
    for record, pk in zip(records, keys, strict=True):
        record.pk = pk
        record._state.adding, record._state.db = False, connection.alias
    return list(records)


def _turn_span(record: Recorded, facet: str, value: str, entry: TrailEntry) -> None:
    """Close the open span of a facet and open the next, unless the value stays. An empty value has no span."""
    of = {"thing": entry.thing, "thing_id": record.pk, "facet": facet}
    ends = {"until": entry.at, "closed_by": entry.pk}
    closed = _update(StateSpan, ends, of, _STILL_OPEN_AS_ANOTHER, value)
    if value and (closed or not StateSpan.objects.filter(**of, until__isnull=True).exists()):
        _insert(StateSpan, _SPAN, [(*of.values(), value, ready(StateSpan, "since", entry.at), entry.pk)])


def _update(model: type[models.Model], fields: Mapping[str, Any], where: Mapping[str, Any], also: str = "", *given: Any) -> int:
    """Set fields of the rows that have all of ``where`` and for which ``also`` holds; how many they were."""
    quoted = connection.ops.quote_name
    named = {_field(model, name): value for name, value in fields.items()}
    sets = ", ".join(f"{quoted(f.column)} = %s" for f in named)
    asked = " AND ".join([*(f"{quoted(_field(model, name).column)} = %s" for name in where), *([also] if also else [])])
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
    _insert(model, fields, rows)
