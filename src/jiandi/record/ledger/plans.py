"""Plans for more than one stage: who sees a version, what it froze, and what approved changes dropped or weakened."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from jiandi.base import clock, digests
from jiandi.base.errors import NotFound, RuleBroken
from jiandi.base.text.words import N_
from jiandi.record.ledger.models import PlanChange, PlanPart, PlanReview, PlanVersion, Round
from jiandi.record.ledger.scope import visible_by_unit
from jiandi.record.trail import writing
from jiandi.record.trail.actor import Actor

_MISSING = N_("It does not exist, or it is not yours to see. Go back to the list.")
MOST = 500


def asked_of(actor: Actor) -> Q:
    """Condition on PlanReview: asked of a unit in which the actor holds a duty of that round."""
    condition = Q(pk__in=[])
    for duty in actor.duties:
        bound = Q() if duty.round_id is None else Q(plan__round_id=duty.round_id)
        condition |= bound & Q(unit_id=duty.unit_id)
    return condition


def seen_by(actor: Actor) -> Q:
    """Condition on PlanVersion: of a round or unit the actor sees, or sent to the actor's unit for its opinion."""
    scope = visible_by_unit(actor)
    return scope | Q(pk__in=PlanReview.objects.filter(asked_of(actor)).values("plan_id")) if scope else scope


def version(actor: Actor, plan_id: int, at: int | None = None) -> PlanVersion:
    """A version the actor sees; with ``at``, to be changed: a lost race is a Conflict."""
    found = PlanVersion.objects.filter(seen_by(actor), pk=plan_id).select_related("round", "round__regime", "unit", "before").first()
    if found is None:
        raise NotFound("plan.none", _MISSING)
    if at is not None:
        writing.expect_version(found, at)
    return found


def body(version: PlanVersion) -> dict[str, Any]:
    """The frozen body; one that no longer fits its digest is refused."""
    if not is_intact(version):
        raise RuleBroken(
            "plan.altered", N_("This plan no longer fits its digest: it was changed outside Jiandi. Restore it from a backup.")
        )
    found: dict[str, Any] = json.loads(version.body)
    return found


def is_intact(version: PlanVersion) -> bool:
    """Whether a frozen body is still what was frozen."""
    return digests.digest(version.algorithm, version.body.encode()) == version.digest


@dataclass(frozen=True)
class Weakened:
    """One measure that an approved version dropped or asks less of than the approved one before."""

    plan_id: int
    unit: str
    number: int
    on: date
    finding: str
    measure: int
    text: str
    what: str
    before: str
    after: str
    reason: str
    why: tuple[tuple[str, str, str], ...] = ()


def weakened(actor: Actor, round_: Round, since: datetime | None = None) -> list[Weakened]:
    """Everything that approved versions of a round dropped or weakened, newest first; ``since`` a moment of approval."""
    found = PlanVersion.objects.filter(visible_by_unit(actor), round=round_, state="approved", unit__isnull=False, before__state="approved")
    if since is not None:
        found = found.filter(decided_at__gt=since)
    plans = list(found.defer("body").select_related("unit").order_by("-decided_at", "-pk")[:MOST])
    reasons = _reasons(plans)
    return [line for plan in plans for line in _lines(plan, reasons)]


def _reasons(plans: list[PlanVersion]) -> dict[tuple[int, int], str]:
    """Why each change was asked, by version and number of the measure."""
    rows = PlanChange.objects.filter(plan__in=[p.pk for p in plans], state="applied")
    return {(plan, number): reason for plan, number, reason in rows.values_list("plan_id", "measure__number", "reason")}


def _lines(plan: PlanVersion, reasons: dict[tuple[int, int], str]) -> list[Weakened]:
    decided, unit = plan.decided_at, plan.unit
    if decided is None or unit is None:
        return []
    dropped = [{**one, "what": "dropped", "before": "", "after": ""} for one in plan.difference.get("dropped", ())]
    return [
        Weakened(
            plan_id=plan.pk, unit=unit.name, number=plan.number, on=clock.local_day(decided), finding=one["finding"], measure=one["number"],
            text=one["text"], what=one["what"], before=one["before"], after=one["after"],
            reason=reasons.get((plan.pk, one["number"]), plan.opinion),
            why=tuple(tuple(piece) for piece in one.get("why", ())),
        )
        for one in [*dropped, *plan.difference.get("weakened", ())]
    ]  # fmt: skip


def holders(plan: PlanVersion, *parts: str) -> set[str]:
    """Who has one of these parts in a version."""
    return set(PlanPart.objects.filter(plan=plan, part__in=parts).values_list("holder", flat=True))
