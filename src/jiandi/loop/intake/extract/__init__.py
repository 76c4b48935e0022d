"""From a read document to findings, measures, directives and results with exact spans."""

from __future__ import annotations

from jiandi.loop.intake.extract import confidence, kinds, labels, outline, pieces, tables, walk
from jiandi.loop.intake.extract.corpus import to_corpus_json
from jiandi.loop.intake.extract.model import DocumentKind, Draft, Extraction, Item, OutlineItem, Span
from jiandi.loop.intake.readers.model import ReadDocument

__all__ = ["Extraction", "Item", "OutlineItem", "extract", "to_corpus_json"]


def extract(document: ReadDocument) -> Extraction:
    """All items in the order of the text, and the outline they stand in."""
    text = document.text
    grids = tables.grids(document)
    regions = tuple((grid.start, grid.end) for grid in grids if grid.start >= 0)
    found = outline.paragraphs(document, without=regions)
    kind = kinds.guess_kind(text, table_rows=sum(len(grid.rows) for grid in grids), acts=_labelled_acts(text, found))
    drafts = walk.walked(text, found, kind)
    for grid in grids:
        drafts += tables.drafts(text, grid)
    made, numbered = _items(text, drafts, kind), outline.outline_items(text, found)
    return Extraction(kind, made, numbered, _rest(document, made, numbered))


def _rest(document: ReadDocument, made: tuple[Item, ...], numbered: tuple[OutlineItem, ...]) -> tuple[Span, ...]:
    """Lines with words that no item and no heading touches, so that nothing is lost without being shown."""
    taken = sorted([(one.start, one.end) for one in made] + [(one.start, one.end) for one in numbered])
    found: list[Span] = []
    place = reach = 0
    for line in sorted(document.lines, key=lambda one: one.start):
        span = pieces.trimmed(document.text, line.start, line.end, " \t\r\n\u3000\u00a0")
        while place < len(taken) and taken[place][0] < line.end:
            reach, place = max(reach, taken[place][1]), place + 1
        if span and reach <= line.start:
            found.append(span)
    return tuple(found)


def _labelled_acts(text: str, found: list[outline.Paragraph]) -> int:
    fields = (labels.leading_label(text, one.body, one.end) for one in found)
    return sum(field is not None and field.role == "measure" for field in fields)


def _items(text: str, drafts: list[Draft], kind: DocumentKind) -> tuple[Item, ...]:
    unique: dict[tuple[int, int, str], Draft] = {}
    for draft in sorted(drafts, key=lambda one: (one.start, -one.end)):
        if draft.start < draft.end:
            unique.setdefault((draft.start, draft.end, draft.type), draft)
    kept = list(unique.values())
    numbers = {id(draft): number for number, draft in enumerate(kept, start=1)}
    has_findings = any(draft.type == "finding" for draft in kept)
    return tuple(_item(text, draft, numbers, confidence.weighed(draft, kind, has_findings=has_findings)) for draft in kept)


def _item(text: str, draft: Draft, numbers: dict[int, int], weighed: tuple[float, tuple[str, ...]]) -> Item:
    words = text[draft.start : draft.end]
    parent = draft.parent
    return Item(
        id=numbers[id(draft)],
        type=draft.type,
        level=draft.level,
        text=words,
        start=draft.start,
        end=draft.end,
        head_end=pieces.first_sentence_end(text, draft.start, draft.end),
        parent=None if parent is None else numbers.get(id(parent)),
        lead=tuple(draft.lead),
        support=tuple(draft.support),
        deadline=draft.deadline,
        deadline_text=draft.deadline_text,
        milestones=draft.milestones,
        term=draft.term,
        status=draft.status,
        numbers=pieces.figures(words),
        confidence=weighed[0],
        reason=draft.reason,
        doubts=weighed[1],
    )
