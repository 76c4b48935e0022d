"""Large uploads against the server as people start it: killed in the middle, and bounded in memory. Programs of their own."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.interfaces.cli.test_serve import SECONDS, City, children, family, until

pytestmark = pytest.mark.long
MEGABYTE = 1024 * 1024
PIECE = 8 * MEGABYTE
TOKEN = "a" * 32
FOUND = """
import json, os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "jiandi.config.settings"
django.setup()
from django.test import Client
from jiandi.record.ledger import lifecycle, write
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_measure
from tests.cast import make_cast
cast = make_cast()
measure = make_measure(cast.finding)
lifecycle.move(measure, "approve", actor=SYSTEM)
write.change(cast.finding, {"state": "planned"}, actor=SYSTEM, verb="plan")
client = Client()
client.force_login(cast.people["liaison"], backend="jiandi.record.accounts.backend.Backend")
print(json.dumps([client.cookies["sessionid"].value, cast.finding.pk, measure.pk]))
"""
COUNT = """
import json, os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "jiandi.config.settings"
django.setup()
from jiandi.base import files
from jiandi.record.ledger.models import Evidence, EvidenceUse
print(json.dumps([list(Evidence.objects.values_list("digest", flat=True)), EvidenceUse.objects.count(), sum(1 for _ in files.every_file())]))
"""


@dataclass
class Place:
    """A served data folder with one measure, and somebody who is signed in."""

    city: City
    session: str
    finding: int
    measure: int

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, Any]]:
        line = http.client.HTTPConnection("127.0.0.1", self.city.port, timeout=120)
        given = {"Cookie": f"sessionid={self.session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "Accept": "application/json", **headers}
        with closing(line):
            line.request(method, path, body=body, headers=given)
            answer = line.getresponse()
            text = answer.read()
        return answer.status, json.loads(text) if text[:1] == b"{" else {}

    def begin(self, name: str, size: int) -> dict[str, Any]:
        form = f"file_name={name}&size={size}&kind=act"
        path = f"/execute/panel/{self.finding}/measure/{self.measure}/upload/"
        status, state = self.ask("POST", path, form, **{"Content-Type": "application/x-www-form-urlencoded"})
        assert status == 201, state
        return state

    def put(self, state: dict[str, Any], offset: int, body: bytes) -> dict[str, Any]:
        status, found = self.ask("PUT", state["url"], body, **{"Upload-Offset": str(offset)})
        assert status == 200, found
        return found

    def script(self, text: str) -> Any:
        done = subprocess.run([sys.executable, "-c", text], env=self.city.surroundings, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    city = City(tmp_path)
    city.surroundings |= {"JIANDI_UPLOAD_LIMIT_MB": "3000", "PYTHONPATH": os.pathsep.join(sys.path)}
    assert city.command("upgrade").returncode == 0
    made = Place(city, "", 0, 0)
    made.session, made.finding, made.measure = made.script(FOUND)
    city.serve()
    yield made
    for program in city.running:
        program.terminate()
        program.wait(SECONDS)
        assert program.stdout is not None
        program.stdout.close()


def kill_all(program: subprocess.Popen[str]) -> None:
    """The supervisor and all its children at once, without a word."""
    pids = family(program.pid)
    os.kill(program.pid, signal.SIGKILL)
    for pid in pids - {program.pid}:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    program.wait(SECONDS)


def test_nothing_acknowledged_is_lost_and_nothing_doubled_when_the_server_is_killed(place: Place) -> None:
    body = b"%PDF-1.7\n" + os.urandom(40 * MEGABYTE)
    state = place.begin("a.pdf", len(body))
    for offset in range(0, 2 * PIECE, PIECE):
        state = place.put(state, offset, body[offset : offset + PIECE])
    acknowledged = state["received"]
    torn = threading.Thread(target=tear, args=(place, state, body))
    torn.start()
    time.sleep(0.3)
    kill_all(place.city.running[-1])
    torn.join()
    place.city.serve()
    status, state = place.ask("GET", state["url"])
    assert (status, state["received"] >= acknowledged) == (200, True)
    for offset in range(state["received"], len(body), PIECE):
        state = place.put(state, offset, body[offset : offset + PIECE])
    finishing = threading.Thread(target=finish_into_the_dark, args=(place, state))
    finishing.start()
    time.sleep(0.05)
    kill_all(place.city.running[-1])
    finishing.join()
    place.city.serve()
    status, made = place.ask("POST", state["finish"])
    assert (status, made["digest"]) == (200, hashlib.sha256(body).hexdigest())
    assert place.ask("POST", state["finish"])[1] == made
    assert place.script(COUNT) == [[made["digest"]], 1, 1]
    folder = Path(place.city.surroundings["JIANDI_DATA"])
    assert not list((folder / "tmp").glob("*.half"))


def tear(place: Place, state: dict[str, Any], body: bytes) -> None:
    """A piece that comes slowly; its connection breaks with the server."""

    def slowly() -> Iterator[bytes]:
        for at in range(0, PIECE, MEGABYTE):
            yield body[state["received"] + at : state["received"] + at + MEGABYTE]
            time.sleep(0.1)

    try:
        place.ask("PUT", state["url"], slowly(), **{"Upload-Offset": str(state["received"]), "Content-Length": str(PIECE)})
    except (OSError, http.client.HTTPException):
        return


def finish_into_the_dark(place: Place, state: dict[str, Any]) -> None:
    try:
        place.ask("POST", state["finish"])
    except (OSError, http.client.HTTPException):
        return


def highest(pid: int) -> int:
    """The most memory that a program ever held, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


def most_of(place: Place) -> dict[int, int]:
    return {pid: highest(pid) for pid in family(place.city.running[-1].pid)}


SIZE = int(os.environ.get("JIANDI_TEST_UPLOAD_MB", "512")) * MEGABYTE
ROOM_MB = 96


def test_a_large_file_in_pieces_needs_no_more_memory_than_a_small_one(place: Place) -> None:
    until(lambda: bool(children(place.city.running[-1].pid)))
    small = place.begin("small.mp4", 64)
    place.put(small, 0, FILM + bytes(64 - len(FILM)))
    assert place.ask("POST", small["finish"])[0] == 200
    before = most_of(place)
    state, block, began = place.begin("large.mp4", SIZE), bytes(PIECE), time.monotonic()
    place.put(state, 0, FILM + bytes(PIECE - len(FILM)))
    for offset in range(PIECE, SIZE, PIECE):
        state = place.put(state, offset, block)
    sent = time.monotonic()
    assert place.ask("POST", state["finish"])[0] == 200
    after = most_of(place)
    grown = {pid: after[pid] - before.get(pid, 0) for pid in after if pid in before}
    print(f"{SIZE // MEGABYTE} MB in {sent - began:.1f} s, kept in {time.monotonic() - sent:.1f} s; memory {before} -> {after}")
    assert max(grown.values()) < ROOM_MB, grown


FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
EDGE = "jiandi-edge"


def test_a_large_plain_form_needs_no_more_memory_either(place: Place) -> None:
    before = most_of(place)
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="kind"\r\n\r\nact\r\n--{EDGE}\r\n'
    head += 'Content-Disposition: form-data; name="papers"; filename="form.mp4"\r\nContent-Type: video/mp4\r\n\r\n'
    tail = f"\r\n--{EDGE}--\r\n".encode()
    size = len(head.encode()) + SIZE + len(tail)

    def body() -> Iterator[bytes]:
        yield head.encode() + FILM
        left = SIZE - len(FILM)
        while left > 0:
            yield bytes(min(MEGABYTE, left))
            left -= MEGABYTE
        yield tail

    path = f"/execute/panel/{place.finding}/measure/{place.measure}/evidence/"
    headers = {"Content-Type": f"multipart/form-data; boundary={EDGE}", "Content-Length": str(size)}
    assert place.ask("POST", path, body(), **headers)[0] == 303
    after = most_of(place)
    print(f"{SIZE // MEGABYTE} MB by form; memory {before} -> {after}")
    assert max(after[pid] - before[pid] for pid in before if pid in after) < ROOM_MB
    assert len(place.script(COUNT)[0]) == 1
