"""The lines of a score sheet, replaced as a whole; the entry of the sheet carries the fact."""

from __future__ import annotations

from collections.abc import Sequence

from jiandi.record.ledger import write
from jiandi.record.ledger.models import Assessment, AssessmentScore


def replace_scores(sheet: Assessment, scores: Sequence[AssessmentScore]) -> None:
    """Inside the caller's transaction, after the sheet itself was changed."""
    AssessmentScore.objects.filter(assessment=sheet).delete()
    write.attach(scores)
