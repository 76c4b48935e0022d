"""Reads: where the answers of a campaign ask for a second look, and which units nobody asked."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, Q

from jiandi.base import clock
from jiandi.loop.diagnose import rules
from jiandi.loop.diagnose.queries import campaigns
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import STEP, Unit
from jiandi.record.ledger import scope, targets
from jiandi.record.ledger.models import AskedUnit, Campaign
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor

MOST_BLIND = 10


@dataclass(frozen=True)
class Hints:
    """Sentences that ask, and blind spots; ``hidden`` branches are more than the page shows."""

    campaign: Campaign
    hints: list[rules.Hint]
    levels: list[rules.Blind]
    branches: list[rules.Blind]
    hidden: int
    unasked: int


def hints(actor: Actor, campaign_id: int) -> Hints:
    found = campaigns.campaign(actor, campaign_id)
    if not scope.sees_everything(actor) and found.round_id not in scope.wide_rounds(actor):
        decide.require(actor, "campaign.remind", targets.of_campaign(found))
    rows = _rows(found)
    places = _places(found)
    had = list(AskedUnit.objects.filter(campaign=found).values_list("unit__path", flat=True))
    branches = rules.blind_branches(places, had, STEP)
    words = dict(Unit.LEVELS)
    levels = [rules.Blind(str(words.get(one.name, one.name)), one.units) for one in rules.blind_levels(places, had)]
    return Hints(
        campaign=found,
        hints=rules.hints(rows),
        levels=levels,
        branches=branches[:MOST_BLIND],
        hidden=max(0, len(branches) - MOST_BLIND),
        unasked=sum(one.units for one in branches),
    )


def _rows(campaign: Campaign) -> list[rules.UnitAnswers]:
    """One grouped read: what each unit did. Whoever reads it sees all cells of the campaign."""
    is_over = campaign.due < clock.today()
    asked = AskedUnit.objects.filter(campaign=campaign).select_related("unit")
    rows = asked.annotate(
        n=Count("answers"),
        open=Count("answers", filter=Q(answers__state="asked")),
        no=Count("answers", filter=Q(answers__state="answered", answers__word="no")),
        answered=Count("answers", filter=Q(answers__state="answered")),
        copied=Count("answers", filter=Q(answers__like__isnull=False)),
        last_at=Max("answers__answered_at"),
    ).order_by("unit__path")
    return [
        rules.UnitAnswers(
            unit_id=a.unit_id,
            asked_id=a.pk,
            unit=a.unit.label,
            cells=a.n,
            open=a.open,
            late=a.open if is_over else 0,
            no=a.no,
            answered=a.answered,
            copied=a.copied,
            opened_at=a.opened_at,
            last_at=a.last_at,
        )
        for a in rows
    ]


def _places(campaign: Campaign) -> list[rules.Place]:
    """Units that could have been asked: the living ones, of the line if a subject department runs it."""
    units = accounts.living_units()
    if campaign.line is not None:
        units = units.filter(scope.in_line([campaign.line.path], unit="")).exclude(pk=campaign.line.pk)
    return [rules.Place(*row) for row in units.values_list("path", "name", "level")]
