"""A query that is asked thousands of times a minute, compiled once.

Django builds the text of a query anew for every call, which costs more than running it. A query whose text is
always the same is built here from marks; a call puts its values in their places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet

Given = int | str | date
M = TypeVar("M", bound=Model)
_FAR_NUMBER, _FAR_YEAR = 2**62, 8000


class _Compiled(NamedTuple):
    """Text; parameters, each a place of an argument or a value that never changes; by column what makes a value of what comes back."""

    sql: str
    places: list[tuple[bool, Any]]
    converters: list[tuple[int, tuple[list[Callable[..., Any]], Any]]]
    fields: list[str]


class Prepared:
    """``make`` takes one argument for each of ``kinds`` (``int``, ``str`` or ``date``) and returns the query, as ``values_list``."""

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], *kinds: type) -> None:
        self._make, self._kinds = make, kinds
        self._compiled: dict[str, _Compiled | None] = {}

    def rows(self, *given: Given) -> list[tuple[Any, ...]]:
        """The rows for these values."""
        found = self._now()
        return [tuple(row) for row in _asked(found, given)] if found else []

    def _now(self) -> _Compiled | None:
        """The query as this database takes it; none if it can find nothing."""
        if connection.vendor not in self._compiled:
            self._compiled[connection.vendor] = self._compile()
        return self._compiled[connection.vendor]

    def _compile(self) -> _Compiled | None:
        marks = [_mark(kind, n) for n, kind in enumerate(self._kinds)]
        compiler = self._make(*marks).query.get_compiler(connection=connection)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return None
        columns = [column for column, _sql, _alias in compiler.select]
        fields = [getattr(getattr(column, "target", None), "attname", "") for column in columns]
        converters = list(compiler.get_converters(columns).items())
        return _Compiled(sql, [_place(param, marks) for param in params], converters, fields)


class PreparedModels(Prepared, Generic[M]):
    """The same for rows of one model: all its fields, nothing joined in."""

    def __init__(self, model: type[M], make: Callable[..., QuerySet[M]], *kinds: type) -> None:
        super().__init__(make, *kinds)
        self._model = model

    def found(self, *given: Given) -> list[M]:
        """The rows for these values, as the model."""
        kept = self._now()
        return [self._model.from_db(connection.alias, kept.fields, row) for row in _asked(kept, given)] if kept else []

    def first(self, *given: Given) -> M | None:
        return next(iter(self.found(*given)), None)


def _asked(kept: _Compiled, given: Sequence[Given]) -> list[Sequence[Any]]:
    ready = [connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value for value in given]
    with connection.cursor() as cursor:
        cursor.execute(kept.sql, [ready[value] if is_mark else value for is_mark, value in kept.places])
        rows: list[Sequence[Any]] = cursor.fetchall()
    return [_converted(kept, row) for row in rows] if kept.converters else rows


def _converted(kept: _Compiled, row: Sequence[Any]) -> list[Any]:
    values = list(row)
    for at, (converters, column) in kept.converters:
        for convert in converters:
            values[at] = convert(values[at], column, connection)
    return values


def _mark(kind: type, n: int) -> Given:
    """A value that stands nowhere else."""
    if kind is str:
        return f"\x1amark {n}"
    return date(_FAR_YEAR + n, 1, 1) if kind is date else _FAR_NUMBER + n


def _place(param: Any, marks: Sequence[Given]) -> tuple[bool, Any]:
    """Databases take a date as itself or as its text; both are the mark."""
    for n, mark in enumerate(marks):
        if param == mark or param == str(mark):
            return True, n
    return False, param
