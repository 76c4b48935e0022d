"""The client speaks INSTREAM to a server that does: bytes come whole, answers are told apart, silence is never "clean"."""

from __future__ import annotations

import io
import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jiandi.base import clamd

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Scanner(socketserver.StreamRequestHandler):
    """Takes an INSTREAM as clamd does."""

    def handle(self) -> None:
        if self.rfile.read(10) != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while length := struct.unpack("!I", self.rfile.read(4))[0]:
            if length > self.server.most:  # type: ignore[attr-defined]
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
            content += self.rfile.read(length)
        self.server.got.append(len(content))  # type: ignore[attr-defined]
        self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    most = 1 << 30

    def __init__(self, handler: Any = Scanner) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.got: list[int] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield made
        made.shutdown()


def test_a_clean_file_is_clean_and_comes_whole(server: Server) -> None:
    content = b"a" * (3 * clamd.PIECE + 17)
    assert clamd.scan(server.address, io.BytesIO(content)) == clamd.Scan("clean")
    assert server.got == [len(content)]


def test_a_virus_is_named_even_across_the_edge_of_two_pieces(server: Server) -> None:
    content = b"a" * (clamd.PIECE - 20) + EICAR
    assert clamd.scan(server.address, io.BytesIO(content)) == clamd.Scan("infected", "Eicar-Test-Signature")


def test_a_scanner_that_refuses_is_failed_not_clean(server: Server) -> None:
    server.most = 10
    assert clamd.scan(server.address, io.BytesIO(b"a" * 100)).result == "failed"


def test_no_scanner_is_failed() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert clamd.scan(f"127.0.0.1:{port}", io.BytesIO(b"a")).result == "failed"
    assert clamd.scan("/nowhere/clamd.ctl", io.BytesIO(b"a")).result == "failed"


class Silent(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.rfile.read(1 << 20)


def test_a_scanner_that_says_nothing_is_failed() -> None:
    with Server(Silent) as mute:
        threading.Thread(target=mute.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        assert clamd.scan(mute.address, io.BytesIO(b"a"), seconds=0.3).result == "failed"
        mute.shutdown()


def test_it_speaks_over_a_unix_socket_too(tmp_path: Path) -> None:
    class Local(socketserver.ThreadingUnixStreamServer):
        daemon_threads = True
        most, got = 1 << 30, list[int]()

    path = str(tmp_path / "c.sock")
    with Local(path, Scanner) as made:
        threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        assert clamd.scan(path, io.BytesIO(b"a")).result == "clean"
        made.shutdown()
