"""Large files in pieces: what was acknowledged is kept, what was not goes on from there, finishing twice makes it once."""

from __future__ import annotations

import hashlib
import os
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from jiandi.base import clock, files
from jiandi.base.errors import Conflict
from jiandi.base.jobs import jobs as house
from jiandi.base.jobs import uploads
from jiandi.base.jobs.models import Upload
from jiandi.record.ledger import lifecycle, write
from jiandi.record.ledger.models import Evidence, Measure
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_measure
from tests.cast import Cast

BODY = b"%PDF-1.7\n" + bytes(range(256)) * 400
HALF = 40_000


@pytest.fixture
def measure(cast: Cast) -> Measure:
    row = make_measure(cast.finding)
    lifecycle.move(row, "approve", actor=SYSTEM)
    write.change(cast.finding, {"state": "planned"}, actor=SYSTEM, verb="plan")
    return row


@pytest.fixture
def client(sign_in: Any) -> Client:
    signed: Client = sign_in("liaison")
    return signed


def begin(client: Client, cast: Cast, measure: Measure, **more: Any) -> Any:
    given = {"file_name": "大文件.pdf", "size": len(BODY), "kind": "act", **more}
    return client.post(f"/execute/panel/{cast.finding.pk}/measure/{measure.pk}/upload/", given)


def put(client: Client, url: str, offset: int, body: bytes) -> Any:
    return client.put(url, body, content_type="application/octet-stream", headers={"Upload-Offset": str(offset)})


class TestPieces:
    def test_a_file_comes_in_pieces_and_becomes_evidence(self, client: Client, cast: Cast, measure: Measure) -> None:
        state = begin(client, cast, measure).json()
        assert put(client, state["url"], 0, BODY[:HALF]).json()["received"] == HALF
        assert client.get(state["url"]).json()["received"] == HALF
        assert put(client, state["url"], HALF, BODY[HALF:]).json()["received"] == len(BODY)
        made = client.post(state["finish"]).json()
        row = Evidence.objects.get(pk=made["evidence"])
        assert (row.digest, row.size_bytes, row.title, row.kind) == (hashlib.sha256(BODY).hexdigest(), len(BODY), "大文件", "act")
        assert files.path_of(row.digest).read_bytes() == BODY

    def test_finishing_again_finds_it_done(self, client: Client, cast: Cast, measure: Measure) -> None:
        state = begin(client, cast, measure).json()
        put(client, state["url"], 0, BODY)
        first, second = client.post(state["finish"]).json(), client.post(state["finish"]).json()
        assert first == second
        assert (Evidence.objects.count(), client.get(state["url"]).json()["made"]) == (1, first["evidence"])

    def test_a_piece_from_the_wrong_place_is_told_where_to_go_on(self, client: Client, cast: Cast, measure: Measure) -> None:
        state = begin(client, cast, measure).json()
        put(client, state["url"], 0, BODY[:HALF])
        for offset in (0, HALF - 1, HALF + 1):
            assert put(client, state["url"], offset, b"xxxx").status_code == 409
        assert client.get(state["url"]).json()["received"] == HALF

    def test_what_was_written_and_never_acknowledged_is_overwritten(self, client: Client, cast: Cast, measure: Measure) -> None:
        """As after a crash between the disk and the row."""
        state = begin(client, cast, measure).json()
        put(client, state["url"], 0, BODY[:HALF])
        with files.half_of(Upload.objects.get().token).open("ab") as half:
            half.write(b"never acknowledged")
        put(client, state["url"], HALF, BODY[HALF:])
        assert client.post(state["finish"]).json()["digest"] == hashlib.sha256(BODY).hexdigest()

    def test_a_file_whose_acknowledged_part_is_gone_is_not_finished_as_if_it_were_there(
        self, client: Client, cast: Cast, measure: Measure
    ) -> None:
        state = begin(client, cast, measure).json()
        put(client, state["url"], 0, BODY)
        os.truncate(files.half_of(Upload.objects.get().token), HALF)
        assert client.post(state["finish"]).status_code == 409
        assert not Evidence.objects.exists()

    def test_nobody_else_sends_or_finishes_it(self, client: Client, cast: Cast, measure: Measure, sign_in: Any) -> None:
        state = begin(client, cast, measure).json()
        put(client, state["url"], 0, BODY)
        for who in ("head", "clerk", "outsider"):
            other = sign_in(who)
            answers = (other.get(state["url"]), put(other, state["url"], 0, b"x"), other.post(state["finish"]))
            assert [answer.status_code for answer in answers] == [404, 404, 404]

    def test_one_page_sends_at_a_time(self, client: Client, cast: Cast, measure: Measure) -> None:
        state = begin(client, cast, measure).json()
        token = Upload.objects.get().token
        begun, go_on = threading.Event(), threading.Event()

        def slowly() -> Any:
            begun.set()
            go_on.wait(10)
            yield b"x"

        first = threading.Thread(target=lambda: files.append(token, 0, slowly(), most=10))
        first.start()
        begun.wait(10)
        with pytest.raises(Conflict, match="busy"):
            files.append(token, 0, [b"y"], most=10)
        go_on.set()
        first.join()
        assert state["received"] == 0


class TestRefused:
    @pytest.mark.parametrize(
        ("more", "status"),
        [
            ({"size": 0}, 422),
            ({"size": -1}, 422),
            ({"size": 1 << 50}, 422),
            ({"file_name": "a.exe"}, 422),
            ({"kind": "无"}, 422),
            ({"dated_on": "2999-01-01"}, 422),
        ],
    )
    def test_what_cannot_be_taken_is_refused_before_a_byte_is_sent(
        self, client: Client, cast: Cast, measure: Measure, more: dict[str, Any], status: int
    ) -> None:
        answer = begin(client, cast, measure, **more)
        assert (answer.status_code, bool(answer.json()["message"]), Upload.objects.count()) == (status, True, 0)

    def test_more_than_was_said_is_refused(self, client: Client, cast: Cast, measure: Measure) -> None:
        state = begin(client, cast, measure, size=10).json()
        assert put(client, state["url"], 0, b"x" * 11).status_code == 422
        assert client.get(state["url"]).json()["received"] == 0

    def test_a_lying_file_is_refused_at_the_end_and_leaves_no_evidence(self, client: Client, cast: Cast, measure: Measure) -> None:
        state = begin(client, cast, measure, size=20).json()
        put(client, state["url"], 0, b"MZ" + bytes(18))
        assert (client.post(state["finish"]).status_code, Evidence.objects.count()) == (422, 0)

    def test_half_a_file_is_not_finished(self, client: Client, cast: Cast, measure: Measure) -> None:
        state = begin(client, cast, measure).json()
        put(client, state["url"], 0, BODY[:HALF])
        assert (client.post(state["finish"]).status_code, Evidence.objects.count()) == (409, 0)

    def test_a_piece_without_its_place_is_refused(self, client: Client, cast: Cast, measure: Measure) -> None:
        state = begin(client, cast, measure).json()
        assert client.put(state["url"], b"x", content_type="application/octet-stream").status_code == 422

    @pytest.mark.parametrize(("who", "status"), [("verifier", 403), ("outsider", 404)])
    def test_others_begin_nothing(self, cast: Cast, measure: Measure, sign_in: Any, who: str, status: int) -> None:
        assert begin(sign_in(who), cast, measure).status_code == status

    def test_a_full_unit_is_told_before_a_byte_is_sent(self, client: Client, cast: Cast, measure: Measure, settings: Any) -> None:
        settings.JIANDI_EVIDENCE_UNIT_MB = 1
        assert begin(client, cast, measure, size=2 << 20).json()["code"] == "evidence.unit_quota"

    def test_nobody_keeps_fifty_one_unfinished_files(self, client: Client, cast: Cast, measure: Measure) -> None:
        for _ in range(uploads.MOST_AT_ONCE):
            begin(client, cast, measure)
        assert begin(client, cast, measure).json()["code"] == "upload.too_many"


class TestSweeping:
    def test_a_crash_between_store_and_row_is_mended_by_asking_again(self, client: Client, cast: Cast, measure: Measure) -> None:
        """The file lies in the store, the row knows the digest, the evidence was never written."""
        state = begin(client, cast, measure).json()
        put(client, state["url"], 0, BODY)
        uploads.keep(Upload.objects.get())
        assert not files.half_of(Upload.objects.get().token).exists()
        assert client.post(state["finish"]).status_code == 200
        assert Evidence.objects.count() == 1

    def test_what_stopped_a_day_ago_is_cleared_away_with_its_half_file(self, client: Client, cast: Cast, measure: Measure) -> None:
        stopped = begin(client, cast, measure).json()
        put(client, stopped["url"], 0, BODY[:HALF])
        half = files.half_of(Upload.objects.get().token)
        Upload.objects.update(seen_at=clock.now() - timedelta(hours=25))
        fresh = begin(client, cast, measure).json()
        house.tidy(None)  # type: ignore[arg-type]
        assert not half.exists()
        assert (client.get(stopped["url"]).status_code, client.get(fresh["url"]).status_code) == (404, 200)

    def test_the_database_refuses_more_received_than_there_is(self, cast: Cast) -> None:
        given: dict[str, Any] = {"created_by": 1, "purpose": "p", "file_name": "a", "started_at": clock.now(), "seen_at": clock.now()}
        for wrong in ({"size": 0}, {"size": 5, "received": 6}, {"size": 5, "received": -1}, {"size": 5, "received": 4, "digest": "a" * 64}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Upload.objects.create(token=os.urandom(8).hex(), **given, **wrong)
