"""Reading a workbook of holidays in the worker: its first sheet as lines of text, to be looked at before anything counts."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Final

from jiandi.base import files, heavy
from jiandi.base.errors import BadInput
from jiandi.base.jobs import Run, job
from jiandi.base.text.words import N_
from jiandi.record.regimes import actions, announced

LONGEST_UNPACKED: Final = 8 * 1024**2
_UNREADABLE: Final = N_("The workbook cannot be read. Save it as .xlsx or .csv again, or copy its cells and paste them.")


@job(actions.READ_SHEET, lease_seconds=120)
def read_sheet(run: Run) -> dict[str, Any]:
    """The lines of the stored workbook, with what was typed beside it."""
    given = run.payload
    return {"text": lines_of(files.path_of(given["digest"])), "year": given["year"], "source": given["source"]}


def lines_of(path: Path) -> str:
    """The first sheet, a line per row, cells apart by tabs."""
    calamine = heavy.calamine()
    try:
        _refuse_bombs(path)
        with path.open("rb") as source:
            book = calamine.CalamineWorkbook.from_filelike(source)
            rows: Iterable[list[Any]] = book.get_sheet_by_index(0).to_python(nrows=announced.MOST_LINES)
    except (calamine.CalamineError, zipfile.BadZipFile, OSError, ValueError, IndexError) as error:
        raise BadInput("calendar.workbook", _UNREADABLE) from error
    return "\n".join("\t".join(_word(cell) for cell in row).strip() for row in rows)


def _word(cell: Any) -> str:
    return cell.isoformat()[:10] if isinstance(cell, date) else " ".join(str(cell).split())


def _refuse_bombs(path: Path) -> None:
    """A small file may unpack to a very large one; its own table of contents says so."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as packed:
        if sum(one.file_size for one in packed.infolist()) > LONGEST_UNPACKED:
            raise BadInput("calendar.workbook", _UNREADABLE)
