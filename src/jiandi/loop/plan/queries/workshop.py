"""Reads for the pages: the workshop, the panel of one finding, one version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jiandi.base import http
from jiandi.base.errors import Unmet
from jiandi.loop.plan import rules
from jiandi.loop.plan.queries import duties, linting, plans, suggesting
from jiandi.loop.plan.queries.joint import Serves, serves_besides
from jiandi.loop.plan.queries.linting import Said
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import lifecycle, scope, targets
from jiandi.record.ledger import plans as frozen
from jiandi.record.ledger.models import Cause, Finding, Measure, PlanChange, PlanVersion, Round, StageGoal
from jiandi.record.policy import decide, roles
from jiandi.record.policy.targets import Target
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes.planning import Measures
from jiandi.record.trail.actor import Actor

PER_PAGE = 50
SHOWN_STATES = (*rules.DRAFTING, *rules.CARRIED, "submitted", "verified")


@dataclass(frozen=True)
class FindingRow:
    """A finding in the left column of the workshop."""

    finding: Finding
    measures: int
    drafts: int
    has_cause: bool


@dataclass(frozen=True)
class MeasureRow:
    """A measure with its advice."""

    measure: Measure
    standard: str
    supports: list[str]
    marks: list[Said]
    sources: dict[str, str]
    goals: list[StageGoal]
    goal_day: date | None
    duty: rules.Duty | None
    may_change: bool
    may_drop: bool
    may_ask: bool
    change: PlanChange | None
    besides: Serves | None = None


@dataclass(frozen=True)
class Panel:
    """Plan of one finding: measures, what they cover, what is still asked, and what the actor can do."""

    finding: Finding
    rows: list[MeasureRow]
    coverage: tuple[tuple[str, tuple[rules.Cell, ...]], ...]
    marks: list[Said]
    unmet: list[str]
    under_review: bool
    is_drafting: bool
    may_write: bool
    may_set: bool
    may_excuse: bool
    may_work: bool
    leads: list[Unit]
    known: rules.Known
    wants: Measures


def panel(actor: Actor, finding: Finding) -> Panel:
    target = targets.of_finding(finding)
    measures = plans.measures_by_finding([finding])[finding.pk]
    profile = regimes.profile_of(finding.round.regime)
    klass = plans.class_of(profile, finding.klass)
    locked = plans.under_review(finding)
    may_write = finding.state in (*rules.DRAFTING, *rules.CARRIED) and not locked and decide.may(actor, "measure.write", target)
    drafting = plans.is_unplanned(finding)
    known = suggesting.known_of(finding)
    told = linting.said(actor, linting.marks_of_plan(finding.round, [finding], {finding.pk: measures}, known.phase_end))
    return Panel(
        finding=finding,
        rows=_measure_rows(actor, known, finding, measures, told, may_write=may_write),
        coverage=rules.coverage((m.kind, m.horizon) for m in measures),
        marks=[one for one in told if not one.measure],
        unmet=said(plans.unmet_of(finding, measures)),
        under_review=locked,
        is_drafting=drafting,
        may_write=may_write,
        may_set=drafting and not locked and (may_write or decide.may(actor, "finding.edit", target)),
        may_excuse=drafting and may_write and bool(klass and klass.may_excuse),
        may_work=decide.may(actor, "claim.say", target),
        leads=plans.leads_for(finding) if may_write else [],
        known=known,
        wants=profile.measures,
    )


def _measure_rows(
    actor: Actor, known: rules.Known, finding: Finding, measures: Sequence[Measure], told: Sequence[Said], *, may_write: bool
) -> list[MeasureRow]:
    sources, besides = suggesting.sources_of(known, measures), serves_besides(actor, finding, measures)
    goals, standing = duties.goals_of(measures), duties.duties_of(finding.round, measures)
    asked = {c.measure_id: c for c in PlanChange.objects.filter(measure__in=measures, state="open")}
    return [
        MeasureRow(
            measure=m,
            standard=m.standard or finding.standard,
            supports=[s.unit.label for s in m.supports.all()],
            marks=[one for one in told if one.measure == m.number and m.state == "draft"],
            sources=sources.get(m.pk, {}),
            goals=goals.get(m.pk, []),
            goal_day=_goal_day(finding.round, m, goals.get(m.pk, []), known.phase_end),
            duty=standing.get(m.pk),
            may_change=may_write and (m.state == "draft" or finding.state == "reopened"),
            may_drop=may_write and m.state == "draft",
            may_ask=may_write and m.state in ("planned", "in_progress") and m.pk not in asked,
            change=asked.get(m.pk),
            besides=besides.get(m.pk),
        )
        for m in measures
    ]


def _goal_day(round_: Round, measure: Measure, goals: Sequence[StageGoal], phase_end: date | None) -> date | None:
    """The day that is offered for the next stage goal: the end of the phase, then ends of years, as far as they are free."""
    taken = {goal.due for goal in goals}
    days = rules.goal_days(round_.feedback_on, measure.due, phase_end)
    return next((day for day in days if day not in taken), measure.due)


def said(unmet: Iterable[Unmet]) -> list[str]:
    """Sentences in the reader's language."""
    return [http.translate(u.text, u.params) for u in unmet]


def workshop_units(actor: Actor, round_: Round) -> list[Unit]:
    """Units that lead something here the actor may see, in the order of the tree."""
    seen = Finding.objects.visible_to(actor).filter(round=round_, lead__isnull=False).values("lead_id")
    return list(Unit.objects.filter(pk__in=seen).order_by("path")[:300])


def workshop_findings(actor: Actor, round_: Round, unit: Unit | None, number: str | None) -> tuple[Page[Any], list[FindingRow]]:
    """Findings of a plan, those still to be planned first."""
    found: QuerySet[Any] = Finding.objects.visible_to(actor).filter(
        round=round_, state__in=(*rules.DRAFTING, *rules.CARRIED, "submitted", "verified")
    )
    if unit is not None:
        found = found.filter(lead=unit)
    counting = Q(measures__state__in=["draft", "planned", "in_progress", "claimed", "done"])
    rows = (
        found.select_related("lead")
        .annotate(
            n_measures=Count("measures", filter=counting),
            n_drafts=Count("measures", filter=Q(measures__state="draft")),
            has_cause=Exists(Cause.objects.filter(finding=OuterRef("pk"), is_dropped=False)),
            to_plan=Exists(Finding.objects.filter(pk=OuterRef("pk"), state__in=rules.DRAFTING)),
        )
        .order_by("-to_plan", "pk")
    )
    page = Paginator(rows, PER_PAGE).get_page(number)
    return page, [FindingRow(f, f.n_measures, f.n_drafts, f.has_cause) for f in page.object_list]


@dataclass(frozen=True)
class Workshop:
    """The page of a unit's plan, without the panel of the chosen finding."""

    round: Round
    units: list[Unit]
    unit: Unit | None
    page: Page[Any]
    rows: list[FindingRow]
    versions: list[PlanVersion]
    may_submit: bool
    may_submit_round: bool

    @property
    def under_review(self) -> PlanVersion | None:
        return next((v for v in self.versions if v.state == "submitted"), None)


def workshop(actor: Actor, round_: Round, *, unit_id: str | None, number: str | None) -> Workshop:
    """The plan of the chosen unit, else of the actor's own, else of the first there is."""
    units = workshop_units(actor, round_)
    own = {d.unit_id for d in actor.duties}
    wanted = next((u for u in units if str(u.pk) == unit_id), None)
    unit = wanted or next((u for u in units if u.pk in own), units[0] if units else None)
    page, rows = workshop_findings(actor, round_, unit, number)
    versions = list(_versions(actor, round_, unit))
    reviewed = any(v.unit_id is not None and v.state == "submitted" for v in versions)
    return Workshop(
        round=round_,
        units=units,
        unit=unit,
        page=page,
        rows=rows,
        versions=versions,
        may_submit=bool(unit) and not reviewed and _may_submit(actor, round_, unit),
        may_submit_round=decide.may(actor, "plan.submit_round", Target(round_.pk)),
    )


def _may_submit(actor: Actor, round_: Round, unit: Unit | None) -> bool:
    return unit is not None and decide.may(actor, "plan.submit", targets.of_unit(unit, round_.pk))


def _versions(actor: Actor, round_: Round, unit: Unit | None) -> QuerySet[PlanVersion]:
    """The versions of a unit's plan and of the round's, newest first; without their bodies."""
    shown = Q(unit__isnull=True) | Q(unit=unit) if unit else Q(unit__isnull=True)
    found = PlanVersion.objects.filter(scope.visible_by_unit(actor), shown, round=round_)
    return found.defer("body").select_related("unit").order_by("-submitted_at", "-pk")[:PER_PAGE]


@dataclass(frozen=True)
class VersionPage:
    """One version as frozen, what it changes, what the linter said when it was handed in, and what the actor can do with it."""

    plan: PlanVersion
    is_intact: bool
    body: dict[str, Any]
    advice: dict[str, list[Said]]
    verbs: frozenset[str]

    @property
    def is_last_step(self) -> bool:
        """Whether the next signature approves."""
        return self.plan.step + 1 >= self.plan.steps

    @property
    def difference(self) -> dict[str, Any]:
        return dict(self.plan.difference)

    @property
    def changes_something(self) -> bool:
        return any(self.plan.difference.get(name) for name in ("dropped", "weakened", "left")) or self.plan.number > 1


def version_page(actor: Actor, plan_id: int) -> VersionPage:
    found = frozen.version(actor, plan_id)
    intact = frozen.is_intact(found)
    body = frozen.body(found) if intact else {"findings": []}
    return VersionPage(
        plan=found,
        is_intact=intact,
        body=body,
        advice=linting.grouped(linting.said(actor, [rules.from_stored(mark) for mark in found.marks])),
        verbs=frozenset(m.verb for m in lifecycle.verbs_from("planversion", found.state) if _may(actor, m, found)),
    )


def _may(actor: Actor, move: lifecycle.Move, found: PlanVersion) -> bool:
    """Whether policy allows a move of this version: whose step it is, of a chain; the plan of a round is the leading group's."""
    target = targets.of_round(found.round)
    if not move.who:
        return False
    if move.verb == "take_back":
        return found.unit is not None and decide.may(actor, move.who, targets.of_unit(found.unit, found.round_id))
    if found.chain and found.step < found.steps:
        return decide.holds(actor.as_seat(), found.chain[found.step]["role"], target)
    if move.verb == "approve" and found.unit is None:
        return decide.holds(actor, roles.GROUP_MEMBER, target)
    return decide.may(actor, move.who, target)


def others(finding: Finding) -> list[Finding]:
    """Findings of the same lead that one measure could serve too."""
    found = Finding.objects.filter(round_id=finding.round_id, lead_id=finding.lead_id, state__in=(*rules.DRAFTING, *rules.CARRIED))
    return list(found.exclude(pk=finding.pk).order_by("pk")[:200])
