"""Looks at kept files: made away from requests, once for each content; scanned first where a scanner is set."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jiandi.base import clock, derived
from jiandi.base.errors import BadInput
from jiandi.base.jobs import worker
from jiandi.base.jobs.models import Job
from jiandi.loop.execute import actions
from jiandi.record.ledger import lifecycle, looks, write
from jiandi.record.ledger.models import Evidence, FileLook, Measure
from jiandi.record.trail.actor import SYSTEM
from tests.base.test_clamd import EICAR, Server
from tests.base.test_pictures import scene
from tests.base.test_previews import photo
from tests.builders import make_finding, make_measure
from tests.cast import Cast


@pytest.fixture
def measure(cast: Cast) -> Measure:
    row = make_measure(cast.finding)
    lifecycle.move(row, "approve", actor=SYSTEM)
    write.change(cast.finding, {"state": "planned"}, actor=SYSTEM, verb="plan")
    return row


def prove(cast: Cast, measure: Measure, name: str, body: bytes) -> Evidence:
    return actions.add_evidence(actor=cast.actor("liaison"), measure_id=measure.pk, title="", kind="act", chunks=[body], file_name=name)


class TestLooks:
    def test_a_picture_gets_its_previews_and_its_day_and_pages_show_them(
        self, cast: Cast, measure: Measure, tmp_path: Path, sign_in: Any
    ) -> None:
        row = prove(cast, measure, "现场.jpg", photo(tmp_path / "a.jpg").read_bytes())
        client = sign_in("verifier")
        url = f"/execute/evidence/{row.pk}/"
        assert FileLook.objects.get().progress == "waiting"
        assert client.get(f"{url}picture/thumb/").status_code == 404
        worker.run_pending()
        look = FileLook.objects.get()
        assert (look.progress, look.has_picture, str(look.made_on)) == ("ready", True, "2026-03-05")
        shown = client.get(f"{url}picture/thumb/")
        assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
        assert "sandbox" in shown["Content-Security-Policy"]
        assert b"".join(shown.streaming_content)[:2] == b"\xff\xd8"
        for who in ("outsider", "system", "auditor"):
            assert [sign_in(who).get(f"{url}{more}").status_code for more in ("", "picture/thumb/", "picture/page/")] == [404] * 3
        assert client.get(f"{url}picture/words/").status_code == 404

    def test_words_are_shown_escaped(self, cast: Cast, measure: Measure, sign_in: Any) -> None:
        row = prove(cast, measure, "说明.txt", "整改 <script>alert(1)</script>".encode())
        worker.run_pending()
        page = sign_in("verifier").get(f"/execute/evidence/{row.pk}/").content.decode()
        assert "整改 &lt;script&gt;alert(1)&lt;/script&gt;" in page

    def test_what_cannot_be_shown_says_so_and_is_not_tried_for_ever(self, cast: Cast, measure: Measure, sign_in: Any) -> None:
        row = prove(cast, measure, "坏.pdf", b"%PDF-1.7\nbroken")
        worker.run_pending()
        assert (FileLook.objects.get().progress, FileLook.objects.get().fault) == ("cannot", "broken")
        assert looks.take() == []
        assert sign_in("verifier").get(f"/execute/evidence/{row.pk}/").status_code == 200

    def test_one_content_is_looked_at_once(self, cast: Cast, measure: Measure) -> None:
        prove(cast, measure, "a.txt", "同一份".encode())
        other = make_measure(cast.finding)
        lifecycle.move(other, "approve", actor=SYSTEM)
        prove(cast, other, "b.txt", "同一份".encode())
        assert (FileLook.objects.count(), Job.objects.filter(name=looks.JOB).count()) == (1, 1)

    def test_a_look_that_broke_off_is_taken_again_three_times_at_most(self, cast: Cast, measure: Measure) -> None:
        prove(cast, measure, "a.txt", "甲".encode())
        for hour in range(looks.MOST_TRIES):
            with clock.at(clock.now() + timedelta(hours=hour)):
                assert len(looks.take()) == 1
                assert looks.take() == []
        with clock.at(clock.now() + timedelta(hours=9)):
            assert looks.take() == []
        assert FileLook.objects.get().progress == "cannot"

    def test_a_mirrored_picture_of_another_finding_becomes_a_question(
        self, cast: Cast, measure: Measure, tmp_path: Path, sign_in: Any
    ) -> None:
        other = make_finding(cast.round, cast.bureau, title="另一个问题")
        write.change(other, {"state": "planned"}, actor=SYSTEM, verb="plan")
        second = make_measure(other)
        lifecycle.move(second, "approve", actor=SYSTEM)
        scene(4).save(tmp_path / "a.png")
        scene(4).transpose(0).save(tmp_path / "b.png")  # type: ignore[arg-type]
        prove(cast, second, "原图.png", (tmp_path / "a.png").read_bytes())
        row = prove(cast, measure, "新图.png", (tmp_path / "b.png").read_bytes())
        worker.run_pending()
        page = sign_in("verifier").get(f"/execute/evidence/{row.pk}/").content.decode()
        assert "另一个问题" in page
        assert "bi-files" in page


@pytest.fixture
def scanner(settings: Any) -> Iterator[Server]:
    with Server() as made:
        threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        settings.JIANDI_CLAMD = made.address
        yield made
        made.shutdown()


class TestScanner:
    def test_an_infected_file_is_locked_and_told(self, cast: Cast, measure: Measure, scanner: Server, sign_in: Any) -> None:
        row = prove(cast, measure, "说明.txt", b"abc " + EICAR)
        worker.run_pending()
        row.refresh_from_db()
        look = FileLook.objects.get()
        assert (row.state, look.scan, look.virus) == ("quarantined", "infected", "Eicar-Test-Signature")
        client = sign_in("liaison")
        assert client.get(f"/execute/file/{row.pk}/").status_code == 422
        assert not derived.path_of(row.digest, "words").exists()
        assert "Eicar-Test-Signature" in client.get(f"/execute/evidence/{row.pk}/").content.decode()

    def test_what_was_found_infected_is_not_taken_again(self, cast: Cast, measure: Measure, scanner: Server) -> None:
        prove(cast, measure, "说明.txt", EICAR)
        worker.run_pending()
        with pytest.raises(BadInput, match="virus"):
            prove(cast, measure, "别名.txt", EICAR)

    def test_a_clean_file_is_shown_with_its_scan(self, cast: Cast, measure: Measure, scanner: Server) -> None:
        prove(cast, measure, "说明.txt", "正文".encode())
        worker.run_pending()
        assert (FileLook.objects.get().scan, FileLook.objects.get().progress) == ("clean", "ready")

    def test_where_a_scan_is_demanded_nothing_is_handed_out_before_it(
        self, cast: Cast, measure: Measure, scanner: Server, sign_in: Any, settings: Any
    ) -> None:
        settings.JIANDI_CLAMD_REQUIRED = True
        row = prove(cast, measure, "说明.txt", "正文".encode())
        client = sign_in("liaison")
        assert client.get(f"/execute/file/{row.pk}/").status_code == 422
        settings.JIANDI_CLAMD, there = "127.0.0.1:1", settings.JIANDI_CLAMD
        worker.run_pending()
        assert FileLook.objects.get().scan == "failed"
        assert client.get(f"/execute/file/{row.pk}/").status_code == 422
        settings.JIANDI_CLAMD = there
        with clock.at(clock.now() + timedelta(minutes=looks.STALE_MINUTES)):
            Job.objects.update(state="queued", attempts=0)
            worker.run_pending()
        assert FileLook.objects.get().scan == "clean"
        assert b"".join(client.get(f"/execute/file/{row.pk}/").streaming_content) == "正文".encode()

    def test_without_the_demand_a_silent_scanner_holds_nothing_up(self, cast: Cast, measure: Measure, settings: Any) -> None:
        settings.JIANDI_CLAMD = "127.0.0.1:1"
        prove(cast, measure, "说明.txt", "正文".encode())
        worker.run_pending()
        assert (FileLook.objects.get().scan, FileLook.objects.get().progress) == ("failed", "ready")
