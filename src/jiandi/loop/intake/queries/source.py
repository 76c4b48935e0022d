"""Where a finding comes from: its paragraphs in the letter, and only those."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jiandi.record.ledger.models import Finding, ImportBatch, LetterItem
from jiandi.record.ledger.scope import sees_everything, wide_rounds
from jiandi.record.trail.actor import Actor


@dataclass(frozen=True)
class Quote:
    """The paragraphs around a row, with the row's span counted in ``text``."""

    text: str
    start: int
    end: int
    title: str
    number: str
    received_on: date
    letter_id: int
    item_id: int
    reads_letter: bool
    is_own: bool


@dataclass(frozen=True)
class Source:
    """The source of a finding as the case file shows it."""

    finding: Finding
    quotes: list[Quote]
    batch: ImportBatch | None


def source_of(finding: Finding, actor: Actor) -> Source:
    """For a finding one may see. Its row comes first, then rows it covers."""
    reads = sees_everything(actor) or finding.round_id in wide_rounds(actor)
    rows = LetterItem.objects.filter(covered_by=finding, type__in=["finding", "directive", "result"]) | LetterItem.objects.filter(
        pk__in=[finding.item_id or 0]
    )
    found = sorted(rows.select_related("letter"), key=lambda row: (row.pk != finding.item_id, row.place))
    batch = ImportBatch.objects.defer("faults").filter(pk=finding.batch_id).first() if finding.batch_id else None
    return Source(finding, [_quote(row, finding, reads=reads) for row in found], batch)


def _quote(row: LetterItem, finding: Finding, *, reads: bool) -> Quote:
    text, start, end = _paragraphs(row)
    return Quote(
        text=text,
        start=start,
        end=end,
        title=row.letter.title,
        number=row.letter.number,
        received_on=row.letter.received_on,
        letter_id=row.letter_id,
        item_id=row.pk,
        reads_letter=reads,
        is_own=row.pk == finding.item_id,
    )


def _paragraphs(row: LetterItem) -> tuple[str, int, int]:
    """Whole lines from the row's first to its last letter; a row without a place stands for itself."""
    if row.start is None or row.end is None:
        return row.text, 0, len(row.text)
    whole = row.letter.text
    first = whole.rfind("\n", 0, row.start) + 1
    last = whole.find("\n", row.end)
    last = len(whole) if last < 0 else last
    return whole[first:last], row.start - first, row.end - first
