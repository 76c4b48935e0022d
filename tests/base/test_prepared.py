"""A prepared query finds what the query it was made from finds, for every value."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from jiandi.base.prepared import Prepared, PreparedModels
from jiandi.record.ledger.models import Finding
from tests.builders import make_finding
from tests.cast import Cast

DUE = date(2026, 5, 1)


def late(round_id: int, today: date) -> QuerySet[Finding, Any]:
    return Finding.objects.filter(round_id=round_id, due__lt=today, state="registered").order_by("pk").values_list("pk", "number")


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_it_finds_what_its_query_finds(cast: Cast, days: int) -> None:
    made = [make_finding(cast.round, cast.bureau, due=DUE + timedelta(days=n)) for n in range(-2, 3)]
    day = DUE + timedelta(days=days)
    prepared = Prepared(late, int, date)
    found = prepared.rows(cast.round.pk, day)
    assert found == list(late(cast.round.pk, day))
    assert [pk for pk, _number in found][-1] == made[days + 1].pk
    assert prepared.rows(cast.round.pk + 1, day) == []


def test_a_call_is_one_query(cast: Cast) -> None:
    prepared = Prepared(late, int, date)
    for day in (DUE, DUE + timedelta(days=400)):
        with CaptureQueriesContext(connection) as seen:
            prepared.rows(cast.round.pk, day)
        assert len(seen) == 1


def test_rows_come_back_as_the_model_with_every_field_as_saved(cast: Cast) -> None:
    made = make_finding(cast.round, cast.bureau, due=DUE)
    make_finding(cast.round, cast.bureau)
    by_number = PreparedModels(Finding, lambda number: Finding.objects.filter(number=number), str)
    (found,) = by_number.found(made.number)
    assert found == Finding.objects.get(pk=made.pk)
    assert {f.attname: getattr(found, f.attname) for f in Finding._meta.concrete_fields} == Finding.objects.values().get(pk=made.pk)
    assert by_number.first("another") is None


def test_what_can_find_nothing_asks_nothing(cast: Cast) -> None:
    nothing = PreparedModels(Finding, lambda pk: Finding.objects.filter(pk=pk, pk__in=[]), int)
    made = make_finding(cast.round, cast.bureau)
    with CaptureQueriesContext(connection) as seen:
        assert nothing.found(made.pk) == []
    assert not seen.captured_queries
