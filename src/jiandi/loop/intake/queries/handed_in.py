"""What has been handed in to a round: documents, ledgers, and how far each is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from jiandi.base import files
from jiandi.base.jobs.models import Job
from jiandi.loop.intake import rules
from jiandi.loop.intake.queries.review import coverage
from jiandi.record.ledger import targets
from jiandi.record.ledger.models import Finding, ImportBatch, Letter, Round
from jiandi.record.ledger.scope import sees_everything, wide_rounds
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor

ROWS = 50
BATCHES = 20
SHOWN = 20
WAITING = ("received", "reading")
OFFERED = ("checked", "taking")
READ = "intake.read_ledger"
TAKE = "intake.take_batch"
_NEEDS_COVER = Q(items__type__in=["finding", "measure", "directive", "result"]) & Q(
    items__state__in=["open", "covered", "held", "drop_asked", "dropped"]
)


@dataclass(frozen=True)
class LetterRow:
    """A document of the round with the counts of its items."""

    letter: Letter
    total: int
    settled: int

    @property
    def left(self) -> int:
        return self.total - self.settled

    @property
    def is_waiting(self) -> bool:
        return self.letter.state in WAITING


@dataclass(frozen=True)
class Workspace:
    """The stage's page in a round. Units have a part in the round but do not read its letters."""

    round: Round
    letters: list[LetterRow]
    page: Page[Any]
    batches: list[ImportBatch]
    coverage: rules.Coverage | None
    alone: list[Finding]
    may_receive: bool
    reads_letters: bool


def workspace(round_: Round, actor: Actor, page: int) -> Workspace:
    reads = sees_everything(actor) or round_.pk in wide_rounds(actor)
    letters = Letter.objects.filter(round=round_) if reads else Letter.objects.none()
    counted = letters.annotate(
        total=Count("items", filter=_NEEDS_COVER),
        settled=Count("items", filter=_NEEDS_COVER & Q(items__state__in=sorted(rules.SETTLED))),
    ).defer("text", "layout", "reading")
    shown = Paginator(counted.order_by("-received_on", "-pk"), ROWS).get_page(page)
    checked = coverage(round_) if reads else None
    alone = Finding.objects.filter(pk__in=checked.not_in_letter[:SHOWN]).order_by("pk") if checked else Finding.objects.none()
    return Workspace(
        round=round_,
        letters=[LetterRow(one, one.total, one.settled) for one in shown],  # type: ignore[attr-defined]
        page=shown,
        batches=list(ImportBatch.objects.filter(round=round_).exclude(state="discarded").defer("faults", "recognised", "mapping")[:BATCHES])
        if reads
        else [],
        coverage=checked,
        alone=list(alone),
        may_receive=decide.may(actor, "letter.receive", targets.of_round(round_)),
        reads_letters=reads,
    )


@dataclass(frozen=True)
class BatchRow:
    """A checked row as it will be taken in."""

    row: int
    title: str
    lead: str
    due: str
    old_word: str
    state: str
    measures: int


@dataclass(frozen=True)
class Fault:
    """A kept fault: message ids with their values."""

    text: str
    params: dict[str, Any]
    unmet: tuple[tuple[str, dict[str, Any]], ...] = ()


@dataclass(frozen=True)
class Work:
    """What the worker does with a ledger; over without a word when it died several times."""

    is_busy: bool
    fault: Fault | None = None


@dataclass(frozen=True)
class BatchPage:
    """A ledger before and after it is taken in."""

    batch: ImportBatch
    faults: Page[dict[str, Any]]
    preview: list[BatchRow]
    findings: int
    fault: Fault | None
    is_busy: bool

    @property
    def can_be_taken(self) -> bool:
        return self.batch.state in OFFERED and not self.batch.stopping and self.batch.rows > 0

    @property
    def can_be_mapped(self) -> bool:
        return self.batch.state == "checked" and bool(self.batch.recognised.get("sheets"))

    @property
    def can_be_discarded(self) -> bool:
        return self.batch.state in ("received", "checked", "failed")

    @property
    def left_out(self) -> list[dict[str, Any]]:
        """Columns with a heading, and sheets, that do not come in."""
        return [column for sheet in self._sheets if sheet["is_taken"] for column in sheet["columns"] if not column["field"]]

    @property
    def sheets_left_out(self) -> list[str]:
        return [*(sheet["key"] for sheet in self._sheets if not sheet["is_taken"]), *self.batch.recognised.get("other_sheets", ())]

    @property
    def untold(self) -> int:
        """Faults beyond those that are kept with the batch."""
        return self.batch.stopping + self.batch.notes - len(self.batch.faults)

    @property
    def _sheets(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.batch.recognised.get("sheets", [])
        return found


def batch_page(batch: ImportBatch, page: int) -> BatchPage:
    now = work(batch)
    return BatchPage(
        batch=batch,
        faults=Paginator(batch.faults, ROWS).get_page(page),
        preview=_preview(batch) if batch.state == "checked" else [],
        findings=Finding.objects.filter(batch=batch).count() if batch.state == "taken" else 0,
        fault=fault_of(batch.fault) or now.fault,
        is_busy=now.is_busy,
    )


def kept_rows(batch: ImportBatch) -> Iterator[dict[str, Any]]:
    """The checked rows, one to a line; a line that is a list holds several."""
    with files.open_file(batch.rows_digest) as kept:
        for line in kept:
            row = json.loads(line)
            yield from row if isinstance(row, list) else (row,)


def _preview(batch: ImportBatch) -> list[BatchRow]:
    keeps = batch.source == "taken_over"
    return [
        BatchRow(
            r["row"],
            r["title"],
            "、".join(r["leads"]),
            r["due_text"],
            r["old_word"],
            r["state"] if keeps else "registered",
            r["measures"],
        )
        for r in batch.recognised.get("first_rows", ())
    ]


def fault_of(text: str) -> Fault | None:
    """What is kept beside a document that cannot be read, or a ledger that could not be taken in."""
    if not text:
        return None
    kept = json.loads(text)
    return Fault(kept["text"], kept["params"], tuple((one["text"], one["params"]) for one in kept.get("unmet", ())))


def is_waiting(record: Letter) -> bool:
    """Whether the worker still has to read it."""
    return record.state in WAITING


def work_key(batch: ImportBatch) -> str:
    return f"{batch.pk}-{batch.version}"


def work(batch: ImportBatch) -> Work:
    """How the last asking to check a ledger, or to take it in, stands."""
    name = {"received": READ, "taking": TAKE}.get(batch.state)
    asked = Job.objects.filter(name=name, key=work_key(batch)).first() if name else None
    if asked is None:
        return Work(is_busy=False)
    first = asked.faults[0] if asked.faults else None
    return Work(asked.is_open, Fault(first["text"], first["params"]) if first else None)
