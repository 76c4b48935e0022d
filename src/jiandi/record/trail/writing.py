"""The only way a recorded row is written: version, spans and trail entry together, inside the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
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
T = TypeVar("T")


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
    at = clock.now()
    made = _insert_records(records)
    told = _Told(actor, verb, reason, at)
    lines = [_line(record, told, _first_values(record)) for record in made]
    keys = _write_lines(lines)
    for record, line in zip(made, lines, strict=True):
        record.trail_number, record.trail_digest = line.number, line.digest
    _keep_ends(made)
    opened = zip(lines, keys, spans or [{}] * len(made), strict=True)
    since = ready(StateSpan, "since", at)
    _insert(
        StateSpan,
        _SPAN,
        [(line.thing, line.thing_id, facet, value, since, key) for line, key, facets in opened for facet, value in facets.items()],
    )
    return made


def _keep_ends(records: Sequence[Recorded]) -> None:
    """The end of each new stream on its row, taken over from its first entry."""
    first = TrailEntry.objects.filter(thing=thing_of(records[0]), thing_id=OuterRef("pk"), number=1)
    rows = type(records[0])._default_manager
    for some in _in_batches(records):
        rows.filter(pk__in=[r.pk for r in some]).update(trail_number=1, trail_digest=Subquery(first.values("digest")))


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


def canonical(body: Mapping[str, Any]) -> str:
    """The one JSON text of a body: sorted keys, no spaces, UTF-8 kept."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class _Told(NamedTuple):
    """What all entries of one write share."""

    actor: Actor
    verb: str
    reason: str
    at: datetime


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
    number, thing, actor = record.trail_number + 1, thing_of(record), told.actor
    head = {
        "thing": thing,
        "id": record.pk,
        "number": number,
        "at": told.at.isoformat(timespec="microseconds"),
        "actor": actor.user_id,
        "duties": sorted({f"{d.role}@{d.post_id}" for d in actor.duties})[:20],
        "stands_for": actor.stands_for,
        "verb": told.verb,
        "zone": actor.zone,
    }
    body = canonical({**head, "reason": told.reason, "changes": changes})
    if len(body.encode()) > BODY_LIMIT_BYTES:
        body = canonical({**head, "reason": _shorten(told.reason), "changes": _shorten_all(changes)})
    algorithm, previous = settings.JIANDI_ALGORITHM, record.trail_digest
    digest = chain(algorithm, previous, body)
    return _Line(thing, record.pk, number, told.at, actor.user_id, told.verb, algorithm, body, previous, digest)


def _entry(record: Recorded, *, actor: Actor, verb: str, reason: str, changes: Mapping[str, list[Any]], at: datetime) -> TrailEntry:
    return TrailEntry(**_line(record, _Told(actor, verb, reason, at), changes)._asdict())


def chain(algorithm: str, previous: str, body: str) -> str:
    """Digest of an entry: over the algorithm's name, the previous digest of the stream, and the body."""
    return digests.digest(algorithm, algorithm.encode(), b"\n", previous.encode(), b"\n", body.encode())


def _shorten(value: Any) -> Any:
    """Long text goes into the entry as its digest."""
    if isinstance(value, str) and len(value.encode()) > _LONG_TEXT:
        return {"digest": digests.digest("sha256", value.encode()), "length": len(value)}
    return value


def _shorten_all(changes: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: [_shorten(v) for v in pair] for name, pair in changes.items()}


def _first_values(record: Recorded) -> dict[str, list[Any]]:
    skipped = {"id", "version", "trail_number", "trail_digest"} | SECRET_FIELDS
    found = {f.attname: plain(getattr(record, f.attname)) for f in record._meta.concrete_fields if f.name not in skipped}
    return {name: [None, value] for name, value in found.items() if value not in (None, "")}


def _write_entry(entry: TrailEntry) -> None:
    line = _Line(**{name: getattr(entry, name) for name in _Line._fields})._replace(at=ready(TrailEntry, "at", entry.at))
    (entry.pk,) = _insert(TrailEntry, _Line._fields, [line], returning="id")
    _insert(Unsealed, ("entry",), [(entry.pk,)])


def _write_entries(entries: list[TrailEntry]) -> list[int]:
    keys = [made.pk for made in TrailEntry.objects.bulk_create(entries, batch_size=_BATCH)]
    _insert(Unsealed, ("entry",), [(key,) for key in keys])
    return keys


def _write_lines(lines: Sequence[_Line]) -> list[int]:
    """First entries of many new streams; their keys, in order. The database is asked for them once for each batch."""
    if len(lines) < _MANY:
        return _write_entries([TrailEntry(**line._asdict()) for line in lines])
    at = ready(TrailEntry, "at", lines[0].at)
    _insert(TrailEntry, _Line._fields, [line._replace(at=at) for line in lines])
    keys: dict[int, int] = {}
    for some in _in_batches(lines):
        found = TrailEntry.objects.filter(thing=some[0].thing, thing_id__in=[line.thing_id for line in some], number=1)
        keys.update(found.values_list("thing_id", "pk"))
    _insert(Unsealed, ("entry",), [(keys[line.thing_id],) for line in lines])
    return [keys[line.thing_id] for line in lines]


def _in_batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for first in range(0, len(rows), _BATCH):
        yield rows[first : first + _BATCH]


def ready(model: type[models.Model], name: str, value: Any) -> Any:
    """A value as the database takes it."""
    return _field(model, name).get_db_prep_save(value, connection)


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def _insert(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]], returning: str = "") -> list[Any]:
    """Insert rows, many with one statement; the values are ready for the database. The keys come back if ``returning`` names them."""
    if not rows:
        return []
    fields = [_field(model, name) for name in names]
    most = min(_BATCH, connection.ops.bulk_batch_size(fields, list(rows[:_BATCH])) or 1)
    quoted = connection.ops.quote_name
    columns, marks = ", ".join(quoted(f.column) for f in fields), ", ".join(["%s"] * len(fields))
    into = f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608  # nosec B608
    back = f" RETURNING {quoted(returning)}" if returning else ""
    keys: list[Any] = []
    with connection.cursor() as cursor:
        for first in range(0, len(rows), most):
            some = rows[first : first + most]
            cursor.execute(into + ", ".join([f"({marks})"] * len(some)) + back, [value for row in some for value in row])
            keys += [key for (key,) in cursor.fetchall()] if returning else []
    return keys


def _insert_records(records: Sequence[R]) -> list[R]:
    """What ``bulk_create`` does; for many rows without its work on every value."""
    model = type(records[0])
    if len(records) < _MANY or not connection.features.can_return_rows_from_bulk_insert:
        return list(model._default_manager.bulk_create(records, batch_size=_BATCH))
    key = str(model._meta.pk.column)
    for record, pk in zip(records, _insert(model, *_columns(records), returning=key), strict=True):
        record.pk = pk
        record._state.adding, record._state.db = False, connection.alias
    return list(records)


def _columns(records: Sequence[models.Model]) -> tuple[list[str], list[list[Any]]]:
    """Names of the fields that are not the key, and each record's values, ready for the database."""
    fields = [f for f in records[0]._meta.concrete_fields if not isinstance(f, models.AutoField)]
    looked_at = [(f, isinstance(f, _PLAIN_FIELDS)) for f in fields]
    return [f.name for f in fields], [[_value(f, record, is_plain=plain_) for f, plain_ in looked_at] for record in records]


def _value(field: Any, record: models.Model, *, is_plain: bool) -> Any:
    """Texts, numbers and nothing go to the database as they are."""
    value = field.pre_save(record, True)
    return value if is_plain and type(value) in _PLAIN_TYPES else field.get_db_prep_save(value, connection)


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


def attach_many(rows: Sequence[models.Model]) -> None:
    """The same for many rows of one kind whose keys nobody asks for."""
    if rows:
        _insert(type(rows[0]), *_columns(rows))
