"""Reads about the plan as a document: two versions side by side, the pledge, meetings, the schedule."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Page, Paginator

from jiandi.base.errors import NotFound, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.plan import rules
from jiandi.loop.plan.queries.reviewing import named
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Post, Unit
from jiandi.record.ledger import plans, schedules, targets
from jiandi.record.ledger.models import MeetingRecord, PlanVersion, Pledge, Round
from jiandi.record.ledger.scope import visible_by_unit
from jiandi.record.policy import decide
from jiandi.record.regimes import milestones
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail import writing
from jiandi.record.trail.actor import Actor

PER_PAGE = 50


@dataclass(frozen=True)
class Compared:
    """Two versions of one plan, side by side."""

    old: PlanVersion
    new: PlanVersion
    page: Page[Any]
    counts: dict[str, int]
    others: list[PlanVersion]


def compared(actor: Actor, old_id: int, new_id: int, number: str | None, *, whole: bool) -> Compared:
    """The measures of both, fifty at a time; those that stayed the same only when asked (``whole``)."""
    old, new = plans.version(actor, old_id), plans.version(actor, new_id)
    if (old.round_id, old.unit_id) != (new.round_id, new.unit_id):
        raise RuleBroken("plan.other_plan", N_("These are versions of two different plans. Choose two of one plan."))
    if old.number > new.number:
        old, new = new, old
    pairs = rules.side_by_side(plans.body(old), plans.body(new))
    counts = Counter(pair.kind for pair in pairs)
    shown = pairs if whole else [pair for pair in pairs if pair.kind != "same"]
    others = PlanVersion.objects.filter(plans.seen_by(actor), round=new.round_id, unit=new.unit_id).defer("body").order_by("number")
    kinds = ("added", "dropped", "weakened", "changed", "left", "same")
    page = Paginator(shown, PER_PAGE).get_page(number)
    return Compared(old, new, page, {kind: counts[kind] for kind in kinds}, list(others[:PER_PAGE]))


def pledge_of(plan: PlanVersion) -> Pledge | None:
    """The signed pledge page that counts."""
    return plan.pledges.filter(state="current").first()


@dataclass(frozen=True)
class MeetingRow:
    """A meeting with the days since the feedback; ``is_late``: after the day the regime asks for."""

    meeting: MeetingRecord
    days: int
    is_late: bool
    may_strike: bool


@dataclass(frozen=True)
class Asked:
    """A kind of meeting the regime asks for: within so many days, and how many units have held one in time or at all."""

    word: str
    days: int
    last_day: Any
    held: int


@dataclass(frozen=True)
class Meetings:
    """The page of meetings of a round."""

    round: Round
    page: Page[Any]
    rows: list[MeetingRow]
    asked: list[Asked]
    units: list[Unit]
    posts: list[Post]


def days_asked(round_: Round) -> dict[str, int]:
    """Days after the feedback by which the regime asks for each kind; 0: not asked."""
    clocks = regimes.profile_of(round_.regime).clocks
    return {"life": clocks.life_meeting_days, "study": clocks.study_meeting_days}


def meetings(actor: Actor, round_: Round, number: str | None) -> Meetings:
    found = MeetingRecord.objects.filter(visible_by_unit(actor), round=round_).select_related("unit", "chair").order_by("-held_on", "-pk")
    page, limits = Paginator(found, PER_PAGE).get_page(number), days_asked(round_)
    kept = Counter(kind for kind, _unit in set(found.filter(state="kept").order_by().values_list("kind", "unit_id")))
    units = [u for u in accounts.living_units().order_by("path")[:300] if decide.may(actor, "meeting.keep", targets.of_unit(u, round_.pk))]
    words = dict(MeetingRecord.KINDS)
    return Meetings(
        round=round_,
        page=page,
        rows=[_meeting_row(actor, round_, m, limits) for m in page.object_list],
        asked=[Asked(str(words[k]), n, round_.feedback_on + timedelta(days=n), kept[k]) for k, n in limits.items()],
        units=units,
        posts=list(accounts.posts_of([u.pk for u in units])[:500]) if units else [],
    )


def _meeting_row(actor: Actor, round_: Round, m: MeetingRecord, limits: dict[str, int]) -> MeetingRow:
    days = (m.held_on - round_.feedback_on).days
    may = m.state == "kept" and decide.may(actor, "meeting.keep", targets.of_unit(m.unit, round_.pk))
    return MeetingRow(m, days, bool(limits[m.kind]) and days > limits[m.kind], may)


def meeting(actor: Actor, meeting_id: int, version: int | None = None) -> MeetingRecord:
    found = MeetingRecord.objects.filter(visible_by_unit(actor), pk=meeting_id).select_related("round", "unit").first()
    if found is None:
        raise NotFound("meeting.none", N_("It does not exist, or it is not yours to see. Go back to the list."))
    if version is not None:
        writing.expect_version(found, version)
    return found


@dataclass(frozen=True)
class Cell:
    """A cell of the schedule: the milestones that fall into it, whether work runs, whether the measure is due."""

    words: list[tuple[int, str]]
    is_running: bool
    is_due: bool


@dataclass(frozen=True)
class ScheduleRow:
    """A measure with its milestones in words and its cells."""

    line: schedules.Line
    marks: list[tuple[str, milestones.Mark]]
    cells: list[Cell]


def schedule_rows(schedule: schedules.Schedule, lines: list[schedules.Line]) -> list[ScheduleRow]:
    names, periods, start = {one.code: named(one.name) for one in schedule.wanted}, schedule.periods, schedule.round.feedback_on
    order = {one.code: n for n, one in enumerate(schedule.wanted, start=1)}
    return [
        ScheduleRow(
            line,
            [(names[mark.code], mark) for mark in line.marks],
            [
                Cell(
                    [(order[mark.code], names[mark.code]) for mark in line.marks if p.holds(mark.on)],
                    is_running=p.last >= start and p.first <= line.measure.due,
                    is_due=p.holds(line.measure.due),
                )
                for p in periods
            ],
        )
        for line in lines
    ]
