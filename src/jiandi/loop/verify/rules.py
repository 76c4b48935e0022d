"""Decisions of this stage: the check sheet, the order of the work list, how long a notice stays up. No Django here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_

MET, NOT_MET = "met", "not_met"
VERDICTS = ((MET, N_("met")), (NOT_MET, N_("not met")))
QUESTIONS = (
    ("to_the_bottom", N_("Has the problem been got to the bottom of?")),
    ("thorough", N_("Has it been solved thoroughly?")),
    ("in_place", N_("Is the rectification in place?")),
)
HARD = 3
BUNCHED_DAYS = 7
OVERDUE_CAP_DAYS = 60
EARLY_DAYS = 30
MOST_CASES = 20_000


@dataclass(frozen=True)
class Risk:
    """What makes a claim worth looking at first. Reasons are message ids; the score only orders."""

    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Circumstances:
    """What is known of a thing that waits for a check."""

    due: date | None
    since: date
    difficulty: int = 2
    is_long_standing: bool = False
    is_recurring: bool = False
    was_returned: bool = False
    proofs: int = 1


def risk_of(c: Circumstances, today: date) -> Risk:
    """Sum of plain reasons; nothing here judges anybody, it only says what to look at first."""
    found: list[tuple[int, str]] = []
    if c.was_returned:
        found.append((30, N_("returned before")))
    if c.is_recurring:
        found.append((25, N_("recurring problem")))
    if c.is_long_standing:
        found.append((20, N_("long-standing problem")))
    if c.difficulty >= HARD:
        found.append((15, N_("hard")))
    if c.proofs <= 1:
        found.append((15, N_("a single piece of evidence")))
    if c.due and c.due < today:
        found.append((10 + min((today - c.due).days, OVERDUE_CAP_DAYS) // 6, N_("past its date")))
    elif c.due and (c.due - c.since).days <= BUNCHED_DAYS:
        found.append((10, N_("claimed in the last days before its date")))
    return Risk(sum(points for points, _ in found), tuple(text for _, text in sorted(found, reverse=True)))


def order(risk: Risk, waiting_since: date) -> tuple[int, date]:
    """Most reasons first, then who waits longest."""
    return (-risk.score, waiting_since)


def judged(numbers: Sequence[int], given: Mapping[str, str]) -> dict[int, str]:
    """The verdicts of a check sheet, one for each measure. A missing or strange one is refused: nothing is preselected."""
    codes = {code for code, _ in VERDICTS}
    found = {number: given.get(str(number), "") for number in numbers}
    missing = [str(number) for number, verdict in found.items() if verdict not in codes]
    if missing:
        raise BadInput("sheet.unjudged", N_("Judge each standard. Without a verdict: measure {numbers}."), numbers=", ".join(missing))
    return found


def answered(given: Mapping[str, str]) -> dict[str, bool]:
    """The three questions, each answered yes or no."""
    words = {"yes": True, "no": False}
    if any(given.get(code) not in words for code, _ in QUESTIONS):
        raise BadInput("sheet.unanswered", N_("Answer each of the three questions with yes or no."))
    return {code: words[given[code]] for code, _ in QUESTIONS}


def notice_days(step: Mapping[str, Any]) -> int:
    """How many days a step's notice stays up; 0 for a step that is no notice."""
    return int(step.get("days") or 0) if step.get("kind") == "notice" else 0


def ready_on(chain: Sequence[Mapping[str, Any]], signed: Mapping[int, date]) -> date | None:
    """The first day on which the step after a notice may be taken; None when no notice is up."""
    if not signed:
        return None
    place = max(signed)
    days = notice_days(chain[place])
    return signed[place] + timedelta(days=days) if days else None


def review_opens(since: date, due: date) -> date:
    """The first day on which a yearly review may be held: a month before it is due, never before the finding became long term."""
    return max(since, due - timedelta(days=EARLY_DAYS))


def next_review(held: date, due: date | None) -> date:
    """A year after the review, or after the day it was due if it was held earlier, so that two reviews lie a year apart."""
    start = max(held, due or held)
    try:
        return start.replace(year=start.year + 1)
    except ValueError:  # the last day of a February of 29 days
        return start.replace(year=start.year + 1, day=28)


def is_used(found: int, drawn: int, bar_percent: int) -> bool:
    """Whether ``found`` of ``drawn`` cases reach the bar; of no case nothing can be said to be used."""
    return drawn > 0 and found * 100 >= drawn * bar_percent
