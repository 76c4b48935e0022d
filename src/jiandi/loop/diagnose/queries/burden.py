"""Reads: what sending a campaign would ask of the units, and how much is asked of each now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from jiandi.base import clock, copies
from jiandi.loop.diagnose import rules
from jiandi.loop.diagnose.queries.asking import Asking
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import scope
from jiandi.record.ledger.models import Answer, Campaign, CampaignQuestion, Reminder, Round
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes.parts import Clocks

PER_PAGE = 50
WEEKS = 4
BUSIEST = 5


def clocks_of(round_: Round) -> Clocks:
    return regimes.profile_of(round_.regime).clocks


def burden(asking: Asking, due: date) -> rules.Burden:
    """Units, cells, minutes and what speaks against sending it now."""
    round_, questions, units = asking.round, asking.questions, asking.units
    clocks, calendar, today = clocks_of(round_), regimes.work_calendar(), clock.today()
    running = list(Campaign.objects.filter(round=round_, state="running").values_list("pk", flat=True))
    ids = [u.pk for u in units]
    open_now = _open_cells(running)
    names = {u.pk: u.label for u in units}
    busiest = sorted(((names[pk], n) for pk, n in open_now.items() if pk in names), key=lambda pair: -pair[1])
    levels = Counter(u.level for u in units)
    words = dict(Unit.LEVELS)
    published = calendar.unpublished(today, max(today, due))
    return rules.Burden(
        units=len(units),
        questions=len(questions),
        cells=len(asking.cells),
        minutes_each=clocks.campaign_minutes,
        due=due,
        notice_days=calendar.working_days_between(today, due),
        notice_least=clocks.campaign_notice_days,
        running=len(running),
        running_most=clocks.campaigns_at_once,
        again=tuple(_asked_again(round_, questions, set(ids), set(running))),
        open_now=sum(n for pk, n in open_now.items() if pk in names),
        busiest=tuple(busiest[:BUSIEST]),
        levels=tuple((str(words[code]), levels[code]) for code, _word in Unit.LEVELS if code in levels),
        unpublished=published,
    )


def _open_cells(running: Sequence[int]) -> dict[int, int]:
    cells = Answer.objects.filter(campaign__in=running, state="asked").order_by().values_list("unit_id").annotate(n=Count("pk"))
    return dict(cells)


def _asked_again(round_: Round, questions: Sequence[rules.NewQuestion], units: set[int], running: set[int]) -> list[rules.AskedAgain]:
    """Campaigns of this round that asked the same finding in the same scope, or running ones that ask the same words."""
    pairs = {(q.finding_id, q.scope) for q in questions}
    texts = {copies.masked_of(q.text) for q in questions}
    found: dict[int, tuple[CampaignQuestion, bool]] = {}
    for old in CampaignQuestion.objects.filter(campaign__round=round_).select_related("campaign", "finding").order_by("-pk"):
        if (old.finding_id, old.scope) in pairs:
            found[old.pk] = (old, False)
        elif old.campaign_id in running and copies.masked_of(old.text) in texts:
            found[old.pk] = (old, True)
    asked = Answer.objects.filter(question__in=list(found)).values_list("question_id", "unit_id")
    had = Counter(question for question, unit in asked if unit in units)
    return [rules.AskedAgain(old.finding.number, old.campaign.title, had[pk], is_same) for pk, (old, is_same) in found.items() if had[pk]]


@dataclass(frozen=True)
class UnitLoad:
    """What the campaigns of the running weeks ask of one unit."""

    unit: Unit
    open: int
    due_soon: int
    campaigns: int
    asked: int
    reminders: int
    minutes_each: int

    @property
    def minutes(self) -> int:
        return self.asked * self.minutes_each

    @property
    def open_minutes(self) -> int:
        return self.open * self.minutes_each


@dataclass(frozen=True)
class Load:
    """How much is asked now: per unit, and in all."""

    page: Page[Any]
    rows: list[UnitLoad]
    cells: int
    open: int
    units: int
    minutes_each: int
    running: list[Campaign]
    running_most: int
    since: date
    heaviest: list[UnitLoad]
    short_notice: list[Campaign]

    @property
    def hours(self) -> int:
        return (self.cells * self.minutes_each + 30) // 60


def load(round_: Round, line: Unit | None, number: str | None) -> Load:
    """Asks of campaigns that ran in the last four weeks, unit by unit, in the order of the tree; a department sees its line."""
    clocks, since = clocks_of(round_), clock.today() - timedelta(weeks=WEEKS)
    counted = _counted(round_, since, scope.in_line([line.path]) if line else Q())
    reminders = dict(Reminder.objects.filter(round=round_, on__gte=since).order_by().values_list("unit_id").annotate(n=Count("pk")))
    units = Unit.objects.filter(pk__in=list(counted)).in_bulk()
    every = [
        UnitLoad(units[pk], row["open"], row["soon"], row["campaigns"], row["n"], reminders.get(pk, 0), clocks.campaign_minutes)
        for pk, row in counted.items()
    ]
    every.sort(key=lambda row: row.unit.path)
    page = Paginator(every, PER_PAGE).get_page(number)
    shown = Campaign.objects.filter(round=round_, **({"line": line} if line else {}))
    recent = list(shown.filter(Q(state="running") | Q(started_on__gte=since)).order_by("due", "pk"))
    calendar = regimes.work_calendar()
    return Load(
        page=page,
        rows=list(page.object_list),
        cells=sum(row.asked for row in every),
        open=sum(row.open for row in every),
        units=len(every),
        minutes_each=clocks.campaign_minutes,
        running=[c for c in recent if c.state == "running"],
        running_most=clocks.campaigns_at_once,
        since=since,
        heaviest=sorted(every, key=lambda row: -row.asked)[:BUSIEST],
        short_notice=[c for c in recent if calendar.working_days_between(c.started_on, c.due) < clocks.campaign_notice_days],
    )


def _counted(round_: Round, since: date, where: Q) -> dict[int, Any]:
    week = clock.today() + timedelta(days=7)
    running = Q(campaign__state="running")
    cells = Answer.objects.filter(running | Q(campaign__started_on__gte=since), where, campaign__round=round_).order_by()
    rows = cells.values("unit_id").annotate(
        n=Count("pk"),
        campaigns=Count("campaign", distinct=True),
        open=Count("pk", filter=Q(state="asked") & running),
        soon=Count("pk", filter=Q(state="asked", campaign__due__lte=week) & running),
    )
    return {row["unit_id"]: row for row in rows}
