"""Reads .txt: the file's own text, whatever its encoding."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final

from jiandi.base import digests
from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers.limits import Limits
from jiandi.loop.intake.readers.model import ReadDocument, lines_of

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROLS: Final = frozenset(chr(code) for code in range(32)) - frozenset("\t\n\r\f\v\x1c\x1d\x1e\x1f")


def read(path: Path, limits: Limits) -> ReadDocument:
    """The text unchanged, line ends included."""
    content = path.read_bytes()[: limits.file_bytes]
    text = _decoded(content)
    if text is None:
        raise BadInput(
            "intake.unknown_encoding", N_("The letters of “{place}” cannot be made out. Save it as UTF-8 text."), place=path.name
        )
    if not text.strip():
        raise BadInput("intake.no_text", N_("“{place}” holds no text. Choose the file again."), place=path.name)
    return ReadDocument(text, lines_of(text), digest=digests.digest(digests.DEFAULT, content))


def _decoded(content: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _tried(content, encoding)
    if b"\x00" in content:
        little = content.count(b"\n\x00") >= content.count(b"\x00\n")
        return _tried(content, "utf-16-le" if little else "utf-16-be")
    return _tried(content, "utf-8") or _tried(content, "gb18030")


def _tried(content: bytes, encoding: str) -> str | None:
    try:
        text = content.decode(encoding)
    except UnicodeError:
        return None
    return None if any(letter in _CONTROLS for letter in text) else text
