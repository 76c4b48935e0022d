from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from jiandi.base import clock
from jiandi.record.figures import queries as figures
from jiandi.record.ledger import listing, write
from jiandi.record.ledger.models import Finding
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_finding
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    cast = make_cast()
    Finding.objects.filter(pk=cast.finding.pk).update(due=None)
    return cast


def titles(cast: Cast, **filters: Any) -> list[str]:
    found, _more = listing.rows(cast.actor("clerk"), cast.round.pk, listing.Filters(**filters))
    return [row.title for row in found]


def test_what_has_no_day_stands_last_on_every_database(cast: Cast) -> None:
    for title, days in (("b", 9), ("c", None), ("a", 2)):
        due = None if days is None else clock.today() + timedelta(days=days)
        make_finding(cast.round, cast.bureau, title=title, due=due)
    assert titles(cast) == ["a", "b", cast.finding.title, "c"]


def test_the_order_comes_from_the_index(cast: Cast) -> None:
    found = Finding.objects.filter(round=cast.round).order_by(*listing.BY_DUE)[: listing.PAGE]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # a table of one row is always read whole
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    plan = found.explain()
    assert "finding_round_due" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


@pytest.mark.parametrize(("state", "is_late"), [("planned", True), ("submitted", True), ("verified", False), ("closed", False)])
def test_the_ledger_and_the_figures_call_the_same_things_overdue(cast: Cast, state: str, is_late: bool) -> None:
    day = clock.today()
    late = make_finding(cast.round, cast.bureau, title="late", due=day - timedelta(days=1))
    write.change(late, {"state": state, "closed_on": day if state == "closed" else None}, actor=SYSTEM, verb="accept")
    row = next(r for r in listing.rows(cast.actor("clerk"), cast.round.pk, listing.Filters())[0] if r.pk == late.pk)
    assert row.is_late is is_late
    assert (titles(cast, when="late") == ["late"]) is is_late
    assert figures.timing_of(cast.actor("clerk"), cast.round.pk).overdue == int(is_late)
