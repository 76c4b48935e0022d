"""The writing path: version, span, entry and counter move together, and a stale writer loses."""

from __future__ import annotations

import json

import pytest
from django.db import DatabaseError, connection, transaction

from jiandi.base import clock
from jiandi.base.errors import Conflict
from jiandi.record.ledger import counters, write
from jiandi.record.ledger.models import Counter, Finding
from jiandi.record.trail import guards, queries, sealer, writing
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import Head, StateSpan, TrailEntry, Unsealed
from tests.cast import Cast


def test_change_writes_version_entry_span_and_counter(cast: Cast) -> None:
    finding = cast.finding
    write.change(finding, {"state": "planned"}, actor=SYSTEM, verb="plan")
    finding.refresh_from_db()
    assert (finding.state, finding.version, finding.trail_number) == ("planned", 2, 2)
    last = TrailEntry.objects.get(thing="finding", thing_id=finding.pk, number=2)
    assert finding.trail_digest == last.digest
    spans = StateSpan.objects.filter(thing="finding", thing_id=finding.pk, facet="state").order_by("since", "pk")
    assert [(s.value, s.until is None) for s in spans] == [("registered", False), ("planned", True)]
    kept = {c.state: c.total for c in Counter.objects.filter(round=cast.round)}
    assert kept == {"registered": 0, "planned": 1}
    assert counters.rebuild() == 0


def test_a_stale_writer_loses_and_sees_both_values(cast: Cast) -> None:
    mine = Finding.objects.get(pk=cast.finding.pk)
    write.change(cast.finding, {"title": "甲"}, actor=SYSTEM, verb="edit")
    with pytest.raises(Conflict) as lost:
        write.change(mine, {"title": "乙"}, actor=SYSTEM, verb="edit")
    assert (lost.value.mine, lost.value.theirs) == ({"title": "乙"}, {"title": "甲"})


def test_who_read_before_a_note_loses_and_the_stream_stays_whole(cast: Cast) -> None:
    read = Finding.objects.get(pk=cast.finding.pk)
    write.note(cast.finding, actor=SYSTEM, verb="look")
    with pytest.raises(Conflict):
        write.change(read, {"title": "乙"}, actor=SYSTEM, verb="edit")
    assert list(queries.verify()) == []


def test_sealing_covers_every_entry_and_verifies(cast: Cast) -> None:
    sealer.seal_pending()
    write.change(cast.finding, {"title": "甲"}, actor=SYSTEM, verb="edit")
    sealer.seal_pending()
    assert Unsealed.objects.count() == 0
    assert Head.objects.latest("size").size == TrailEntry.objects.count()
    assert list(queries.verify()) == []


def test_one_altered_byte_is_found_and_named(cast: Cast) -> None:
    sealer.seal_pending()
    entry = TrailEntry.objects.get(thing="finding", thing_id=cast.finding.pk, number=1)
    guards.lower_guards(connection)
    TrailEntry.objects.filter(pk=entry.pk).update(body=entry.body.replace("拨付", "拔付", 1))
    guards.raise_guards(connection)
    faults = list(queries.verify())
    assert len(faults) == 1
    assert f"entry {entry.pk}" in faults[0].where


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_change_the_trail(cast: Cast, verb: str) -> None:
    rows = TrailEntry.objects.filter(thing="finding")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(verb="x") if verb == "update" else rows._raw_delete("default")


def test_missing_guards_are_reported(cast: Cast) -> None:
    guards.lower_guards(connection)
    assert {f.where for f in queries.verify()} >= set(guards.TABLES)
    guards.raise_guards(connection)


def test_an_empty_value_has_no_span(cast: Cast) -> None:
    finding = cast.finding
    write.change(finding, {"is_said": True}, actor=SYSTEM, verb="say")
    write.change(finding, {"is_said": False}, actor=SYSTEM, verb="strike")
    spans = StateSpan.objects.filter(thing="finding", thing_id=finding.pk, facet="said")
    assert [(s.value, s.until is None) for s in spans] == [("1", False)]
    write.change(finding, {"is_said": True}, actor=SYSTEM, verb="say")
    assert spans.filter(until__isnull=True).count() == 1


def test_rows_written_together_have_canonical_entries_like_rows_written_alone(cast: Cast) -> None:
    long = "长" * 5000
    rows = [
        Finding(
            round=cast.round,
            number=f"Z-{n}",
            title="“引号”\\与\n换行",
            verbatim=long if n == 2 else "账目不清",
            registered_on=clock.today(),
            source="self",
            lead=cast.bureau,
        )
        for n in range(4)
    ]
    alone = write.create(rows[0], actor=SYSTEM, verb="register", reason="一")
    made = write.create_many(rows[1:], actor=SYSTEM, verb="register", reason="一")
    entries = {e.thing_id: e for e in TrailEntry.objects.filter(thing="finding", thing_id__in=[f.pk for f in rows])}
    for finding in made:
        entry = entries[finding.pk]
        finding.refresh_from_db()
        assert entry.body == writing.canonical(json.loads(entry.body))
        assert len(entry.body.encode()) <= writing.BODY_LIMIT_BYTES
        assert (finding.version, finding.trail_number, finding.trail_digest) == (1, 1, entry.digest)
        assert entry.digest == writing.chain(entry.algorithm, "", entry.body)
    first, second = (json.loads(entries[one.pk].body) for one in (alone, made[0]))
    differing = {name for name in first if first[name] != second[name]} - {"at", "id", "changes"}
    assert not differing
    assert set(first["changes"]) == set(second["changes"])
    assert list(queries.verify()) == []


def test_keys_go_on_where_the_last_row_ended(cast: Cast) -> None:
    last = Finding.objects.order_by("pk").last()
    new = Finding(round=cast.round, number="Z-1", title="甲", verbatim="甲", registered_on=clock.today(), source="self")
    made = write.create(new, actor=SYSTEM, verb="register")
    assert last is not None
    assert made.pk > last.pk
    assert Finding.objects.get(number="Z-1").pk == made.pk
