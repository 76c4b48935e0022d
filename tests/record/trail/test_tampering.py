"""Whoever changes one byte behind the record's back is found, and the place is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from jiandi.base import clock
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Finding
from jiandi.record.trail import guards, queries, sealer
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import Head, Leaf, TrailEntry, Unsealed
from tests.builders import make_finding
from tests.cast import Cast, make_cast


@pytest.fixture
def sealed(cast: Cast) -> TrailEntry:
    """Three heads over a history; the entry in the middle of a finding's stream, which the tests alter."""
    for title in ("甲", "乙", "丙"):
        sealer.seal_pending()
        write.change(cast.finding, {"title": title}, actor=SYSTEM, verb="edit")
    sealer.seal_pending()
    assert list(queries.verify()) == []
    return TrailEntry.objects.get(thing="finding", thing_id=cast.finding.pk, number=3)


@pytest.fixture
def burglar(sealed: TrailEntry) -> Iterator[None]:
    """Somebody with the rights of the database's owner."""
    guards.lower_guards(connection)
    yield
    guards.raise_guards(connection)


def flipped(text: str, place: int) -> str:
    """One character of a text changed."""
    return text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :]


def places_named() -> list[str]:
    guards.raise_guards(connection)
    return [fault.where.split(" (")[0] for fault in queries.verify()]


@pytest.mark.usefixtures("burglar")
class TestOneByte:
    @pytest.mark.parametrize("part", ["first", "middle", "last"])
    def test_of_a_body(self, sealed: TrailEntry, part: str) -> None:
        place = {"first": 0, "middle": len(sealed.body) // 2, "last": len(sealed.body) - 1}[part]
        TrailEntry.objects.filter(pk=sealed.pk).update(body=flipped(sealed.body, place))
        assert places_named() == [f"entry {sealed.pk}"]

    def test_of_a_digest(self, sealed: TrailEntry) -> None:
        TrailEntry.objects.filter(pk=sealed.pk).update(digest=flipped(sealed.digest, 9))
        named = places_named()
        assert named[0] == f"entry {sealed.pk}"
        assert any(name.startswith("head") for name in named)

    def test_of_a_previous_digest(self, sealed: TrailEntry) -> None:
        TrailEntry.objects.filter(pk=sealed.pk).update(previous=flipped(sealed.previous, 9))
        assert f"entry {sealed.pk}" in places_named()

    def test_of_a_column_beside_the_body(self, sealed: TrailEntry) -> None:
        for changed in ({"verb": "close"}, {"actor_id": 77}, {"at": sealed.at + timedelta(microseconds=1)}):
            old = {name: getattr(sealed, name) for name in changed}
            TrailEntry.objects.filter(pk=sealed.pk).update(**changed)
            assert places_named() == [f"entry {sealed.pk}"]
            guards.lower_guards(connection)
            TrailEntry.objects.filter(pk=sealed.pk).update(**old)

    def test_of_a_root(self, sealed: TrailEntry) -> None:
        head = Head.objects.order_by("size")[1]
        Head.objects.filter(pk=head.pk).update(root=flipped(head.root, 9))
        assert places_named() == [f"head {head.size}"]

    def test_of_a_frontier_is_found_before_the_next_head_builds_on_it(self, sealed: TrailEntry) -> None:
        head = Head.objects.latest("size")
        Head.objects.filter(pk=head.pk).update(frontier=flipped(head.frontier, 9))
        assert places_named() == [f"head {head.size}"]

    def test_of_a_leaf_that_points_elsewhere(self, sealed: TrailEntry) -> None:
        one, two = Leaf.objects.order_by("place")[:2]
        ids = one.entry_id, two.entry_id
        Leaf.objects.filter(place=two.place).delete()
        Leaf.objects.filter(place=one.place).update(entry_id=ids[1])
        Leaf.objects.bulk_create([Leaf(place=two.place, entry_id=ids[0])])
        assert any(name.startswith("head") for name in places_named())


@pytest.mark.usefixtures("burglar")
class TestRemoved:
    def test_an_entry_of_the_middle(self, sealed: TrailEntry) -> None:
        Leaf.objects.filter(entry=sealed).delete()
        _spans_of(sealed).delete()
        TrailEntry.objects.filter(pk=sealed.pk)._raw_delete("default")
        assert any("entry" in name for name in places_named())

    def test_a_last_entry_that_was_sealed(self, sealed: TrailEntry) -> None:
        last = TrailEntry.objects.filter(thing="finding", thing_id=sealed.thing_id).latest("number")
        Leaf.objects.filter(entry=last).delete()
        TrailEntry.objects.filter(pk=last.pk)._raw_delete("default")
        assert any(name.startswith("head") for name in places_named())

    def test_a_last_entry_that_no_head_covers_yet(self, sealed: TrailEntry, cast: Cast) -> None:
        """The object keeps the end of its stream; cutting the stream short shows there."""
        write.change(cast.finding, {"title": "丁"}, actor=SYSTEM, verb="edit")
        last = TrailEntry.objects.filter(thing="finding", thing_id=sealed.thing_id).latest("number")
        Unsealed.objects.filter(entry=last).delete()
        TrailEntry.objects.filter(pk=last.pk)._raw_delete("default")
        assert places_named() == [f"finding {cast.finding.pk}"]

    def test_the_last_head_with_its_leaves_and_entries(self, sealed: TrailEntry, cast: Cast) -> None:
        """Even a whole end that was cut off clean is missed by the objects it was about."""
        last = TrailEntry.objects.filter(thing="finding", thing_id=sealed.thing_id).latest("number")
        Head.objects.filter(pk=Head.objects.latest("size").pk)._raw_delete("default")
        Leaf.objects.filter(entry=last).delete()
        TrailEntry.objects.filter(pk=last.pk)._raw_delete("default")
        assert places_named() == [f"finding {cast.finding.pk}"]

    def test_a_leaf(self, sealed: TrailEntry) -> None:
        Leaf.objects.filter(entry=sealed).delete()
        named = places_named()
        assert any(name.startswith("leaf") for name in named)
        assert f"entry {sealed.pk}" in named

    def test_a_mark_of_the_unsealed(self, sealed: TrailEntry, cast: Cast) -> None:
        entry = write.change(cast.finding, {"title": "丁"}, actor=SYSTEM, verb="edit")
        Unsealed.objects.filter(entry=entry).delete()
        assert places_named() == [f"entry {entry.pk}"]


def _spans_of(entry: TrailEntry) -> models.QuerySet[Any]:
    return apps.get_model("trail", "StateSpan").objects.filter(opened_by=entry)


def test_what_waits_too_long_for_its_seal_is_told(cast: Cast) -> None:
    sealer.seal_pending()
    entry = write.change(cast.finding, {"title": "丁"}, actor=SYSTEM, verb="edit")
    assert list(queries.verify()) == []
    with clock.at(clock.now() + timedelta(seconds=queries.STALE_SECONDS + 60)):
        assert [f.where for f in queries.verify()] == [f"entry {entry.pk}"]


def test_an_installation_with_sm3_is_whole_and_says_so_in_every_row(cast: Cast, settings: Any) -> None:
    """Switched over in the middle: old rows keep their algorithm, and everything still verifies."""
    sealer.seal_pending()
    settings.JIANDI_ALGORITHM = "sm3"
    write.change(cast.finding, {"title": "甲"}, actor=SYSTEM, verb="edit")
    made = make_finding(cast.round, cast.bureau)
    sealer.seal_pending()
    assert set(TrailEntry.objects.filter(thing="finding", thing_id=made.pk).values_list("algorithm", flat=True)) == {"sm3"}
    assert list(queries.verify()) == []


def test_a_new_installation_may_use_sm3_from_the_first_entry(db: None, settings: Any) -> None:
    settings.JIANDI_ALGORITHM = "sm3"
    assert not TrailEntry.objects.exists()
    call_command("migrate", "trail", verbosity=0)
    assert list(queries.verify()) == []
    finding = _first_finding()
    sealer.seal_pending()
    assert Head.objects.latest("size").algorithm == "sm3"
    assert list(queries.verify()) == []
    guards.lower_guards(connection)
    entry = TrailEntry.objects.get(thing="finding", thing_id=finding.pk)
    TrailEntry.objects.filter(pk=entry.pk).update(body=flipped(entry.body, 5))
    assert places_named() == [f"entry {entry.pk}"]


def _first_finding() -> Finding:
    return make_cast().finding


Refused = Callable[[type[models.Model]], object]
ROWS: dict[str, Refused] = {
    "update": lambda model: model._default_manager.update(**{model._meta.pk.name: models.F(model._meta.pk.name)}),
    "delete": lambda model: model._default_manager.all()._raw_delete("default"),
}


@pytest.mark.parametrize("verb", ROWS)
@pytest.mark.parametrize("model", [TrailEntry, Leaf, Head], ids=lambda m: m.__name__)
def test_the_guards_stand_again_after_a_migration(cast: Cast, model: type[models.Model], verb: str) -> None:
    """A migration that rebuilds a table takes its triggers with it; the next one sets them again."""
    sealer.seal_pending()
    guards.lower_guards(connection)
    assert guards.missing_guards(connection)
    call_command("migrate", "trail", verbosity=0)
    assert guards.missing_guards(connection) == []
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ROWS[verb](model)


@pytest.mark.postgresql
@pytest.mark.parametrize("table", guards.TABLES)
def test_a_table_of_the_trail_is_not_emptied(flushable: None, table: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")
