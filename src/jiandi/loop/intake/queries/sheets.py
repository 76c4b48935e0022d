"""Pages of a letter as pictures: which there are, where rows stand on them, and the drawn files, kept for a day."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from django.conf import settings

from jiandi.base import files
from jiandi.base.errors import BadInput
from jiandi.base.jobs.models import OPEN_STATES, Job
from jiandi.base.text.words import N_
from jiandi.loop.intake.queries.pieces import unread_of
from jiandi.loop.intake.readers import showing
from jiandi.record.ledger.models import Letter, LetterItem

PRINT: Final = "intake.print_letter"
EDGE: Final = 3
"""Room around a marked line, in thousandths of the page."""
_OWN: Final = ("application/pdf", "image/*")
_PRINTED: Final = ("application/msword", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
_BY_NAME: Final = {".pdf": _OWN[0], ".docx": _PRINTED[1], ".doc": _PRINTED[0], ".wps": _PRINTED[0], ".rtf": _PRINTED[0]}
Pages = Literal["own", "printed", "none"]
Box = Sequence[int]


@dataclass(frozen=True)
class Mark:
    """Where a line of a row stands on its page, in thousandths; without ``item_id`` no row holds it."""

    item_id: int | None
    type: str
    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Sheet:
    """One page as it is shown; ``pages`` is 0 while nothing can be shown."""

    number: int
    pages: int
    marks: tuple[Mark, ...] = ()
    fault: dict[str, Any] | None = None
    is_busy: bool = False

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1


def pages_from(letter: Letter) -> Pages:
    """Whether the file has pages of its own, is printed by LibreOffice, or has none that can be shown."""
    if not letter.text or not letter.file_digest:
        return "none"
    media = letter.reading.get("media") or _BY_NAME.get(Path(letter.file_name).suffix.lower(), "")
    return "own" if media in _OWN else "printed" if media in _PRINTED else "none"


def places_of(letter: Letter) -> list[Box]:
    """Lines as [start, end, page, left, top, right, bottom]; of a Word document as soon as it has been printed."""
    own: list[Box] = letter.reading.get("places", [])
    return own if own or pages_from(letter) != "printed" else list((_printed(letter) or {}).get("places", []))


def sheet_of(letter: Letter, number: int, items: Sequence[LetterItem]) -> Sheet:
    """A page with the rows that stand on it."""
    told: Mapping[str, Any] | None = letter.reading if pages_from(letter) == "own" else _printed(letter)
    if told is None:
        return Sheet(0, 0, is_busy=is_printing(letter))
    if told.get("fault"):
        return Sheet(0, 0, fault=told["fault"])
    pages = int(told.get("pages", 0))
    number = min(max(number, 1), max(pages, 1))
    return Sheet(number, pages, tuple(_marks(letter, number, items)))


def _marks(letter: Letter, number: int, items: Sequence[LetterItem]) -> list[Mark]:
    boxes = [box for box in places_of(letter) if box[2] == number]
    shortest_first = sorted((i for i in items if i.start is not None and i.end is not None), key=lambda i: (i.end or 0) - (i.start or 0))
    unread = unread_of(letter, items)
    found = []
    for start, end, _page, left, top, right, bottom in boxes:
        item = next((i for i in shortest_first if (i.start or 0) < end and start < (i.end or 0)), None)
        if item is not None or any(one.start < end and start < one.end for one in unread):
            pk, kind = (item.pk, item.type) if item else (None, "")
            found.append(Mark(pk, kind, left - EDGE, top - EDGE, right - left + 2 * EDGE, bottom - top + 2 * EDGE))
    return found


def picture_of(letter: Letter, number: int) -> Path:
    """The drawn page, from what was drawn before or by a program of its own; `BadInput` where there is none."""
    kind = pages_from(letter)
    if kind == "none" or not 1 <= number <= int((letter.reading if kind == "own" else _printed(letter) or {}).get("pages", 0)):
        raise BadInput("intake.no_such_page", N_("“{place}” has no page {page} that can be shown."), place=letter.file_name, page=number)
    source = files.path_of(letter.file_digest) if kind == "own" else _kept(letter, "pdf")
    return showing.kept_page(_folder(), source, number, key=f"{letter.file_digest}-{kind}", name=letter.file_name)


def is_printing(letter: Letter) -> bool:
    """Whether the worker prints it, or is going to."""
    asked = Job.objects.filter(name=PRINT, state__in=OPEN_STATES).values_list("payload", flat=True)
    return any(payload.get("letter") == letter.pk for payload in asked)


def keep_printed(letter: Letter, told: Mapping[str, Any], body: bytes = b"") -> None:
    """Keep the printed pages beside other passing files; they are cleared away after a day and made again when asked for."""
    for kind, content in (("pdf", body), ("json", json.dumps(told, ensure_ascii=False).encode())):
        half = _folder() / f"{uuid.uuid4().hex}{files.HALF}"
        half.write_bytes(content)
        half.replace(_kept(letter, kind))


def _printed(letter: Letter) -> dict[str, Any] | None:
    try:
        told: dict[str, Any] = json.loads(_kept(letter, "json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return told


def _kept(letter: Letter, kind: str) -> Path:
    return _folder() / f"{letter.file_digest}-printed.{kind}"


def _folder() -> Path:
    return Path(settings.JIANDI_DATA) / "tmp"
