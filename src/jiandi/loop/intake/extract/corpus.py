"""The extraction in the form of the annotation guidelines."""

from __future__ import annotations

from typing import Any

from jiandi.loop.intake.extract.model import Extraction, Item


def to_corpus_json(extraction: Extraction) -> dict[str, Any]:
    """``{"items": [...]}`` as the gold files have it."""
    return {"items": [_item(item) for item in extraction.items]}


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
    }
    if item.milestones:
        made["milestones"] = [day.isoformat() for day in item.milestones]
    return made
