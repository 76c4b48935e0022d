"""A PostgreSQL server for tests: the one that is named, the one on this machine that trusts us, or one started for this run."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.dev import places

HOST = "127.0.0.1"
PORT = 5432


@contextlib.contextmanager
def server() -> Iterator[str | None]:
    """The address of a database for tests, or None where there is no PostgreSQL. What was started here ends here."""
    named = os.environ.get("JIANDI_TEST_DATABASE_URL")
    if named:
        yield named
    elif trusts(HOST, PORT):
        yield address(PORT)
    elif (programs := installed()) is None:
        yield None
    else:
        with started(programs) as port:
            yield address(port)


def address(port: int) -> str:
    """A database name of our own, so that two runs on one server do not meet."""
    return f"postgresql://postgres@{HOST}:{port}/jiandi_{os.getpid()}"


def trusts(host: str, port: int) -> bool:
    """Whether a server answers there and lets user postgres in without a password."""
    names = b"user\0postgres\0database\0postgres\0\0"
    try:
        with socket.create_connection((host, port), timeout=2) as line:
            line.sendall(struct.pack("!ii", len(names) + 8, 196608) + names)
            answer = line.recv(9)
    except OSError:
        return False
    return answer[:1] == b"R" and answer[5:9] == b"\0\0\0\0"


def installed() -> Path | None:
    """The folder of the newest server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextlib.contextmanager
def started(programs: Path) -> Iterator[int]:
    """A throw-away server without fsync on a free port. It refuses to run as root, so root lends it the user postgres."""
    with tempfile.TemporaryDirectory(prefix="jiandi-pg-", ignore_cleanup_errors=True) as folder:
        owner = "postgres" if os.name == "posix" and os.geteuid() == 0 else None
        if owner:
            shutil.chown(folder, owner, owner)
        data, port = str(Path(folder) / "data"), free_port()
        _as(owner, [str(programs / "initdb"), "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"])
        options = f"-p {port} -h {HOST} -k {folder} -c fsync=off -c full_page_writes=off -c max_connections=100"
        control = [str(programs / "pg_ctl"), "-D", data, "-w"]
        _as(owner, [*control, "-l", str(Path(folder) / "log"), "-o", options, "start"])
        try:
            yield port
        finally:
            _as(owner, [*control, "-m", "immediate", "stop"])


def free_port() -> int:
    with socket.socket() as line:
        line.bind((HOST, 0))
        port: int = line.getsockname()[1]
        return port


def _as(owner: str | None, command: list[str]) -> None:
    who = {"user": owner, "group": owner, "extra_groups": []} if owner else {}
    done = subprocess.run(command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False, **who)  # type: ignore[call-overload]
    if done.returncode:
        raise places.Stop(f"{Path(command[0]).name} failed: {done.stderr.strip()}")
