"""Reads of intake, as frozen values."""

from jiandi.loop.intake.queries.handed_in import (
    TAKE,
    BatchPage,
    BatchRow,
    Fault,
    LetterRow,
    Taking,
    Workspace,
    batch_page,
    fault_of,
    is_waiting,
    taking,
    taking_key,
    workspace,
)
from jiandi.loop.intake.queries.review import ItemRow, Piece, Review, coverage, pieces_of, review, stamp
from jiandi.loop.intake.queries.source import Quote, Source, source_of
from jiandi.loop.intake.queries.units import living_units, unit_table

__all__ = [
    "TAKE",
    "BatchPage",
    "BatchRow",
    "Fault",
    "ItemRow",
    "LetterRow",
    "Piece",
    "Quote",
    "Review",
    "Source",
    "Taking",
    "Workspace",
    "batch_page",
    "coverage",
    "fault_of",
    "is_waiting",
    "living_units",
    "pieces_of",
    "review",
    "source_of",
    "stamp",
    "taking",
    "taking_key",
    "unit_table",
    "workspace",
]
