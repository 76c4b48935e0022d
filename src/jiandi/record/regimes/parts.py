"""The shape of a regime profile: frozen parts, no Django. A key in the TOML text has the name of a field here.

Frozen versions are read for ever: a new key needs a default, and no key is renamed or removed.
Day counts are editable defaults of an installation, never law. Days are calendar days where nothing else is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jiandi.record.regimes.planning import Fit, Lint, Measures

Level = Literal["central", "province", "city", "county", "township", "unit"]
Unit = Literal["day", "working_day", "month", "year"]
CountFrom = Literal["same_day", "next_day"]
RestDay = Literal["keep", "next_working_day"]
ClassCode = Literal["fix_now", "time_limited", "long_term"]
Rounding = Literal["truncate", "half_up"]
Colour = Literal["green", "blue", "yellow", "orange", "red", "grey"]
Icon = Literal["circle", "circle-check", "clock", "hourglass", "bell", "alert-triangle", "alert-octagon", "flame"]
Every = Literal["day", "week", "half_month", "month", "quarter", "half_year", "year"]


@dataclass(frozen=True)
class Name:
    """One thing's name in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Phase:
    """A stretch of time that starts at an anchor day; ``length`` 0 has no set end (last phase only)."""

    code: str
    name: Name
    start_anchor: str
    length: int
    unit: Unit = "day"
    count_from: CountFrom = "next_day"
    on_rest_day: RestDay = "keep"


@dataclass(frozen=True)
class FindingClass:
    """How soon a finding must be fixed; the regime picks from three and names them as it does.

    ``default_days`` fills a blank due date. ``may_excuse``: lasting and prevent may be left out with an approved reason.
    """

    code: ClassCode
    name: Name
    default_days: int
    needs_lasting: bool = True
    needs_prevent: bool = True
    may_excuse: bool = False


@dataclass(frozen=True)
class StateWords:
    """The word of this regime for each state of a finding."""

    registered: str
    planned: str
    in_progress: str
    basically_done: str
    long_term: str
    submitted: str
    verified: str
    closed: str
    reopened: str
    standing: str
    handed_over: str
    withdrawn: str


@dataclass(frozen=True)
class RoleWords:
    """What this regime calls each role."""

    liaison: str
    head: str
    leader: str
    department: str
    clerk: str
    director: str
    verifier: str
    supervisor: str
    group_member: str
    team_member: str
    system_admin: str
    security_admin: str
    audit_admin: str


@dataclass(frozen=True)
class Column:
    """A column of the ledger as people print it; columns of one ``group`` share an upper heading."""

    field: str
    heading: str
    group: str = ""
    width: int = 12
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Required:
    """Fields that must be filled before a finding may hold a state."""

    state: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Light:
    """A word and an icon for how near the due day is (the colour only repeats them).

    ``days_left``: shown from ``days`` days before the due day. ``overdue``: from ``days`` days after it.
    ``otherwise``: further away. ``settled``: no obligation runs any more.
    """

    code: str
    word: str
    when: Literal["otherwise", "days_left", "overdue", "settled"]
    icon: Icon
    colour: Colour
    days: int = 0
    tells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trigger:
    """What makes a rung due: ``days`` before or after the due day, or ``times`` periods in a row under a light."""

    when: Literal["started", "days_left", "overdue", "no_reply", "in_a_row", "by_hand"]
    days: int = 0
    times: int = 0
    light: str = ""


@dataclass(frozen=True)
class Rung:
    """A letter of the escalation ladder; ``reply_days`` are working days, 0 asks for no reply."""

    level: int
    name: Name
    trigger: Trigger
    addressees: tuple[str, ...]
    reply_days: int = 0


@dataclass(frozen=True)
class Step:
    """A step on the way to closing; ``at`` is the finding's verb it belongs to, ``days`` how long a notice stays up."""

    code: str
    name: Name
    role: str
    kind: Literal["review", "approve", "notice", "archive"]
    at: Literal["submit", "accept", "close"] = "close"
    may_share_person: bool = False
    document: str = ""
    days: int = 0


@dataclass(frozen=True)
class Party:
    """Who is asked for an opinion on a plan; ``words`` find its unit by name, the office may choose another."""

    code: str
    name: Name
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanStep:
    """A signature on the way to an approved plan, each by another person; the last one approves."""

    code: str
    name: Name
    role: str
    kind: Literal["review", "approve"] = "review"


@dataclass(frozen=True)
class Milestone:
    """A day counted back from the due date: so many working days before it, or at ``percent`` of the time until then."""

    code: str
    name: Name
    days_before: int = 0
    percent: int = 0


@dataclass(frozen=True)
class EffectCheck:
    """After closing: whether it works is looked at within so many months."""

    within_months: int = 12


@dataclass(frozen=True)
class Numbers:
    """How rates are written. Below ``least`` cases there is no percentage."""

    rounding: Rounding = "truncate"
    decimals: int = 0
    least: int = 5


@dataclass(frozen=True)
class Numbering:
    """How a finding's number is made, for example ``{prefix}{year}-{round:02}-{seq:03}``."""

    prefix: str
    pattern: str


@dataclass(frozen=True)
class Clocks:
    """Days people have to answer, and counts that make something fall due.

    Working days: dispute, extension, transfer, support, handover, campaign notice, cause, matter, explanation, plan review.
    Minutes are those of one question.
    A rule's use is proved so many months after it is in force, on so many cases drawn; with a lower share it is on paper only.
    The others are calendar days.
    """

    dispute_days: int = 10
    dispute_answer_days: int = 30
    extension_answer_days: int = 5
    transfer_answer_days: int = 5
    support_answer_days: int = 5
    handover_days: int = 10
    campaign_answer_days: int = 15
    campaign_notice_days: int = 3
    campaign_minutes: int = 10
    campaigns_at_once: int = 3
    cause_answer_days: int = 10
    matter_answer_days: int = 20
    taken_over_gap_days: int = 30
    effect_missed_days: int = 30
    shared_visit_days: int = 60
    transfer_depth: int = 3
    reviews_before_standing: int = 2
    missed_cycles_reopen: int = 2
    plan_review_days: int = 5
    life_meeting_days: int = 60
    study_meeting_days: int = 15
    proof_first_months: int = 6
    proof_second_months: int = 12
    proof_sample_cases: int = 5
    proof_bar_percent: int = 80
    rule_review_months: int = 24
    explanation_days: int = 5


@dataclass(frozen=True)
class ScoreItem:
    """A line of the score sheet. ``add`` starts at nothing and earns up to ``most`` points, ``deduct`` starts at ``most`` and loses, ``bonus`` comes on top."""

    code: str
    name: Name
    dimension: str
    kind: Literal["add", "deduct", "bonus"]
    most: int


@dataclass(frozen=True)
class ScoreVeto:
    """Something after which no better grade than ``grade`` is given, whatever the points."""

    code: str
    name: Name
    grade: str


@dataclass(frozen=True)
class Grade:
    """A grade of the score sheet, from so many points on; from best to worst, the last from 0."""

    code: str
    name: Name
    at_least: int


@dataclass(frozen=True)
class Publication:
    """Where a result is made known, and how long objections are taken."""

    channels: tuple[Literal["party", "public"], ...] = ()
    before_closing: bool = False
    objection_days: int = 0
    grounds_to_withhold: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rhythm:
    """How often a class reports progress; after ``silent_days`` without a note somebody asks."""

    for_class: str
    every: Every
    silent_days: int


@dataclass(frozen=True)
class Block:
    """A block of the regime's report, in order."""

    code: str
    heading: str


@dataclass(frozen=True)
class Profile:
    """One regime in one version, whole."""

    code: str
    version: int
    name: Name
    levels: tuple[Level, ...]
    close_on: Literal["done", "effect"]
    phases: tuple[Phase, ...]
    classes: tuple[FindingClass, ...]
    state_words: StateWords
    role_words: RoleWords
    ledger_columns: tuple[Column, ...]
    required: tuple[Required, ...]
    lights: tuple[Light, ...]
    ladder: tuple[Rung, ...]
    closing_chain: tuple[Step, ...]
    numbering: Numbering
    rhythm: tuple[Rhythm, ...]
    report_blocks: tuple[Block, ...]
    effect_check: EffectCheck = EffectCheck()
    numbers: Numbers = Numbers()
    clocks: Clocks = Clocks()
    publication: Publication = Publication()
    counts_as_complete: tuple[str, ...] = ("verified", "closed")
    measures: Measures = Measures()  # noqa: RUF009 - frozen
    lint: Lint = Lint()  # noqa: RUF009 - frozen
    fits: tuple[Fit, ...] = ()
    plan_parties: tuple[Party, ...] = ()
    plan_chain: tuple[PlanStep, ...] = ()
    plan_milestones: tuple[Milestone, ...] = ()
    score_items: tuple[ScoreItem, ...] = ()
    score_vetoes: tuple[ScoreVeto, ...] = ()
    grades: tuple[Grade, ...] = ()

    def state_word(self, state: str) -> str:
        """The regime's word for a canonical state."""
        return str(getattr(self.state_words, state))

    def role_word(self, role: str) -> str:
        """What the regime calls a role."""
        return str(getattr(self.role_words, role))

    def class_of(self, code: str) -> FindingClass:
        """The class with this code; KeyError if the regime has none."""
        by_code: dict[str, FindingClass] = {one.code: one for one in self.classes}
        return by_code[code]

    def required_for(self, state: str) -> tuple[str, ...]:
        """The fields a finding needs before it may hold this state."""
        return tuple(name for one in self.required if one.state == state for name in one.fields)

    def steps_at(self, verb: str) -> tuple[Step, ...]:
        """The steps of the closing chain that belong to ``submit``, ``accept`` or ``close``."""
        return tuple(step for step in self.closing_chain if step.at == verb)
