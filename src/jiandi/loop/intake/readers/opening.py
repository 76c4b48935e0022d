"""The one door: a path in, a read document or `BadInput` out."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers import comma_separated, kind, markdown, ofd, office, pdf, picture, plain_text, spreadsheet, web_page, word
from jiandi.loop.intake.readers.limits import DEFAULT, Limits
from jiandi.loop.intake.readers.model import ReadDocument


class Reader(Protocol):
    """What each reader is."""

    def __call__(self, path: Path, limits: Limits) -> ReadDocument: ...


READERS: Final[dict[kind.Kind, Reader]] = {
    "docx": word.read,
    "doc": office.read,
    "xlsx": spreadsheet.read,
    "xls": spreadsheet.read_old,
    "csv": comma_separated.read,
    "pdf": pdf.read,
    "ofd": ofd.read,
    "picture": picture.read,
    "html": web_page.read,
    "md": markdown.read,
    "txt": plain_text.read,
}


def open_document(path: Path, limits: Limits = DEFAULT) -> ReadDocument:
    """Read a file by what it is, not by what it is called."""
    try:
        return READERS[kind.look(path, limits)](path, limits)
    except FileNotFoundError as error:
        raise BadInput("intake.no_file", N_("“{place}” is not there any more. Hand it in again."), place=path.name) from error
    except (MemoryError, RecursionError) as error:
        raise BadInput(
            "intake.too_much",
            N_("“{place}” asks for more than this machine gives a file. Split it."),
            place=path.name,
        ) from error
