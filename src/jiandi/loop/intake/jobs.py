"""Run by the worker: a letter becomes rows to review, a ledger becomes rows to check, checked rows become findings."""

from __future__ import annotations

import bisect
import contextlib
import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings

from jiandi.base import files
from jiandi.base.errors import BadInput, JiandiError, RuleBroken
from jiandi.base.jobs import Run, bulk, job
from jiandi.base.text import due
from jiandi.base.text.words import N_
from jiandi.loop.intake import actions, queries, rules
from jiandi.loop.intake.extract import Extraction, Item, OutlineItem, extract
from jiandi.loop.intake.readers.bounded import read_bounded
from jiandi.loop.intake.readers.ledger import Ledger, LedgerRow, read_ledgers
from jiandi.loop.intake.readers.model import ReadDocument
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import User
from jiandi.record.ledger.models import ImportBatch, Letter
from jiandi.record.trail.actor import SYSTEM, Actor

Reader = Callable[[Path], ReadDocument]

NOT_RECOGNISED = N_("The reader could not tell what this is. Choose its type, or drop it with a reason.")
BROKE_OFF = N_(
    "The taking-in broke off because of a fault in the program. Nothing has been taken in. Try again, or tell the administrator."
)
ALL_PERCENT = 100
UNSURE = 30
DOUBTS_TOLD = 2
SHORT_HEADING = 60


@job(actions.letters.READ)
def read_letter(run: Run) -> dict[str, Any]:
    """Read a received document and propose its rows."""
    letter = read_letter_now(int(run.payload["letter"]), partial(read_bounded, told=run.progress))
    return {"letter": letter.pk, "state": letter.state}


def read_letter_now(letter_id: int, reader: Reader = read_bounded) -> Letter:
    """The same at once, for commands, the sample city and tests."""
    letter = actions.begin_reading(letter_id)
    try:
        with named_file(letter.file_digest, letter.file_name) as path:
            document = reader(path)
        proposals = proposals_of(extract(document))
    except BadInput as error:
        return actions.fail_letter(letter_id, error)
    layout = [(line.start, line.end, line.kind, line.level) for line in document.lines]
    return actions.propose_items(letter_id, text=document.text, proposals=proposals, layout=layout, reading=_reading(document))


def _reading(document: ReadDocument) -> dict[str, Any]:
    """What the reader says beside the text: pages, where each printed line stands, and what it left out."""
    remarks = [{"text": remark.text, "params": remark.params} for remark in document.warnings]
    return {"pages": document.pages, "places": [list(place) for place in document.places], "remarks": remarks}


@contextmanager
def named_file(digest: str, name: str) -> Iterator[Path]:
    """The stored file under the name people gave it, so that faults name the file they know."""
    source = files.path_of(digest)
    with TemporaryDirectory(dir=Path(settings.JIANDI_DATA) / "tmp") as folder:
        path = Path(folder) / (Path(name.replace("\\", "/")).name or "file")
        try:
            path.hardlink_to(source)
        except FileNotFoundError:
            raise BadInput("intake.no_file", N_("“{place}” is not there any more. Hand it in again."), place=name) from None
        except OSError:
            shutil.copyfile(source, path)
        yield path


def proposals_of(found: Extraction) -> list[rules.Proposal]:
    """Items and the outline they stand in, as one list from top to bottom; no numbered paragraph is left out."""
    headings = _untouched(found)
    rows: list[Item | OutlineItem] = sorted([*found.items, *headings], key=lambda one: (one.start, -one.end))
    place_of = {id(row): place for place, row in enumerate(rows)}
    items = {item.id: place_of[id(item)] for item in found.items}
    above = _places_above(found, place_of)
    grouping = {item.parent for item in found.items if item.type == "finding" and item.parent is not None}
    holding = set(above.values())
    return [
        _from_item(row, items, above, grouping) if isinstance(row, Item) else _from_outline(row, place_of, above, holding, len(rows))
        for row in rows
    ]


def _untouched(found: Extraction) -> list[OutlineItem]:
    """Outline entries no item lies in."""
    starts = [item.start for item in found.items]
    reach = [0, *itertools.accumulate((item.end for item in found.items), max)]
    return [one for one in found.outline if reach[bisect.bisect_left(starts, one.end)] <= one.start]


def _places_above(found: Extraction, place_of: dict[int, int]) -> dict[int, int]:
    """For each row, the place of the heading it stands under."""
    above: dict[int, int] = {}
    ends = [one.end for one in found.outline]
    for item in found.items:
        if item.parent is None:
            at = bisect.bisect_right(ends, item.start)
            inside = at < len(ends) and found.outline[at].start < item.end
            first = found.outline[at].parent if inside else at - 1 if at else None
            _keep(above, place_of.get(id(item)), _first_row(found.outline, first, place_of))
    for one in found.outline:
        _keep(above, place_of.get(id(one)), _first_row(found.outline, one.parent, place_of))
    return above


def _keep(above: dict[int, int], place: int | None, parent: int | None) -> None:
    if place is not None and parent is not None and parent < place:
        above[place] = parent


def _first_row(outline: tuple[OutlineItem, ...], at: int | None, place_of: dict[int, int]) -> int | None:
    """The nearest outline entry, from ``at`` upwards, that is a row itself."""
    while at is not None and id(outline[at]) not in place_of:
        at = outline[at].parent
    return None if at is None else place_of[id(outline[at])]


def _from_item(item: Item, items: dict[int, int], above: dict[int, int], grouping: set[int]) -> rules.Proposal:
    parent = items.get(item.parent) if item.parent is not None else above.get(items[item.id])
    groups = item.type == "finding" and item.id in grouping and len(item.text) <= SHORT_HEADING
    return rules.Proposal(
        type="heading" if groups else item.type,
        text=item.text,
        start=item.start,
        end=item.end,
        parent=parent if parent is None or parent < items[item.id] else None,
        level=" ".join(item.level),
        lead=item.lead,
        support=item.support,
        due_text=item.deadline_text or "",
        confidence=round(item.confidence * ALL_PERCENT),
        doubt="\n".join(item.doubts[:DOUBTS_TOLD]) or item.reason,
    )


def _from_outline(one: OutlineItem, place_of: dict[int, int], above: dict[int, int], holding: set[int], count: int) -> rules.Proposal:
    """A heading over something is structure; a numbered paragraph with nothing below it is a row nobody understood."""
    place = place_of[id(one)]
    holds = place in holding and place + 1 < count
    return rules.Proposal(
        type="heading" if holds else "finding",
        text=one.title if holds else "",
        start=one.start,
        end=one.end,
        parent=above.get(place),
        level=one.number if holds else "",
        confidence=ALL_PERCENT if holds else UNSURE,
        doubt="" if holds else NOT_RECOGNISED,
    )


@job(actions.batches.READ)
def read_ledger(run: Run) -> dict[str, Any]:
    """Check a handed-in ledger row by row; nothing is taken in."""
    batch = read_ledger_now(int(run.payload["batch"]))
    return {"batch": batch.pk, "state": batch.state, "rows": batch.rows}


@bulk.uncollected()
def read_ledger_now(batch_id: int, reader: Reader = read_bounded) -> ImportBatch:
    """The same at once."""
    batch = ImportBatch.objects.select_related("round").get(pk=batch_id)
    try:
        rows, faults = checked_rows(batch.file_digest, batch.file_name, batch.round.feedback_on.year, reader)
    except BadInput as error:
        return actions.fail_batch(batch_id, error)
    return actions.propose_batch(batch_id, rows=rows, faults=faults)


def checked_rows(digest: str, name: str, year: int, reader: Reader = read_bounded) -> tuple[list[rules.CheckedRow], list[rules.Fault]]:
    """Rows of all sheets of a stored file that are ledgers, and what is wrong with them."""
    with named_file(digest, name) as path:
        document = reader(path)
    return rules.take_lines(_line(sheet, row) for sheet in read_ledgers(document, year=year) for row in sheet.rows)


def rows_of(path: Path, year: int, reader: Reader = read_bounded) -> tuple[list[rules.CheckedRow], list[rules.Fault]]:
    """The same for a file on this machine (the command line)."""
    return rules.take_lines(_line(sheet, row) for sheet in read_ledgers(reader(path), year=year) for row in sheet.rows)


def _line(sheet: Ledger, row: LedgerRow) -> rules.Line:
    words = {name: cell.text for name, cell in row.cells.items()}
    places = {**sheet.columns, **{name: cell.address for name, cell in row.cells.items()}}
    faults = tuple(rules.Fault(row.number, f.code, f.text, f.params, stops=f.code != "intake.no_deadline") for f in row.faults)
    return rules.Line(row.number, words, places, row.due if isinstance(row.due, due.Due) else None, faults)


@job(queries.TAKE, lease_seconds=600)
def take_batch(run: Run) -> dict[str, Any]:
    """Take a checked ledger in, in the name of the person who asked, as that person stands now."""
    batch_id, version = int(run.payload["batch"]), int(run.payload["version"])

    def stop(_kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        """What went wrong goes on its way; the batch is told."""
        if isinstance(error, Exception):
            told = error if isinstance(error, JiandiError) else RuleBroken("intake.taking_broke_off", BROKE_OFF)
            actions.stop_taking(batch_id, version, told)

    with contextlib.ExitStack() as taking:
        taking.push(stop)
        actor = _who_asked(run.actor_id, run.payload["stands_for"])
        batch = actions.write_batch(actor=actor, batch_id=batch_id, version=version, add_units=bool(run.payload["add_units"]))
        return {"batch": batch.pk, "state": batch.state, "rows": batch.rows}


def _who_asked(user_id: int | None, stands_for: int | None) -> Actor:
    """Somebody who was locked meanwhile has no duties left, and policy refuses."""
    if user_id is None:
        return SYSTEM
    user = User.objects.get(pk=user_id)
    return accounts.actor_for(user, zone="job", stands_for=stands_for) if user.is_active else Actor(user.pk, user.full_name, zone="job")
