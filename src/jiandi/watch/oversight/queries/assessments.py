"""Score sheets one may see, line by line, with the figures that stand beside them."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q

from jiandi.base.errors import NotFound
from jiandi.base.text.words import N_
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models import Assessment, FindingParty, Round
from jiandi.record.ledger.scope import sees_everything, visible_by_unit, wide_rounds
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes.parts import Profile, ScoreItem
from jiandi.record.trail.actor import Actor
from jiandi.watch.oversight.rules import assessments as rules

PAGE = 50


def visible(actor: Actor) -> Q:
    """Round-wide duties see all of their rounds; a unit its own and those below it, once they are sent."""
    if sees_everything(actor):
        return Q()
    return Q(round_id__in=wide_rounds(actor)) | (Q(state__in=["sent", "explained", "decided"]) & visible_by_unit(actor))


def assessment(actor: Actor, assessment_id: int) -> Assessment:
    rows = Assessment.objects.filter(visible(actor), pk=assessment_id)
    found = rows.select_related("round", "round__regime", "unit").first()
    if found is None:
        raise NotFound("assessment.none", N_("There is no such score sheet, or it is not yours to see. Go back to the list."))
    return found


def assessments(actor: Actor, round_: Round, number: str | None) -> Page[Assessment]:
    """In the order of the tree: units are never ranked."""
    rows = Assessment.objects.filter(visible(actor), round=round_).select_related("unit").order_by("unit__path", "-pk")
    return Paginator(rows, PAGE).get_page(number)


def units_to_score(round_: Round) -> list[Unit]:
    """Units that lead something in the round and have no sheet under way."""
    leading = FindingParty.objects.filter(finding__round=round_, part="lead").values("unit_id")
    busy = Assessment.objects.filter(round=round_, state__in=["draft", "sent", "explained"]).values("unit_id")
    return list(Unit.objects.filter(pk__in=leading).exclude(pk__in=busy).order_by("path"))


def profile_of(one: Assessment) -> Profile:
    return regimes.profile_of(one.round.regime)


def scores_of(one: Assessment) -> dict[str, rules.Scored]:
    rows = one.scores.filter(is_veto=False).values_list("item", "points", "reason")
    return {item: rules.Scored(points, reason) for item, points, reason in rows}


def vetoes_of(one: Assessment) -> dict[str, str]:
    """Vetoes that were raised, with their reasons."""
    return dict(one.scores.filter(is_veto=True).values_list("item", "reason"))


@dataclass(frozen=True)
class Line:
    """A line of the sheet on the page; ``opens`` names the dimension where a new one begins."""

    item: ScoreItem
    scored: rules.Scored
    opens: str


def lines(profile: Profile, scores: rules.Scores) -> list[Line]:
    found: list[Line] = []
    for item in profile.score_items:
        opens = "" if found and found[-1].item.dimension == item.dimension else item.dimension
        found.append(Line(item, scores.get(item.code, rules.Scored()), opens))
    return found
