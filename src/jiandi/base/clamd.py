"""Asks a clamd whether a file carries a virus: its INSTREAM command over a socket. No Django."""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final

PIECE: Final = 64 * 1024
SECONDS: Final = 120
LONGEST_ANSWER: Final = 4096
_FOUND = re.compile(rb"^stream: (.+) FOUND$")


@dataclass(frozen=True)
class Scan:
    """``clean``, ``infected`` with the name of what was found, or ``failed`` with what the scanner said."""

    result: str
    said: str = ""


def scan(address: str, source: BinaryIO, *, seconds: float = SECONDS) -> Scan:
    """``address`` is the path of a socket or ``host:port``. A scanner that does not answer is ``failed``, never ``clean``."""
    try:
        with _connected(address, seconds) as line:
            line.sendall(b"zINSTREAM\0")
            while piece := source.read(PIECE):
                line.sendall(struct.pack("!I", len(piece)) + piece)
            line.sendall(struct.pack("!I", 0))
            answer = _answer(line)
    except OSError as error:
        return Scan("failed", str(error)[:80])
    if answer == b"stream: OK":
        return Scan("clean")
    if hit := _FOUND.match(answer):
        return Scan("infected", hit[1].decode("utf-8", "replace")[:80])
    return Scan("failed", answer.decode("utf-8", "replace")[:80])


@contextmanager
def _connected(address: str, seconds: float) -> Iterator[socket.socket]:
    host, colon, port = address.rpartition(":")
    if colon and port.isdigit():
        line = socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)
    else:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with line:
        if not colon or not port.isdigit():
            line.settimeout(seconds)
            line.connect(address)
        yield line


def _answer(line: socket.socket) -> bytes:
    found = b""
    while len(found) < LONGEST_ANSWER and (more := line.recv(1024)):
        found += more
        if b"\0" in more:
            break
    return found.split(b"\0")[0].strip()
