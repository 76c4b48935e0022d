"""Reads: who answered what, by branch of the tree and question. One grouped read, two where the lines fill pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Max, Min, Q, QuerySet, Value, When
from django.db.models.functions import Left

from jiandi.base import clock
from jiandi.loop.diagnose import rules
from jiandi.loop.diagnose.queries import campaigns
from jiandi.record.accounts.models import STEP, Unit, end_of_subtree
from jiandi.record.ledger import scope, targets
from jiandi.record.ledger.models import Answer, AskedUnit, Campaign, CampaignQuestion, Finding
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor

PER_PAGE = 50
Tallies = list[tuple[str, int, bool]]


class Group(NamedTuple):
    """Cells alike: how many of a standing, over the day or not."""

    at: str
    level: str
    question: int
    tally: tuple[str, int, bool]


@dataclass(frozen=True)
class Line:
    """A unit, or a folded branch of several."""

    path: str
    name: str
    units: int
    asked_id: int | None
    cells: list[rules.Coverage]
    total: rules.Coverage


@dataclass(frozen=True)
class Level:
    """What one level of the tree has answered."""

    code: str
    word: str
    cells: list[rules.Coverage]
    total: rules.Coverage


@dataclass(frozen=True)
class Matrix:
    """The page of a campaign."""

    campaign: Campaign
    questions: list[CampaignQuestion]
    lines: list[Line]
    levels: list[Level]
    columns: list[rules.Coverage]
    total: rules.Coverage
    page: Page[Any]
    units: int
    branch: str
    trail: list[Unit]
    level: str
    sees_all: bool
    visible_findings: set[int]
    may_close: bool
    may_remind: bool
    reminded: int = 0


def matrix(actor: Actor, campaign_id: int, *, branch: str = "", level: str = "", number: str | None = None) -> Matrix:
    found = campaigns.campaign(actor, campaign_id)
    questions = list(found.questions.select_related("finding"))
    asked = AskedUnit.objects.filter(scope.visible_answers(actor), campaign=found)
    cells = Answer.objects.filter(scope.visible_answers(actor), campaign=found)
    branch, asked, cells = _inside(asked, cells, branch, level)
    groups = _groups(asked, len(branch) + STEP)
    page = Paginator(groups, PER_PAGE).get_page(number)
    shown = [group["at"] for group in page.object_list]
    in_lines, in_levels = _by_line_and_level(cells, found, shown, len(branch) + STEP, is_whole=len(groups) == len(shown))
    levels = _levels(_gathered(in_levels, "level"), questions)
    columns = [rules.coverage_sum(rows) for rows in zip(*(one.cells for one in levels), strict=True)]
    names = {u.path: u for u in Unit.objects.filter(path__in=[*shown, *_above(branch)])}
    target = targets.of_campaign(found)
    running = found.state == "running"
    return Matrix(
        campaign=found,
        questions=questions,
        lines=_lines(page.object_list, _gathered(in_lines, "at"), questions, names),
        levels=levels,
        columns=columns or [rules.Coverage()] * len(questions),
        total=rules.coverage_sum(columns),
        page=page,
        units=sum(group["units"] for group in groups),
        branch=branch,
        trail=[names[path] for path in _above(branch) if path in names],
        level=level,
        sees_all=scope.sees_everything(actor) or found.round_id in scope.wide_rounds(actor),
        visible_findings=_seen(actor, questions),
        may_close=running and decide.may(actor, "campaign.close", target),
        may_remind=running and decide.may(actor, "campaign.remind", target),
    )


def _inside(
    asked: QuerySet[AskedUnit], cells: QuerySet[Answer], branch: str, level: str
) -> tuple[str, QuerySet[AskedUnit], QuerySet[Answer]]:
    """The branch asked for, or the smallest that holds all units; and what lies in it, on one level if one is named."""
    inside = Q(unit__level=level) if level else Q()
    if branch.isdigit() and len(branch) % STEP == 0:
        inside &= Q(unit__path__gte=branch, unit__path__lt=end_of_subtree(branch))
    else:
        ends = asked.filter(inside).aggregate(low=Min("unit__path"), high=Max("unit__path"))
        low, high = ends["low"], ends["high"]
        branch = rules.shared_branch([low, high], STEP) if low else ""
        # A single unit is shown inside the branch above it, or there would be nothing to fold.
        branch = branch[:-STEP] if low and low == high else branch
    return branch, asked.filter(inside), cells.filter(inside)


def _groups(asked: QuerySet[AskedUnit], width: int) -> list[Any]:
    rows = asked.annotate(at=Left("unit__path", width)).order_by().values("at")
    return list(rows.annotate(units=Count("pk"), first=Min("pk"), deepest=Max("unit__path")).order_by("at"))


def _counted(cells: QuerySet[Answer], campaign: Campaign, at: Any) -> list[Group]:
    """What the cells say, by ``at``, level and question. One grouped read."""
    is_over = When(Q(state="asked") | Q(answered_at__gte=clock.end_of(campaign.due)), then=Value(1))
    late = Case(is_over, default=Value(0)) if campaign.due < clock.today() else Value(0)
    rows = cells.annotate(at=at, late=late).order_by()
    found = rows.values_list("at", "unit__level", "question_id", "state", "word", "late").annotate(n=Count("pk"))
    return [
        Group(at, level, question, (rules.standing_of(state, word), n, bool(late))) for at, level, question, state, word, late, n in found
    ]


def _by_line_and_level(
    cells: QuerySet[Answer], campaign: Campaign, shown: list[str], width: int, *, is_whole: bool
) -> tuple[list[Group], list[Group]]:
    """Groups for the lines of this page, and for the levels of all: the same read where the page holds all lines."""
    at = Left("unit__path", width)
    if is_whole:
        found = _counted(cells, campaign, at)
        return found, found
    ranges = Q(unit__path__gte=shown[0], unit__path__lt=end_of_subtree(shown[-1]))
    return _counted(cells.filter(ranges), campaign, at), _counted(cells, campaign, Value(""))


def _gathered(groups: list[Group], key: str) -> dict[tuple[str, int], Tallies]:
    found: dict[tuple[str, int], Tallies] = {}
    for group in groups:
        found.setdefault((getattr(group, key), group.question), []).append(group.tally)
    return found


def _levels(found: dict[tuple[str, int], Tallies], questions: list[CampaignQuestion]) -> list[Level]:
    there = {at for at, _question in found}
    codes = [(code, word) for code, word in Unit.LEVELS if code in there]
    rows = [(code, word, [rules.coverage(found.get((code, q.pk), [])) for q in questions]) for code, word in codes]
    return [Level(code, str(word), columns, rules.coverage_sum(columns)) for code, word, columns in rows]


def _lines(groups: Any, tallies: dict[tuple[str, int], Tallies], questions: list[CampaignQuestion], names: dict[str, Unit]) -> list[Line]:
    lines = []
    for group in groups:
        at = group["at"]
        cells = [rules.coverage(tallies.get((at, q.pk), [])) for q in questions]
        alone = group["units"] == 1 and group["deepest"] == at
        name = names[at].label if at in names else at
        lines.append(Line(at, name, group["units"], group["first"] if alone else None, cells, rules.coverage_sum(cells)))
    return lines


def _above(branch: str) -> list[str]:
    return [branch[:end] for end in range(STEP, len(branch) + 1, STEP)]


def _seen(actor: Actor, questions: list[CampaignQuestion]) -> set[int]:
    """Findings asked about whose case file the actor may open."""
    about = [q.finding_id for q in questions]
    return set(Finding.objects.visible_to(actor).filter(pk__in=about).values_list("pk", flat=True))
