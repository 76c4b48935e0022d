"""Reads: campaigns and what their units said so far, who may be asked, the sheet a unit answers on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, Max, OuterRef, Q

from jiandi.base import clock
from jiandi.base.errors import NotFound
from jiandi.base.text.words import N_
from jiandi.loop.diagnose import rules
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import lifecycle, scope, targets
from jiandi.record.ledger.models import (
    Answer,
    AskedUnit,
    Campaign,
    CampaignQuestion,
    Evidence,
    Finding,
    Reminder,
    Round,
)
from jiandi.record.policy import decide
from jiandi.record.trail import writing
from jiandi.record.trail.actor import Actor

PER_PAGE = 50
_MISSING = N_("It does not exist, or it is not yours to see. Go back to the list.")


@dataclass(frozen=True)
class CampaignRow:
    """A campaign and what its units have said so far."""

    pk: int
    title: str
    line: str
    due: date
    state: str
    coverage: rules.Coverage


@dataclass(frozen=True)
class Sheet:
    """The questions that wait for one unit in one campaign."""

    pk: int
    title: str
    unit: str
    due: date
    open: int
    reminded_on: date | None

    @property
    def is_late(self) -> bool:
        return self.due < clock.today()


@dataclass(frozen=True)
class SheetPage:
    """What a unit answers on: one cell for each question, drafts included."""

    asked: AskedUnit
    campaign: Campaign
    cells: list[Answer]
    proofs: dict[int, list[Evidence]]
    likes: dict[int, str]
    reminded: list[date]
    below: list[Unit] = field(default_factory=list)
    sent_on: list[Unit] = field(default_factory=list)
    may_answer: bool = False
    may_send_on: bool = False
    may_excuse: bool = False

    @property
    def open(self) -> list[Answer]:
        return [a for a in self.cells if a.state == "asked"]


def campaign(actor: Actor, campaign_id: int, version: int | None = None) -> Campaign:
    """A campaign the actor sees: it runs it, sees a finding it asks about, or a cell of it."""
    findings = Finding.objects.filter(scope.visible_findings(actor)).values("pk")
    about = CampaignQuestion.objects.filter(campaign=OuterRef("pk"), finding__in=findings)
    cells = AskedUnit.objects.filter(scope.visible_answers(actor), campaign=OuterRef("pk"))
    found = Campaign.objects.filter(Exists(about) | Exists(cells), pk=campaign_id).select_related("round", "round__regime", "line").first()
    if found is None:
        raise NotFound("campaign.none", _MISSING)
    if version is not None:
        writing.expect_version(found, version)
    return found


def listed(actor: Actor, round_: Round, number: str | None) -> tuple[Page[Any], list[CampaignRow]]:
    """Campaigns of a round of which the actor sees a cell, running ones first."""
    cells = AskedUnit.objects.filter(scope.visible_answers(actor), campaign=OuterRef("pk"))
    found = Campaign.objects.filter(Exists(cells), round=round_).select_related("line").order_by("-state", "due", "pk")
    page = Paginator(found, PER_PAGE).get_page(number)
    return page, campaign_rows(actor, list(page.object_list))


def about(actor: Actor, finding: Finding) -> list[CampaignRow]:
    """Campaigns that ask about a finding; only its own cells are counted."""
    found = Campaign.objects.filter(questions__finding=finding).select_related("line").distinct().order_by("-pk")[:PER_PAGE]
    return campaign_rows(actor, list(found), Q(question__finding=finding))


def campaign_rows(actor: Actor, found: Sequence[Campaign], also: Q | None = None) -> list[CampaignRow]:
    """Campaigns with their counts, in one more read."""
    ids = [c.pk for c in found]
    tallies: dict[int, list[tuple[str, int, bool]]] = {pk: [] for pk in ids}
    due = {c.pk: c.due for c in found}
    cells = Answer.objects.filter(scope.visible_answers(actor), also or Q(), campaign__in=ids)
    for pk, state, word, n in cells.values_list("campaign_id", "state", "word").annotate(n=Count("pk")).order_by():
        silent_late = state == "asked" and due[pk] < clock.today()
        tallies[pk].append((rules.standing_of(state, word), n, silent_late))
    return [CampaignRow(c.pk, c.title, c.line.label if c.line else "", c.due, c.state, rules.coverage(tallies[c.pk])) for c in found]


def my_sheets(actor: Actor, *, limit: int = PER_PAGE) -> list[Sheet]:
    """What waits for the actor's units, the earliest due first."""
    mine = AskedUnit.objects.filter(scope.own_answers(actor), campaign__state="running").select_related("campaign", "unit")
    reminded = Reminder.objects.filter(unit=OuterRef("unit"), round=OuterRef("campaign__round")).order_by().values("unit")
    found = (
        mine.annotate(open=Count("answers", filter=Q(answers__state="asked")), reminded=reminded.annotate(on=Max("on")).values("on"))
        .filter(open__gt=0)
        .order_by("campaign__due", "pk")[:limit]
    )
    return [Sheet(a.pk, a.campaign.title, a.unit.label, a.campaign.due, a.open, a.reminded) for a in found]


def asked(actor: Actor, asked_id: int) -> AskedUnit:
    """A unit in a campaign, as far as the actor sees its cells."""
    rows = AskedUnit.objects.select_related("campaign", "campaign__round", "campaign__round__regime", "campaign__line", "unit", "sent_by")
    found = rows.filter(scope.visible_answers(actor), pk=asked_id).first()
    if found is None:
        raise NotFound("campaign.no_sheet", _MISSING)
    return found


def cells_of(asked_unit: AskedUnit) -> list[Answer]:
    cells = Answer.objects.filter(asked=asked_unit).select_related("question", "question__finding", "made_finding", "like__unit")
    return list(cells.order_by("question__number"))


def answer(actor: Actor, answer_id: int, version: int | None = None) -> Answer:
    """A cell the actor may see, with campaign, unit and round."""
    rows = Answer.objects.select_related("campaign", "campaign__round", "campaign__line", "question", "asked", "unit")
    found = rows.filter(scope.visible_answers(actor), pk=answer_id).first()
    if found is None:
        raise NotFound("campaign.no_answer", _MISSING)
    if version is not None:
        writing.expect_version(found, version)
    return found


def sheet(actor: Actor, asked_id: int) -> SheetPage:
    row = asked(actor, asked_id)
    cells = cells_of(row)
    running = row.campaign.state == "running"
    of_unit = targets.of_unit(row.unit, row.campaign.round_id)
    may_send_on = running and decide.may(actor, "answer.send_on", of_unit)
    sees_more = scope.sees_everything(actor) or decide.may(actor, "answer.excuse", targets.of_campaign(row.campaign))
    return SheetPage(
        asked=row,
        campaign=row.campaign,
        cells=cells,
        proofs=_proofs(cells),
        likes={a.pk: a.like.unit.label if sees_more else "" for a in cells if a.like},
        reminded=list(Reminder.objects.filter(unit=row.unit, round=row.campaign.round).order_by("-on").values_list("on", flat=True)[:5]),
        below=below(row) if may_send_on else [],
        sent_on=list(Unit.objects.filter(asked_in__campaign=row.campaign, asked_in__sent_by=row.unit).order_by("path")),
        may_answer=running and decide.may(actor, "answer.give", of_unit),
        may_send_on=may_send_on,
        may_excuse=running and decide.may(actor, "answer.excuse", targets.of_campaign(row.campaign)),
    )


def _proofs(cells: Sequence[Answer]) -> dict[int, list[Evidence]]:
    found: dict[int, list[Evidence]] = {}
    for one in Evidence.objects.filter(uses__answer__in=[a.pk for a in cells]).annotate(shown_for=Max("uses__answer")).order_by("pk"):
        found.setdefault(one.shown_for, []).append(one)
    return found


def below(row: AskedUnit) -> list[Unit]:
    """Units directly below that were not asked in this campaign yet."""
    had = AskedUnit.objects.filter(campaign=row.campaign_id).values("unit_id")
    return list(accounts.living_units().filter(parent=row.unit).exclude(pk__in=had))


def may_answer(actor: Actor, found: Answer) -> bool:
    """Whether the actor can answer now: the unit's own people, while campaign and answer are open."""
    possible = any(m.verb == "answer" for m in lifecycle.verbs_from("answer", found.state)) and found.campaign.state == "running"
    return possible and decide.may(actor, "answer.give", targets.of_unit(found.unit, found.campaign.round_id))


def earlier_texts(found: Answer) -> list[tuple[int, str]]:
    """What other units answered to the same question before."""
    others = Answer.objects.filter(question=found.question_id, state="answered", answered_at__lt=found.answered_at)
    return list(others.exclude(unit=found.unit_id).exclude(text="").order_by("answered_at", "pk").values_list("pk", "text"))


def open_by_unit(round_id: int, also: Q | None = None) -> list[tuple[int, int, date, date | None]]:
    """(unit, open cells, earliest day, last reminder) of units that still owe answers in a round."""
    cells = Answer.objects.filter(also or Q(), state="asked", campaign__state="running", campaign__round_id=round_id)
    last = dict(Reminder.objects.filter(round_id=round_id).order_by().values_list("unit_id").annotate(on=Max("on")))
    rows = cells.order_by().values_list("unit_id", "campaign__due").annotate(n=Count("pk"))
    found: dict[int, tuple[int, date]] = {}
    for unit_id, due, n in rows:
        before = found.get(unit_id, (0, due))
        found[unit_id] = (before[0] + n, min(before[1], due))
    return [(unit_id, n, due, last.get(unit_id)) for unit_id, (n, due) in sorted(found.items())]
