"""Reads of intake, as frozen values."""

from jiandi.loop.intake.queries.deadlines import Deadlines, Proposed
from jiandi.loop.intake.queries.differences import Difference, Differences, OldRow, differences
from jiandi.loop.intake.queries.fix_now import FixNow, fix_now
from jiandi.loop.intake.queries.gaps import Gaps, gap_due, gaps, has_gaps
from jiandi.loop.intake.queries.handed_in import (
    READ,
    TAKE,
    WAITING,
    BatchPage,
    BatchRow,
    Fault,
    LetterRow,
    Work,
    Workspace,
    batch_page,
    fault_of,
    is_waiting,
    kept_rows,
    work,
    work_key,
    workspace,
)
from jiandi.loop.intake.queries.left_out import LeftOut, LeftOutPage, Proposal, left_out, reads_letters
from jiandi.loop.intake.queries.mapping import issuer_of, known_units, remembered_forms, unknown_units
from jiandi.loop.intake.queries.pieces import Piece, pieces_of, unread_of
from jiandi.loop.intake.queries.reading import READ_LETTER, READING_STEPS, Reading, reading_of
from jiandi.loop.intake.queries.review import UNSURE, Review, coverage, items_of, review, stamp
from jiandi.loop.intake.queries.review_rows import ItemRow
from jiandi.loop.intake.queries.reviewers import who_changed
from jiandi.loop.intake.queries.sheets import PRINT, Pages, Sheet, is_printing, keep_printed, pages_from, picture_of, places_of, sheet_of
from jiandi.loop.intake.queries.source import Quote, Source, source_of
from jiandi.loop.intake.queries.units import living_units, unit_table

__all__ = [
    "PRINT",
    "READ",
    "READING_STEPS",
    "READ_LETTER",
    "TAKE",
    "UNSURE",
    "WAITING",
    "BatchPage",
    "BatchRow",
    "Deadlines",
    "Difference",
    "Differences",
    "Fault",
    "FixNow",
    "Gaps",
    "ItemRow",
    "LeftOut",
    "LeftOutPage",
    "LetterRow",
    "OldRow",
    "Pages",
    "Piece",
    "Proposal",
    "Proposed",
    "Quote",
    "Reading",
    "Review",
    "Sheet",
    "Source",
    "Work",
    "Workspace",
    "batch_page",
    "coverage",
    "differences",
    "fault_of",
    "fix_now",
    "gap_due",
    "gaps",
    "has_gaps",
    "is_printing",
    "is_waiting",
    "issuer_of",
    "items_of",
    "keep_printed",
    "kept_rows",
    "known_units",
    "left_out",
    "living_units",
    "pages_from",
    "picture_of",
    "pieces_of",
    "places_of",
    "reading_of",
    "reads_letters",
    "remembered_forms",
    "review",
    "sheet_of",
    "source_of",
    "stamp",
    "unit_table",
    "unknown_units",
    "unread_of",
    "who_changed",
    "work",
    "work_key",
    "workspace",
]
