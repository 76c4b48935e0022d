"""The supervisor as people start it: a program of its own, on a data folder of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jiandi.base.errors import BadInput, RuleBroken
from jiandi.interfaces.cli.management.commands import serve
from jiandi.interfaces.cli.serve import lock, parts, supervisor

SECONDS = 40


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def family(pid: int) -> set[int]:
    return {pid}.union(*(family(child) for child in children(pid)))


def until(is_true: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not is_true():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class City:
    """A migrated data folder and the programs started on it."""

    def __init__(self, folder: Path) -> None:
        self.surroundings = os.environ | {"JIANDI_DATA": str(folder), "JIANDI_DATABASE_URL": ""}
        self.running: list[subprocess.Popen[str]] = []
        self.port = free_port()

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "jiandi", *words], env=self.surroundings, capture_output=True, text=True, check=False)

    def serve(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "jiandi", "serve", "--port", str(self.port), *words]
        self.running.append(subprocess.Popen(command, env=self.surroundings, stdout=subprocess.PIPE, text=True))
        assert self.running[-1].stdout is not None
        assert f":{self.port}/" in self.running[-1].stdout.readline()
        return self.running[-1]

    def health(self) -> dict[str, object]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
            found: dict[str, object] = json.loads(answer.read())
            return found


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    done = City(folder).command("upgrade")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def city(migrated: Path) -> Iterator[City]:
    city = City(migrated)
    yield city
    for program in city.running:
        program.terminate()
        program.wait(SECONDS)
        assert program.stdout is not None
        program.stdout.close()


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_everything(city: City, number: int) -> None:
    program = city.serve()
    until(lambda: city.health()["state"] == "well")
    everybody = family(program.pid)
    assert len(everybody) == 5, "supervisor, web, its worker, job worker, sealer"
    program.send_signal(number)
    assert program.wait(SECONDS) == 0
    until(lambda: not any(is_alive(pid) for pid in everybody))


@pytest.mark.long
def test_a_second_serve_on_the_same_folder_is_refused(city: City) -> None:
    city.serve()
    again = city.command("serve", "--port", str(free_port()))
    assert again.returncode == 1
    assert str(city.port) in again.stderr, "the message names the one that runs"
    assert city.command("upgrade").returncode == 1


@pytest.mark.long
def test_every_part_that_is_killed_comes_back(city: City) -> None:
    program = city.serve()
    before = set(children(program.pid))
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(set(children(program.pid)) - before) == 3)

    def answers() -> bool:
        try:
            return bool(city.health())
        except OSError:
            return False

    until(answers)


@pytest.mark.long
def test_nothing_outlives_a_supervisor_that_is_killed(city: City) -> None:
    program = city.serve()
    everybody = family(program.pid)
    program.kill()
    program.wait()
    until(lambda: not any(is_alive(pid) for pid in everybody))
    city.serve()


@pytest.mark.long
def test_an_empty_database_is_not_served(tmp_path: Path) -> None:
    done = City(tmp_path).command("serve")
    assert done.returncode == 1
    assert "jiandi upgrade" in done.stderr


def test_a_folder_has_one_holder_at_a_time(tmp_path: Path) -> None:
    with (
        lock.only_one(tmp_path, "http://first/"),
        pytest.raises(RuleBroken, match="http://first/"),
        lock.only_one(tmp_path, "http://other/"),
    ):
        pass
    with lock.only_one(tmp_path, "http://second/"):
        pass


def test_a_port_that_is_taken_is_refused_before_anything_starts() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(RuleBroken, match=r"serve\.port_taken"):
            supervisor._require_free_port(parts.Options(port=other.getsockname()[1]))


@pytest.mark.parametrize(
    ("host", "address"), [("0.0.0.0", "http://127.0.0.1:80/"), ("::1", "http://[::1]:80/"), ("city", "http://city:80/")]
)
def test_the_address_is_one_a_browser_can_open(host: str, address: str) -> None:
    assert parts.Options(host=host, port=80).address == address


def test_a_server_that_is_not_installed_is_named_before_anything_starts() -> None:
    with pytest.raises(BadInput) as refused:
        serve.Command().act({"host": "127.0.0.1", "port": free_port(), "workers": 1, "server": "no_such_server"})
    assert refused.value.params == {"server": "no_such_server"}
