"""Pages of .docx, .doc, .wps and .rtf: LibreOffice prints them as a .pdf, which is read for where its lines stand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from jiandi.loop.intake.readers import office, pdf
from jiandi.loop.intake.readers.limits import Limits
from jiandi.loop.intake.readers.model import Place, ReadDocument

_AHEAD: Final = 4_000
"""How far ahead a printed line is looked for, in letters: tables and notes are printed in another order than they are read."""


@dataclass(frozen=True)
class Printed:
    """The pages as a .pdf, and the same as text."""

    body: bytes
    document: ReadDocument


def print_pages(path: Path, limits: Limits) -> Printed:
    """`BadInput` where LibreOffice is absent, fails or takes too long."""
    with TemporaryDirectory(prefix="jiandi-print-") as folder:
        source = Path(folder) / path.name
        shutil.copyfile(path, source)
        made = office.converted(office.program_for(path), source, Path(folder), limits, "pdf")
        return Printed(made.read_bytes(), pdf.read(made, limits))


def aligned(printed: ReadDocument, text: str) -> Iterator[Place]:
    """The printed lines with the offsets that their words have in ``text``; a line that is not found there is left out."""
    letters, offsets = _squeezed(text)
    at = 0
    for place in printed.places:
        words, _ = _squeezed(printed.text[place.start : place.end])
        found = letters.find(words, at, at + _AHEAD) if words else -1
        if found < 0 and words:
            found = letters.find(words)
        if found >= 0:
            at = found + len(words)
            yield place._replace(start=offsets[found], end=offsets[at - 1] + 1)


def _squeezed(text: str) -> tuple[str, Sequence[int]]:
    kept = [(letter, at) for at, letter in enumerate(text) if not letter.isspace()]
    return "".join(letter for letter, _ in kept), [at for _, at in kept]
