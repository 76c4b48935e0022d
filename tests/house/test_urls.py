"""Who gets what at every address: the table is ``url_table.TABLE``. A URL without a line, or a line without a URL, fails."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from jiandi.record.trail.models import TrailEntry
from tests.cast import Cast, make_cast, make_things
from tests.house import shape
from tests.house.url_table import EVERYBODY, TABLE

FOREIGN = ("account_", "mfa_", "set_language")  # these answer programs in a way of their own
NOTES_THE_LOOK = ("diagnose:sheet",)  # when a unit first opened its question is part of the record
USUAL = {"secret": "unknown", "key": "unknown", "uidb36": "1", "pk": "1"}


def addresses() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Each URL of the project by its full name, with the names of the values in it."""
    found = {}
    for names, patterns in walk(get_resolver(), (), ()):
        last: Any = patterns[-1]
        values = [v for p in patterns for v in (*p.pattern.converters, *getattr(p.pattern.regex, "groupindex", ()))]
        name = ":".join((*names, last.name or last.lookup_str.rsplit(".", 1)[-1]))
        found[name] = ("" if last.name else f"/{last.pattern}", tuple(dict.fromkeys(values)))
    return found


Found = tuple[tuple[str, ...], tuple[URLPattern | URLResolver, ...]]


def walk(one: URLResolver, names: tuple[str, ...], above: tuple[URLPattern | URLResolver, ...]) -> Iterator[Found]:
    for inner in one.url_patterns:
        if isinstance(inner, URLResolver):
            yield from walk(inner, (*names, inner.namespace) if inner.namespace else names, (*above, inner))
        else:
            yield names, (*above, inner)


def test_every_address_has_its_line_and_every_line_its_address():
    there = set(addresses())
    wrong = [f"no line: {name}" for name in sorted(there - set(TABLE))] + [f"no address: {name}" for name in sorted(set(TABLE) - there)]
    assert not wrong, shape.report(wrong)


def clients(cast: Cast) -> dict[str, Client]:
    """One signed-in client per role."""
    found = {}
    for name in EVERYBODY:
        found[name] = Client(raise_request_exception=False)
        found[name].force_login(cast.people[name], backend="jiandi.record.accounts.backend.Backend")
    return found


def ask(client: Client, name: str, method: str, url: str) -> tuple[int, bool]:
    """The status (errors as JSON, for their pages are tested elsewhere), and whether something was written; what was written is taken back."""
    before = TrailEntry.objects.count()
    mark = transaction.savepoint()
    headers = {} if name.startswith(FOREIGN) else {"accept": "application/json"}
    answer = getattr(client, method)(url, headers=headers)
    if answer.streaming:
        list(answer.streaming_content)  # reading to the end closes the file
    has_written = TrailEntry.objects.count() != before
    transaction.savepoint_rollback(mark)
    return answer.status_code, has_written


def faults(name: str, url: str, people: dict[str, Client]) -> Iterator[str]:
    row = TABLE[name]
    status, has_written = ask(Client(raise_request_exception=False), name, row.method, url)
    if status != row.stranger or has_written:
        yield f"{name}: a stranger got {status}, not {row.stranger}"
    for who, client in people.items():
        if who not in row.asks:
            continue
        status, has_written = ask(client, name, row.method, url)
        if status not in row.expected(who):
            yield f"{name}: {who} got {status}, not {sorted(row.expected(who))}"
        if has_written and (status >= 400 or (row.method == "get" and name not in NOTES_THE_LOOK)):
            yield f"{name}: {who} was answered {status}, and something was written"
    if row.method == "post" and not name.startswith("api:") and (status := ask(people["clerk"], name, "get", url)[0]) != 405:
        yield f"{name}: a GET got {status}, not 405"


@pytest.mark.django_db
def test_everybody_gets_what_the_table_says():
    assert connection.in_atomic_block
    cast = make_cast()
    things = make_things(cast)
    people = clients(cast)
    wrong: list[str] = []
    logging.disable(logging.ERROR)
    for name, (fixed, values) in addresses().items():
        if name in TABLE:
            given = {v: things.get(TABLE[name].given.get(v, ""), TABLE[name].given.get(v) or things.get(v) or USUAL.get(v)) for v in values}
            wrong += faults(name, fixed or reverse(name, kwargs=given), people)
    logging.disable(logging.NOTSET)
    assert not wrong, shape.report(wrong)
