"""A query that is asked thousands of times a minute, compiled once.

Django builds the text of a query anew for every call, which costs more than running it. A query whose text is
always the same is built here from marks; a call puts its values in their places. Only for ``values_list`` of
numbers, texts and truth values: what comes back is as the database gives it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet

_FAR_NUMBER, _FAR_YEAR = 2**62, 8000


class Prepared:
    """``make`` takes one argument for each of ``kinds`` (``int`` or ``date``) and returns the query."""

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], *kinds: type) -> None:
        self._make, self._kinds = make, kinds
        self._compiled: dict[str, tuple[str, list[tuple[bool, Any]]]] = {}

    def rows(self, *given: int | date) -> list[tuple[Any, ...]]:
        """The rows for these values."""
        sql, places = self._compiled.get(connection.vendor) or self._compile()
        ready = [connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value for value in given]
        with connection.cursor() as cursor:
            cursor.execute(sql, [ready[value] if is_mark else value for is_mark, value in places])
            return list(cursor.fetchall())

    def _compile(self) -> tuple[str, list[tuple[bool, Any]]]:
        """Text and parameters, each a place of an argument or a value that never changes."""
        marks = [date(_FAR_YEAR + n, 1, 1) if kind is date else _FAR_NUMBER + n for n, kind in enumerate(self._kinds)]
        sql, params = self._make(*marks).query.sql_with_params()
        found = self._compiled[connection.vendor] = sql, [_place(param, marks) for param in params]
        return found


def _place(param: Any, marks: Sequence[int | date]) -> tuple[bool, Any]:
    """Databases take a date as itself or as its text; both are the mark."""
    for n, mark in enumerate(marks):
        if param == mark or param == str(mark):
            return True, n
    return False, param
