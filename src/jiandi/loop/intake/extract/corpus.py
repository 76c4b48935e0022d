"""The extraction in the form of the annotation guidelines."""

from __future__ import annotations

from typing import Any

from jiandi.loop.intake.extract.model import Extraction, Item
from jiandi.loop.intake.extract.terms import Term


def to_corpus_json(extraction: Extraction) -> dict[str, Any]:
    """``{"items": [...]}`` as the gold files have it."""
    return {"items": [_item(item) for item in extraction.items]}


def _term(term: Term) -> dict[str, Any]:
    last, relative, duty = term.last_day, term.relative, term.duty
    return {
        "raw": term.raw,
        "last_day": last.isoformat() if last else None,
        "precision": term.precision,
        "at_once": term.at_once,
        "goes_on": term.goes_on,
        "duty": None if duty is None else {"cycle": duty.cycle, "month": duty.month, "day": duty.day},
        "relative": None if relative is None else {"count": relative.count, "unit": relative.unit, "since": relative.since},
        "year_supplied": term.year_supplied,
    }


def _item(item: Item) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": item.id,
        "level": list(item.level),
        "type": item.type,
        "text": item.text,
        "start": item.start,
        "end": item.end,
        "head_end": item.head_end,
        "parent": item.parent,
        "lead": list(item.lead),
        "support": list(item.support),
        "deadline": item.deadline,
        "deadline_text": item.deadline_text,
        "status": item.status,
        "numbers": list(item.numbers),
        "confidence": item.confidence,
        "reason": item.reason,
        "doubts": list(item.doubts),
        "term": None if item.term is None else _term(item.term),
    }
    if item.milestones:
        made["milestones"] = [day.isoformat() for day in item.milestones]
    return made
