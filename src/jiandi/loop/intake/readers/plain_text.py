"""Reads .txt: the file's own text, whatever its encoding."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final

from jiandi.base import digests
from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers.building import no_text
from jiandi.loop.intake.readers.limits import Limits
from jiandi.loop.intake.readers.model import ReadDocument, lines_of

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1b\ud800-\udfff]")


def read(path: Path, limits: Limits) -> ReadDocument:
    """The text unchanged, line ends included."""
    text = words_of(path, limits)
    return ReadDocument(text, lines_of(text), digest=digests.digest(digests.DEFAULT, path.read_bytes()))


def words_of(path: Path, limits: Limits, named: str | None = None) -> str:
    """The text of a file in UTF-8, UTF-16, GB18030 or the encoding it names itself; `BadInput` when there is none."""
    text = _decoded(path.read_bytes()[: limits.file_bytes], named)
    if text is None:
        raise BadInput(
            "intake.unknown_encoding", N_("The letters of “{place}” cannot be made out. Save it as UTF-8 text."), place=path.name
        )
    if not text.strip():
        raise no_text(path.name)
    return text


def _decoded(content: bytes, named: str | None) -> str | None:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _tried(content, encoding)
    if b"\x00" in content:
        little = content.count(b"\n\x00") >= content.count(b"\x00\n")
        return _tried(content, "utf-16-le" if little else "utf-16-be")
    return next((text for name in (named, "utf-8", "gb18030") if name and (text := _tried(content, name)) is not None), None)


def _tried(content: bytes, encoding: str) -> str | None:
    try:
        text = content.decode(encoding)
    except (UnicodeError, LookupError):
        return None
    return None if _CONTROLS.search(text) else text
