"""Run by the worker: a letter becomes rows to review, a ledger becomes rows to check, checked rows become findings."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from jiandi.base import clock, files, heavy, http
from jiandi.base.errors import BadInput, JiandiError, NotFound, RuleBroken
from jiandi.base.jobs import Run, bulk, job
from jiandi.base.text.words import N_
from jiandi.loop.intake import actions, queries, rules
from jiandi.loop.intake.actions import returning
from jiandi.loop.intake.extract import extract
from jiandi.loop.intake.jobs.proposing import proposals_of
from jiandi.loop.intake.queries import returned
from jiandi.loop.intake.readers import bounded, marked, printing
from jiandi.loop.intake.readers.bounded import read_bounded
from jiandi.loop.intake.readers.checking import Checked, check
from jiandi.loop.intake.readers.model import ReadDocument
from jiandi.loop.intake.readers.returned import Sheet, read_returned
from jiandi.loop.intake.readers.totals import stated_totals
from jiandi.loop.intake.rules import returning as comparing
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import User
from jiandi.record.ledger.models import ImportBatch, Letter, Report, ReturnedLedger, Round
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import SYSTEM, Actor

Reader = Callable[[Path], ReadDocument]

BROKE_OFF = N_(
    "The taking-in broke off because of a fault in the program. Nothing has been taken in. Try again, or tell the administrator."
)
A4 = 9
LINE_POINTS = 15
SIGNED = 3
LONGEST_CELL = 32_000


@job(actions.letters.READ)
def read_letter(run: Run) -> dict[str, Any]:
    """Read a received document and propose its rows."""
    told = partial(_tell, run)
    letter = read_letter_now(int(run.payload["letter"]), partial(read_bounded, told=partial(_tell, run, 0)), told)
    return {"letter": letter.pk, "state": letter.state}


def _tell(run: Run, step: int, page: int = 0) -> None:
    """How far it is: the step of three, and the scanned page that is being recognised."""
    run.progress(step, queries.READING_STEPS, str(page or ""))


def read_letter_now(letter_id: int, reader: Reader = read_bounded, told: Callable[[int], None] | None = None) -> Letter:
    """The same at once, for commands, the sample city and tests."""
    tell = told or _nobody
    letter = actions.begin_reading(letter_id)
    try:
        tell(0)
        with named_file(letter.file_digest, letter.file_name) as path:
            document = reader(path)
        tell(1)
        proposals = proposals_of(extract(document))
        tell(2)
    except BadInput as error:
        return actions.fail_letter(letter_id, error)
    layout = [(line.start, line.end, line.kind, line.level) for line in document.lines]
    return actions.propose_items(letter_id, text=document.text, proposals=proposals, layout=layout, reading=_reading(document))


def _nobody(_step: int) -> None:
    """Nobody is waiting for it."""


def _reading(document: ReadDocument) -> dict[str, Any]:
    """What the reader says beside the text: pages, where each printed line stands, and what it left out."""
    remarks = [{"text": remark.text, "params": remark.params} for remark in document.warnings]
    places = [list(place) for place in document.places]
    return {"pages": document.pages, "places": places, "remarks": remarks, "media": document.media_type}


@job(queries.PRINT)
def print_letter(run: Run) -> dict[str, Any]:
    """Print the pages of a Word document, to be looked at beside its rows; they are kept for a day."""
    letter = Letter.objects.get(pk=int(run.payload["letter"]))
    try:
        with named_file(letter.file_digest, letter.file_name) as path:
            printed: printing.Printed = bounded.run(printing.print_pages, path)
    except BadInput as error:
        queries.keep_printed(letter, {"fault": json.loads(actions.fault_json(error))})
        return {"letter": letter.pk, "pages": 0}
    places = [list(place) for place in printing.aligned(printed.document, letter.text)]
    queries.keep_printed(letter, {"pages": printed.document.pages, "places": places}, printed.body)
    return {"letter": letter.pk, "pages": printed.document.pages}


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


@job(queries.READ)
def read_ledger(run: Run) -> dict[str, Any]:
    """Check a handed-in ledger row by row; nothing is taken in."""
    batch = read_ledger_now(int(run.payload["batch"]))
    return {"batch": batch.pk, "state": batch.state, "rows": batch.rows}


@bulk.uncollected()
def read_ledger_now(batch_id: int, reader: Reader = read_bounded) -> ImportBatch:
    """The same at once. A check that broke off begins again; one that is over is not repeated."""
    batch = ImportBatch.objects.select_related("round").get(pk=batch_id)
    if batch.state != "received":
        return batch
    try:
        with named_file(batch.file_digest, batch.file_name) as path:
            document = reader(path)
        found = check_ledger(document, rules.LedgerMapping.from_plain(batch.mapping), batch.round, source=batch.source)
    except BadInput as error:
        return actions.fail_batch(batch_id, error)
    marked_sheet = marked.workbook(document, found.sheets, found.faults, marked_words()) if found.faults else b""
    stated = [(one.key, one.number, one.place) for one in stated_totals(document)]
    return actions.propose_batch(batch_id, version=batch.version, found=found, marked=marked_sheet, stated=stated)


def check_ledger(document: ReadDocument, mapping: rules.LedgerMapping, round_: Round | None, *, source: str) -> Checked:
    """The check by itself, for jobs and the command line; without a round nothing is remembered and the year is this one."""
    return check(
        document,
        year=round_.feedback_on.year if round_ else clock.today().year,
        known=queries.known_units(),
        mapping=mapping,
        forms=queries.remembered_forms(round_) if round_ else (),
        keeps_states=source == "taken_over",
    )


def marked_words() -> marked.Words:
    """What the workbook with the marked cells says."""
    return marked.Words(
        remedy=_("What to do (check by Jiandi)"),
        row=_("Row in your file"),
        stops=_("[stands in the way]"),
        note=_("[note]"),
        sheet=_("Sheet {n}"),
        say=http.translate,
    )


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


@job(returned.COMPARE, lease_seconds=600)
def compare_returned(run: Run) -> dict[str, Any]:
    """Compare a filled-in ledger with what was handed out; nothing is changed."""
    actor = _who_asked(run.actor_id, run.payload["stands_for"])
    back = compare_returned_now(actor, int(run.payload["returned"]))
    return {"returned": back.pk, "state": back.state}


def compare_returned_now(actor: Actor, returned_id: int, reader: Reader = read_bounded) -> ReturnedLedger:
    """The same at once."""
    back = ReturnedLedger.objects.select_related("round", "round__regime").get(pk=returned_id)
    try:
        sheet = _keyed(back.file_digest, back.file_name, reader)
        report = returned.handed_out(actor, sheet.report_id, back.round)
        out = _keyed(report.digest, report.file_name, reader)
    except (BadInput, NotFound) as error:
        return returning.fail_returned(returned_id, error)
    fields = [column.field for column in regimes.profile_of(back.round.regime).ledger_columns]
    return returning.keep_compared(actor=actor, returned_id=returned_id, report=report, compared=comparing.compare(out, sheet, fields))


def _keyed(digest: str, name: str, reader: Reader) -> Sheet:
    with named_file(digest, name) as path:
        return read_returned(reader(path))


@job(returned.APPLY, lease_seconds=600)
def apply_returned(run: Run) -> dict[str, Any]:
    """Write the chosen cells in the name of the person who asked, as that person stands now."""
    returned_id, version = int(run.payload["returned"]), int(run.payload["version"])

    def stop(_kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Exception):
            told = error if isinstance(error, JiandiError) else RuleBroken("intake.taking_broke_off", BROKE_OFF)
            returning.stop_applying(returned_id, version, told)

    with contextlib.ExitStack() as applying:
        applying.push(stop)
        actor = _who_asked(run.actor_id, run.payload["stands_for"])
        back = returning.write_returned(actor=actor, returned_id=returned_id, version=version)
        return {"returned": back.pk, "state": back.state}


class _Sheet(NamedTuple):
    """A sheet of the workbook of differences."""

    name: str
    heads: list[str]
    rows: list[list[Any]]
    widths: tuple[int, ...]


@job(actions.differences.WRITE, lease_seconds=600)
def write_differences(run: Run) -> dict[str, Any]:
    """The explanation of differences as a workbook: the totals, and every row behind them."""
    report = Report.objects.get(pk=run.payload["report"])
    if report.state != "asked":
        return {"report": report.pk}
    found = queries.differences(ImportBatch.objects.get(pk=run.payload["batch"]))
    with TemporaryDirectory(dir=settings.JIANDI_DATA) as folder:
        path = Path(folder) / "differences.xlsx"
        _write_workbook(path, report.title, found)
        body = path.read_bytes()
    stored = files.store([body], limit_bytes=len(body) + 1, algorithm=settings.JIANDI_ALGORITHM)
    name = f"{Path(found.batch.file_name).stem}（{_('Explanation of differences')}）.xlsx"
    fields = {"file_name": name, "digest": stored.digest, "algorithm": stored.algorithm, "size_bytes": stored.size}
    actions.finish_differences(report, fields)
    return {"report": report.pk}


def _write_workbook(path: Path, title: str, found: queries.Differences) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = heavy.xlsxwriter().Workbook(str(path), options)
    base = {"font_name": "宋体", "font_size": 11, "border": 1, "valign": "vcenter", "text_wrap": True}
    looks = {
        "text": book.add_format(base),
        "number": book.add_format({**base, "align": "center"}),
        "signed": book.add_format({**base, "align": "center", "num_format": "+0;-0;0"}),
        "head": book.add_format({**base, "bold": True, "align": "center", "font_name": "黑体", "bg_color": "#E8F0F5"}),
        "title": book.add_format(
            {"font_name": "方正小标宋简体", "font_size": 18, "align": "center", "valign": "vcenter", "text_wrap": True}
        ),
    }
    heads = [_("Total"), _("Old ledger"), _("Here"), _("Difference"), _("Why it differs"), _("Stated in")]
    rows = [
        [one.text, one.compared.old, one.compared.ours, one.compared.difference, one.told, one.compared.place] for one in found.differing
    ]
    _write_sheet(book, looks, title, _Sheet(_("Explanation of differences"), heads, rows, (26, 9, 9, 9, 64, 18)))
    heads = [
        _("Total"),
        _("Why it differs"),
        _("Rows in the file"),
        _("State in the old ledger"),
        _("Lead unit in the old ledger"),
        _("Number"),
        _("Finding"),
    ]
    behind = [
        [one.text, reason, row.rows, row.word, row.leads, row.now.number, row.now.title]
        for one in found.differing
        for part, reason in one.parts
        for row in found.rows_behind(one.compared.key, part.reason)
    ]
    _write_sheet(book, looks, title, _Sheet(_("Rows behind the difference"), heads, behind, (22, 34, 12, 14, 18, 14, 50)))
    book.close()


def _write_sheet(book: Any, looks: dict[str, Any], title: str, plan: _Sheet) -> None:
    """A sheet for printing on A4 across: title, heading that repeats, rows."""
    sheet = book.add_worksheet(plan.name)
    for place, width in enumerate(plan.widths):
        sheet.set_column(place, place, width)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.freeze_panes(2, 1)
    sheet.set_row(0, 44)
    sheet.set_row(1, 22)
    sheet.merge_range(0, 0, 0, len(plan.heads) - 1, title, looks["title"])
    for place, word in enumerate(plan.heads):
        sheet.write_string(1, place, word, looks["head"])
    for at, row in enumerate(plan.rows, start=2):
        sheet.set_row(at, LINE_POINTS * max(1, *(_lines(str(value), width) for value, width in zip(row, plan.widths, strict=True))) + 4)
        for place, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(at, place, value, looks["signed" if place == SIGNED else "number"])
            else:
                sheet.write_string(at, place, value[:LONGEST_CELL], looks["text"])


def _lines(text: str, width: int) -> int:
    """Lines a text takes in a column of so many half-width letters."""
    return sum(-(-2 * len(line) // width) or 1 for line in text.split("\n"))


def _who_asked(user_id: int | None, stands_for: int | None) -> Actor:
    """Somebody who was locked meanwhile has no duties left, and policy refuses."""
    if user_id is None:
        return SYSTEM
    user = User.objects.get(pk=user_id)
    return accounts.actor_for(user, zone="job", stands_for=stands_for) if user.is_active else Actor(user.pk, user.full_name, zone="job")
