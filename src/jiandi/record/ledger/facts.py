"""Frozen facts that guards look at. Plain data; ``reads.py`` makes them from rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class MeasureFacts:
    """A measure as guards see it; ``rules_in_force`` counts its rules in force with a first proof date."""

    number: int
    text: str
    state: str
    kind: str
    horizon: str
    rule_verb: str
    due: date | None
    has_lead: bool
    standard: str
    method: str
    rules: int = 0
    rules_in_force: int = 0
    why_again: str = ""

    @property
    def counts(self) -> bool:
        return self.state not in ("dropped", "failed")


@dataclass(frozen=True)
class FindingFacts:
    """A finding, its measures and causes, and what the action brings along.

    ``cause_depth`` is the longest chain of why; ``bare_attitudes`` counts causes of attitude that no further why follows,
    ``loose_ends`` other ends that the unit cannot act on and nobody took higher up.
    """

    number: str
    state: str
    klass: str
    standard: str = ""
    due: date | None = None
    today: date | None = None
    has_lead: bool = True
    causes: int = 0
    is_flagged: bool = False
    cause_depth: int = 0
    bare_attitudes: int = 0
    loose_ends: int = 0
    measures: tuple[MeasureFacts, ...] = ()
    needs_lasting: bool = True
    needs_prevent: bool = True
    excuse: str = ""
    was_reopened: bool = False
    close_on: str = "done"
    effect_state: str = ""
    effect_due: date | None = None
    effect_within_months: int = 12
    effect_measure: str = ""
    stage_goal: str = ""
    next_review: date | None = None
    reviews_passed: int = 0
    reviews_wanted: int = 2
    reason: str = ""
    document: str = ""
    verdicts: dict[str, str] = field(default_factory=dict)
    questions: dict[str, bool] = field(default_factory=dict)
    checks_open: int = 0
    returned_measures: tuple[int, ...] = ()
    chain_finished: bool = False
    is_from_letter: bool = False
    independence: tuple[object, ...] = ()


@dataclass(frozen=True)
class EvidenceFacts:
    """A piece of evidence by kind; what was returned, has expired or was replaced does not count."""

    kind: str
    title: str = ""
    counts: bool = True


@dataclass(frozen=True)
class ClaimFacts:
    """A measure about to be claimed or judged."""

    standard: str = ""
    text: str = ""
    evidence: tuple[EvidenceFacts, ...] = ()
    verdict: str = ""
    reason: str = ""
    method: str = ""
    independence: tuple[object, ...] = ()
    is_shown: bool = True


@dataclass(frozen=True)
class ItemFacts:
    """A letter item about to be held or dropped, or a letter about to be finished."""

    reason: str = ""
    kept_number: str = ""
    keeper: str = ""
    review_on: date | None = None
    asked_by: str = ""
    holder: str = ""
    unconfirmed: int = 0


@dataclass(frozen=True)
class AnswerFacts:
    """A campaign answer, or a campaign about to be closed."""

    word: str = ""
    text: str = ""
    matter: str = ""
    post: str = ""
    scope: str = "team"
    done_count: int | None = None
    of_count: int | None = None
    done_on: date | None = None
    today: date | None = None
    open_cells: int = 0


@dataclass(frozen=True)
class LookBackFacts:
    """A draw about to be made, or a look about to be recorded."""

    commitments: int = 0
    secrets: int = 0
    population: int = 0
    wanted: int = 0
    text: str = ""
    method: str = ""


@dataclass(frozen=True)
class AssessmentFacts:
    """A score sheet about to be sent or decided. ``unscored`` and ``bare`` name lines without points, and lost points without a reason."""

    unscored: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    is_explained: bool = False
    explain_by: date | None = None
    today: date | None = None
    document: str = ""
    decided_on: date | None = None
    grade: str = ""
    grades: tuple[str, ...] = ()
    reckoned: str = ""
    why_other: str = ""


@dataclass(frozen=True)
class PollFacts:
    """A poll about to be opened or closed."""

    groups: int
    without_links: tuple[str, ...]
    answered: int
    ends_on: date
    today: date


@dataclass(frozen=True)
class InstitutionFacts:
    """A rule about to be in force, or about to end (by which document, on which day)."""

    number: str = ""
    issued_on: date | None = None
    first_proof_on: date | None = None
    document: str = ""
    ended_on: date | None = None
    today: date | None = None


@dataclass(frozen=True)
class ProofFacts:
    """Cases about to be drawn, or a proof of use about to be recorded."""

    case_list: str = ""
    cases: int | None = None
    drawn: int | None = None
    found: int | None = None
    method: str = ""
    text: str = ""
    seen_on: date | None = None
    today: date | None = None
    independence: tuple[object, ...] = ()


@dataclass(frozen=True)
class DisputeFacts:
    """What the issuer answered: its document, the day, and today."""

    document: str = ""
    answered_on: date | None = None
    forwarded_on: date | None = None
    today: date | None = None
    text: str = ""


@dataclass(frozen=True)
class RaisedFacts:
    """A cause on its way up: the words to be sent, the names that must not stand in them, and what a document says.

    ``hidden`` are the names and numbers that would tell who proposed.
    """

    text: str = ""
    hidden: tuple[str, ...] = ()
    has_receiver: bool = False
    document: str = ""
    on: date | None = None
    not_before: date | None = None
    today: date | None = None


@dataclass(frozen=True)
class PlanFacts:
    """What a version still waits for: points of opinions without an answer, parties that may still speak."""

    open_remarks: int = 0
    still_asked: int = 0


@dataclass(frozen=True)
class ExtensionFacts:
    """An extension about to be granted: the day now agreed, the day given, and whether it asks for a day at all."""

    asks_for_day: bool = True
    is_running: bool = False
    due: date | None = None
    granted_to: date | None = None


@dataclass(frozen=True)
class TransferFacts:
    """A finding about to change hands: where it stands, what is still under way, and the superior's order."""

    state: str = ""
    is_plan_under_review: bool = False
    document: str = ""
    ordered_on: date | None = None
    today: date | None = None
    independence: tuple[object, ...] = ()


@dataclass(frozen=True)
class CatchUpFacts:
    """The day a supervisor sets for what is overdue."""

    day: date | None = None
    today: date | None = None


@dataclass(frozen=True)
class UpperFacts:
    """What the authority above answered: its document, the day, and whether the scan is here (only a confirmation needs it)."""

    document: str = ""
    answered_on: date | None = None
    sent_on: date | None = None
    today: date | None = None
    has_scan: bool = False
