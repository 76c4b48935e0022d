"""Many new rows of one kind in few statements: keys drawn first, values made ready column by column, entries told from the same columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache, partial
from itertools import repeat
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connection, models

from jiandi.record.trail.models import plain

_BATCH = 500
_MANY = 50
_PLAIN_FIELDS = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)
_PLAIN_TYPES = frozenset({str, int, bool, type(None)})
_UNTOLD = frozenset({"id", "version", "trail_number", "trail_digest", "password", "secret_digest", "last_login"})
_TEXT = json.JSONEncoder(ensure_ascii=False).encode


class Column(NamedTuple):
    """One field of many records: as the records hold it, as the database takes it, as an entry tells it."""

    field: Any
    ready: Sequence[Any]
    told: Sequence[Any]


def columns_of(records: Sequence[models.Model]) -> list[Column]:
    """All fields but the key. Field by field, what is the same for all is decided once, and equal days are converted once."""
    return [_column(f, records) for f in records[0]._meta.concrete_fields if not isinstance(f, models.AutoField)]


def _column(field: Any, records: Sequence[models.Model]) -> Column:
    values = list(map(attrgetter(field.attname), records))
    types = set(map(type, values))
    if types == {type(None)} or (isinstance(field, _PLAIN_FIELDS) and types <= _PLAIN_TYPES):
        return Column(field, values, values)
    make_ready = partial(field.get_db_prep_save, connection=connection)
    if isinstance(field, models.DateField):
        return Column(field, list(map(cache(make_ready), values)), list(map(cache(plain), values)))
    return Column(field, list(map(make_ready, values)), list(map(plain, values)))


def first_changes(columns: Sequence[Column], count: int) -> Iterator[str]:
    """For each new record, what its first entry tells: every field that holds something, as canonical JSON.

    It is put together from pieces, made once where many records say the same.
    """
    told = sorted((column for column in columns if column.field.name not in _UNTOLD), key=lambda column: str(column.field.attname))
    pieces = [_pieces(column.field.attname, column.told) for column in told]
    for some in zip(*(one for one in pieces if one is not None), strict=True) if any(pieces) else repeat((), count):
        yield f"{{{','.join(filter(None, some))}}}"


def _pieces(name: str, values: Sequence[Any]) -> list[str] | None:
    """None where no record holds anything."""
    key = _TEXT(name)

    def piece(value: Any) -> str:
        return "" if value is None or value == "" else f"{key}:[null,{_TEXT(value)}]"

    kinds = set(map(type, values))
    mixed = len(kinds) > 1 and bool in kinds  # True would pass for 1
    found = list(map(piece if mixed else cache(piece), values))
    return found if any(found) else None


def draw_keys(model: type[models.Model], count: int) -> Sequence[int]:
    """Keys that nobody else gets. SQLite has one writer at a time, and this transaction is it."""
    table, key = model._meta.db_table, str(model._meta.pk.column)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            asked = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(asked, [connection.ops.quote_name(table), key, count])
            return [drawn for (drawn,) in cursor.fetchall()]
        cursor.execute("SELECT MAX(seq) FROM sqlite_sequence WHERE name = %s", [table])
        (last,) = cursor.fetchone()
    return range((last or 0) + 1, (last or 0) + 1 + count)


def ready(model: type[models.Model], name: str, value: Any) -> Any:
    """A value as the database takes it."""
    return field_of(model, name).get_db_prep_save(value, connection)


def field_of(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def insert_records(records: Sequence[models.Model], columns: Sequence[Column], keys: Sequence[int], **instead: Sequence[Any]) -> None:
    """What ``bulk_create`` does without its work on every value. ``instead`` replaces columns by name."""
    model = type(records[0])
    names = [model._meta.pk.name, *(column.field.name for column in columns)]
    values = [keys, *(instead.get(column.field.name, column.ready) for column in columns)]
    insert(model, names, list(zip(*values, strict=True)))
    for record in records:
        record._state.adding, record._state.db = False, connection.alias


def insert(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]], returning: str = "") -> list[Any]:
    """Insert rows; the values are ready for the database. The keys come back if ``returning`` names them.

    Many rows go with one statement, or the driver repeats it for each where a statement holds few values (SQLite).
    """
    if not rows:
        return []
    fields = [field_of(model, name) for name in names]
    if connection.vendor == "postgresql" and len(rows) >= _MANY and not returning:
        _copy_in(model, [f.column for f in fields], rows)
        return []
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


def _copy_in(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """The same by PostgreSQL's COPY, which takes rows as they come."""
    quoted = connection.ops.quote_name
    table, names = quoted(model._meta.db_table), ", ".join(quoted(name) for name in columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
