"""What has been handed in to a round: documents, ledgers, and how far each is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from jiandi.base import files
from jiandi.base.errors import NotFound
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
        batches=list(ImportBatch.objects.filter(round=round_).exclude(state="discarded").defer("faults")[:BATCHES]) if reads else [],
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
class Taking:
    """The work of taking a ledger in; over without a word when the worker died several times."""

    is_busy: bool
    fault: Fault | None = None


@dataclass(frozen=True)
class BatchPage:
    """A ledger before and after it is taken in."""

    batch: ImportBatch
    faults: Page[dict[str, Any]]
    stopping: int
    preview: list[BatchRow]
    findings: int
    fault: Fault | None
    is_busy: bool

    @property
    def can_be_taken(self) -> bool:
        return self.batch.state in OFFERED and not self.stopping and self.batch.rows > 0

    @property
    def can_be_discarded(self) -> bool:
        return self.batch.state in ("checked", "failed")


def batch_page(batch: ImportBatch, page: int) -> BatchPage:
    work = taking(batch) if batch.state == "taking" else Taking(is_busy=False)
    faults = sorted(batch.faults, key=lambda one: (not one["stops"], one["row"]))
    return BatchPage(
        batch=batch,
        faults=Paginator(faults, ROWS).get_page(page),
        stopping=sum(bool(one["stops"]) for one in faults),
        preview=_preview(batch) if batch.state == "checked" else [],
        findings=Finding.objects.filter(batch=batch).count() if batch.state == "taken" else 0,
        fault=fault_of(batch.fault) or work.fault,
        is_busy=is_waiting(batch) or work.is_busy,
    )


def _preview(batch: ImportBatch) -> list[BatchRow]:
    try:
        with files.open_file(batch.rows_digest) as kept:
            rows = json.load(kept)[:SHOWN]
    except (NotFound, ValueError):
        return []
    keeps = batch.source == "taken_over"
    return [
        BatchRow(
            r["row"],
            r["title"],
            "、".join(r["leads"]),
            r["due_text"],
            r["old_word"],
            r["state"] if keeps else "registered",
            len(r["measures"]),
        )
        for r in rows
    ]


def fault_of(text: str) -> Fault | None:
    """What is kept beside a document that cannot be read, or a ledger that could not be taken in."""
    if not text:
        return None
    kept = json.loads(text)
    return Fault(kept["text"], kept["params"], tuple((one["text"], one["params"]) for one in kept.get("unmet", ())))


def is_waiting(record: Letter | ImportBatch) -> bool:
    """Whether the worker still has to read it."""
    return record.state in WAITING


def taking_key(batch: ImportBatch) -> str:
    return f"{batch.pk}-{batch.version}"


def taking(batch: ImportBatch) -> Taking:
    """How the last asking to take a batch in stands."""
    asked = Job.objects.filter(name=TAKE, key=taking_key(batch)).first()
    if asked is None:
        return Taking(is_busy=False)
    first = asked.faults[0] if asked.faults else None
    return Taking(asked.is_open, Fault(first["text"], first["params"]) if first else None)
