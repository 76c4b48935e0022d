"""Reads: the cause tree of a finding, campaigns with what was answered, questions that wait for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet

from jiandi.base import clock, http
from jiandi.base.errors import NotFound
from jiandi.base.text.words import N_
from jiandi.loop.diagnose import rules
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit, end_of_subtree
from jiandi.record.ledger import lifecycle, listing, targets
from jiandi.record.ledger.models import Answer, Campaign, Cause, Finding, FindingParty, PlanVersion, Round
from jiandi.record.ledger.scope import sees_everything, visible_findings, wide_rounds
from jiandi.record.policy import decide, roles
from jiandi.record.policy.targets import Target
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail import writing
from jiandi.record.trail.actor import Actor

PER_PAGE = 50
_MISSING = N_("It does not exist, or it is not yours to see. Go back to the list.")


@dataclass(frozen=True)
class Asked:
    """A question to one unit, as that unit sees it."""

    pk: int
    campaign_id: int
    round_id: int
    unit: str
    question: str
    due: date
    state: str
    word: str
    version: int

    @property
    def is_late(self) -> bool:
        return self.state == "asked" and self.due < clock.today()


@dataclass(frozen=True)
class CampaignRow:
    """A campaign and what its units have said so far."""

    pk: int
    question: str
    due: date
    state: str
    finding_id: int
    finding_number: str
    coverage: rules.Coverage


@dataclass(frozen=True)
class AnswerRow:
    """One unit's line in the coverage table."""

    pk: int
    unit: str
    standing: str
    text: str
    reason: str
    opened_at: datetime | None
    answered_at: datetime | None
    seconds: int | None
    made_id: int | None
    made_number: str
    version: int

    @property
    def minutes(self) -> int | None:
        return None if self.seconds is None else (self.seconds + 59) // 60


@dataclass(frozen=True)
class CampaignPage:
    """A campaign with its coverage table; ``sees_all`` is False for a unit, which sees its own lines only."""

    campaign: Campaign
    finding: Finding | None
    coverage: rules.Coverage
    answers: Page[Any]
    rows: list[AnswerRow]
    sees_all: bool
    may_close: bool
    may_excuse: bool


@dataclass(frozen=True)
class Panel:
    """What the case file shows of this stage."""

    finding: Finding
    roots: tuple[rules.Node, ...]
    still_asked: list[str]
    campaigns: list[CampaignRow]
    may_write: bool
    may_start: bool
    locked: bool


def answers_of(actor: Actor) -> Q:
    """Condition on Answer: those put to a unit (or below it) in which the actor is liaison or head."""
    if actor.is_system:
        return Q()
    condition = Q(pk__in=[])
    for duty in actor.duties:
        if duty.role in roles.UNIT:
            inside = Q(unit__path__gte=duty.unit_path, unit__path__lt=end_of_subtree(duty.unit_path))
            condition |= inside & Q(campaign__round_id=duty.round_id) if duty.round_id else inside
    return condition


def my_answers(actor: Actor, *, waiting: bool = True, limit: int = PER_PAGE) -> list[Asked]:
    """Questions put to the actor's units, the earliest due first; ``waiting`` leaves out what is answered."""
    found = Answer.objects.filter(answers_of(actor)).select_related("campaign", "unit")
    if waiting:
        found = found.filter(state="asked", campaign__state="running")
    return [_asked(a) for a in found.order_by("campaign__due", "pk")[:limit]]


def _asked(a: Answer) -> Asked:
    c = a.campaign
    return Asked(a.pk, c.pk, c.round_id, a.unit.label, c.question, c.due, a.state, a.word, a.version)


def sees_coverage(actor: Actor, round_id: int) -> bool:
    """Round-wide duties, and departments that may ask, see what every unit answered; a unit sees its own lines."""
    return sees_everything(actor) or round_id in wide_rounds(actor) or decide.may(actor, "campaign.start", Target(round_id))


def visible_answers(actor: Actor, round_id: int) -> Q:
    return Q() if sees_coverage(actor, round_id) else answers_of(actor)


def answer(actor: Actor, answer_id: int, version: int | None = None) -> Answer:
    """An answer the actor may see, with campaign, unit and round."""
    found = Answer.objects.select_related("campaign", "campaign__round", "campaign__finding", "unit").filter(pk=answer_id).first()
    if found is None or not Answer.objects.filter(visible_answers(actor, found.campaign.round_id), pk=answer_id).exists():
        raise NotFound("campaign.no_answer", _MISSING)
    if version is not None:
        writing.expect_version(found, version)
    return found


def campaign(actor: Actor, campaign_id: int, version: int | None = None) -> Campaign:
    """A campaign the actor sees: its finding is visible, or a unit of the actor is asked."""
    seen = Q(finding__in=Finding.objects.filter(visible_findings(actor))) | Q(answers__in=Answer.objects.filter(answers_of(actor)))
    found = Campaign.objects.filter(seen, pk=campaign_id).select_related("round", "round__regime", "finding").distinct().first()
    if found is None:
        raise NotFound("campaign.none", _MISSING)
    if version is not None:
        writing.expect_version(found, version)
    return found


def campaign_page(actor: Actor, campaign_id: int, number: str | None) -> CampaignPage:
    found = campaign(actor, campaign_id)
    mine = Answer.objects.filter(visible_answers(actor, found.round_id), campaign=found)
    standings = [rules.standing_of(state, word) for state, word in mine.values_list("state", "word")]
    page = Paginator(mine.select_related("unit", "made_finding").order_by("unit__path"), PER_PAGE).get_page(number)
    running = found.state == "running"
    target = Target(found.round_id)
    return CampaignPage(
        campaign=found,
        finding=Finding.objects.visible_to(actor).filter(pk=found.finding_id).first(),
        coverage=rules.coverage(standings),
        answers=page,
        rows=[_answer_row(a) for a in page.object_list],
        sees_all=sees_coverage(actor, found.round_id),
        may_close=running and decide.may(actor, "campaign.close", target),
        may_excuse=running and decide.may(actor, "answer.excuse", target),
    )


def _answer_row(a: Answer) -> AnswerRow:
    made = a.made_finding
    return AnswerRow(
        pk=a.pk,
        unit=a.unit.label,
        standing=rules.standing_of(a.state, a.word),
        text=a.text,
        reason=a.reason,
        opened_at=a.opened_at,
        answered_at=a.answered_at,
        seconds=rules.seconds_taken(a.opened_at, a.answered_at),
        made_id=made.pk if made else None,
        made_number=made.number if made else "",
        version=a.version,
    )


def campaigns(actor: Actor, round_: Round, number: str | None) -> tuple[Page[Any], list[CampaignRow]]:
    """Campaigns of a round about visible findings, running ones first."""
    seen = Finding.objects.filter(visible_findings(actor)).filter(round=round_)
    found = Campaign.objects.filter(round=round_, finding__in=seen).select_related("finding").order_by("-state", "due", "pk")
    page = Paginator(found, PER_PAGE).get_page(number)
    return page, campaign_rows(actor, list(page.object_list), round_.pk)


def campaign_rows(actor: Actor, found: list[Campaign], round_id: int) -> list[CampaignRow]:
    """Campaigns with their counts, in one more read."""
    standings: dict[int, list[str]] = {c.pk: [] for c in found}
    cells = Answer.objects.filter(visible_answers(actor, round_id), campaign__in=list(standings))
    for campaign_id, state, word in cells.values_list("campaign_id", "state", "word"):
        standings[campaign_id].append(rules.standing_of(state, word))
    return [CampaignRow(c.pk, c.question, c.due, c.state, c.finding_id, c.finding.number, rules.coverage(standings[c.pk])) for c in found]


def without_cause(actor: Actor, round_: Round, number: str | None) -> Page[Finding]:
    """Open findings whose causes are still to be found, the earliest due first."""
    live = Cause.objects.filter(finding=OuterRef("pk"), is_dropped=False)
    found = Finding.objects.visible_to(actor).filter(round=round_, state__in=rules.WRITABLE).exclude(Exists(live))
    return Paginator(found.select_related("lead").order_by(*listing.BY_DUE), PER_PAGE).get_page(number)


def cause(actor: Actor, cause_id: int, version: int | None = None) -> Cause:
    """A live cause of a visible finding."""
    found = (
        Cause.objects.filter(pk=cause_id, is_dropped=False, finding__in=Finding.objects.filter(visible_findings(actor)))
        .select_related("finding", "finding__round", "finding__lead", "unit")
        .first()
    )
    if found is None:
        raise NotFound("cause.none", _MISSING)
    if version is not None:
        writing.expect_version(found, version)
    return found


def live_causes(finding: Finding) -> QuerySet[Cause]:
    return Cause.objects.filter(finding=finding, is_dropped=False).select_related("unit").order_by("pk")


def roots_of(finding: Finding) -> tuple[rules.Node, ...]:
    nodes = [
        rules.Node(c.pk, c.parent_id, c.dimension, c.leaf, c.text, c.question, c.unit.label, c.unit_id, c.version)
        for c in live_causes(finding)
    ]
    return rules.tree(nodes, is_flagged=finding.is_flagged)


def panel(actor: Actor, finding: Finding) -> Panel:
    target = targets.of_finding(finding)
    roots = roots_of(finding)
    locked = under_review(finding)
    found = list(Campaign.objects.filter(finding=finding).select_related("finding").order_by("-pk")[:PER_PAGE])
    return Panel(
        finding=finding,
        roots=roots,
        still_asked=[http.translate(u.text, u.params) for u in rules.still_asked(roots, is_flagged=finding.is_flagged)],
        campaigns=campaign_rows(actor, found, finding.round_id),
        may_write=finding.state in rules.WRITABLE and not locked and decide.may(actor, "cause.write", target),
        may_start=finding.state not in ("withdrawn", "handed_over") and decide.may(actor, "campaign.start", target),
        locked=locked,
    )


def under_review(finding: Finding) -> bool:
    """Whether the lead's plan lies with the office, so that nothing it holds may change."""
    if finding.state not in rules.BEFORE_APPROVAL or finding.lead_id is None:
        return False
    return PlanVersion.objects.filter(round_id=finding.round_id, unit_id=finding.lead_id, state="submitted").exists()


def owners(finding: Finding) -> list[Unit]:
    """Units whose cause it may be: those with a part in the finding, where it was found, and what stands below the lead."""
    having_part = Q(pk__in=FindingParty.objects.filter(finding=finding).exclude(part="verifier").values("unit_id"))
    if finding.found_in_id:
        having_part |= Q(pk=finding.found_in_id)
    if finding.lead:
        having_part |= accounts.subtree([finding.lead.path])
    return list(Unit.objects.filter(having_part).order_by("path")[:200])


def askable(finding: Finding) -> list[Unit]:
    """Units that can be asked whether they have it too: all living ones but the lead and where it was found."""
    return list(accounts.living_units().exclude(pk__in=[pk for pk in (finding.lead_id, finding.found_in_id) if pk]))


def answer_days(round_: Round) -> int:
    return regimes.profile_of(round_.regime).clocks.campaign_answer_days


def may_answer(actor: Actor, found: Answer) -> bool:
    """Whether the actor can answer now: the unit's own people, while campaign and answer are open."""
    possible = any(m.verb == "answer" for m in lifecycle.verbs_from("answer", found.state)) and found.campaign.state == "running"
    return possible and decide.may(actor, "answer.give", targets.of_unit(found.unit, found.campaign.round_id))
